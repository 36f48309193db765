import Files

extension AppliedOptimization {
    /// The members that `apply` answers with.
    public var members: [(String, JSONValue)] {
        [
            ("workflow", document.json), ("changes", .array(changes.map(\.json))), ("before", before.json),
            ("after", after.json), ("quality", .number(quality)),
            ("diff", .array(difference.text.split(separator: "\n").map { .string(String($0)) })),
            ("undo", difference.reversed.json),
        ]
    }
}
