/// Names and words as they stand in Markdown.
public enum Markdown {
    /// Ends a cell, begins a tag or code, or takes the meaning of what follows.
    private static let special: Set<Character> = ["\\", "`", "|", "<"]

    /// `text` as it stands in a cell of a table or in a line: it may come from the header of a file, and hold what ends a cell or line.
    public static func escaped(_ text: String) -> String {
        String(
            text.flatMap { character -> String in
                if character.isNewline { return " " }
                return special.contains(character) ? "\\\(character)" : "\(character)"
            })
    }

    /// What ``escaped(_:)`` made `text` of, with a space for each end of a line.
    public static func unescaped(_ text: some StringProtocol) -> String {
        var result = ""
        var characters = text[...]
        while let character = characters.popFirst() {
            if character == "\\", let next = characters.first, special.contains(next) {
                result.append(characters.removeFirst())
            } else {
                result.append(character)
            }
        }
        return result
    }
}
