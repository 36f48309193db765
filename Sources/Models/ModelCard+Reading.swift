import Files

/// What of a card stands in no manifest.
extension ModelCard {
    /// How the data was divided into what a version learned from and what it was scored on; nil where `card` does not say.
    public static func split(of card: String) -> String? {
        let start = "- Split: "
        return card.split(separator: "\n").first { $0.hasPrefix(start) }.map {
            Markdown.unescaped($0.dropFirst(start.count))
        }
    }

    /// What is known not to hold, a sentence or a few each: the items of the section on limits of `card`, or its paragraphs.
    public static func limits(of card: String) -> [String] {
        let lines = card.split(separator: "\n", omittingEmptySubsequences: false)
        guard let start = lines.firstIndex(of: "## Limits") else { return [] }
        let section = lines[(start + 1)...].prefix { !$0.hasPrefix("## ") }
        var limits: [String] = []
        var isOpen = false
        for line in section {
            if line.hasPrefix("- ") {
                limits.append(Markdown.unescaped(line.dropFirst(2)))
            } else if line.isEmpty {
                isOpen = false
                continue
            } else if isOpen, let last = limits.popLast() {
                limits.append(last + " " + Markdown.unescaped(line))
            } else {
                limits.append(Markdown.unescaped(line))
            }
            isOpen = true
        }
        return limits
    }
}
