import Files

extension DocumentDifference {
    /// The differences for a person, one a line: `+` came, `-` went, `~` was changed, with what it was and what it is.
    public var text: String {
        entries.map { entry in
            let name = entry.section == .tasks ? entry.id : "\(entry.section.rawValue) \(entry.id)"
            switch (entry.before, entry.after) {
            case (let before?, let after?):
                return "~ \(name): " + Self.changes(before.value, after.value, "").joined(separator: "; ")
            case (nil, let after?):
                return "+ \(name)" + (entry.section == .tasks ? Self.waiting(after.value) : "")
            case (_?, nil): return "- \(name)"
            case (nil, nil): return ""
            }
        }.joined(separator: "\n")
    }

    private static func waiting(_ task: JSONValue) -> String {
        let parents = (task["parents"]?.array ?? []).compactMap(\.string)
        return parents.isEmpty ? "" : " behind " + parents.joined(separator: ", ")
    }

    private static func changes(_ old: JSONValue?, _ new: JSONValue?, _ path: String) -> [String] {
        if old == new { return [] }
        if let old = old?.array, let new = new?.array, (old + new).allSatisfy({ $0.string != nil }) {
            let gone = old.filter { !new.contains($0) }.compactMap(\.string).map { "− \($0)" }
            let came = new.filter { !old.contains($0) }.compactMap(\.string).map { "+ \($0)" }
            return gone.isEmpty && came.isEmpty
                ? ["\(path) in another order"] : ["\(path) " + (gone + came).joined(separator: ", ")]
        }
        if old?.object != nil || new?.object != nil, let both = (old ?? new)?.object {
            let keys = both.keys + (new?.object?.keys ?? []).filter { both[$0] == nil }
            return keys.flatMap { changes(old?[$0], new?[$0], path.isEmpty ? $0 : "\(path).\($0)") }
        }
        return ["\(path) \(old?.text() ?? "–") → \(new?.text() ?? "–")"]
    }
}
