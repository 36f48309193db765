import Files

/// A change of an alias is a line in the log and then a renamed file; what a crash between the two leaves is mended here.
extension ModelRegistry {
    /// Mends, in every model, what a crash in the middle of a change of an alias left. A model whose log and aliases agree
    /// is neither changed nor locked, so that a registry that cannot be written is no reason to complain.
    ///
    /// - Returns: why a model could not be mended, in order of their names.
    @discardableResult
    public func reconcileAliases() -> [InputError] {
        var problems: [InputError] = []
        func search(_ file: String, _ body: () throws -> Void) {
            do {
                try body()
            } catch {
                problems.append(error as? InputError ?? InputError("an unexpected error: \(error)", file: file))
            }
        }
        search(path) {
            for name in try entries().models {
                search(folder(name)) {
                    guard try log(name).isCutShort() || unsettled(name) != nil else { return }
                    try changing(name) { try reconcile(name) }
                }
            }
        }
        return problems
    }

    /// Mends what a crash between the line and the rename left: a line that did not take effect is followed by one that
    /// says so, and a line that was cut short is taken off. The lock must be held.
    func reconcile(_ name: CheckedName) throws {
        try log(name).mend()
        if let missing = try unsettled(name) { try log(name).append(missing.line) }
    }

    /// The log as it will be once it is reconciled.
    func settledLog(of name: CheckedName) throws -> [AliasChange] {
        try aliasLog(of: name) + [unsettled(name)].compactMap(\.self)
    }

    /// The line that is missing behind a last one that did not take effect; nil where log and aliases agree.
    private func unsettled(_ name: CheckedName) throws -> AliasChange? {
        guard let last = try aliasLog(of: name).last else { return nil }
        let actual = try aliases(of: name)[last.alias] ?? 0
        guard actual != last.to else { return nil }
        return AliasChange(
            at: last.at, who: last.who, alias: last.alias, from: last.to, to: actual, action: "abandoned",
            why: "the change before was interrupted")
    }

    /// What log and aliases do not agree on; nil where they do, or cannot be read.
    func disagreement(of name: CheckedName) -> InputError? {
        guard var found = try? unsettled(name) else { return nil }
        // Whoever changes an alias right now has written its line already, and holds the lock until both agree.
        if kind(of: lock(name)) == .file,
            case .success(let settled) = Result(catching: { try changing(name) { try unsettled(name) } })
        {
            guard let settled else { return nil }
            found = settled
        }
        func named(_ version: Int?) -> String { version.flatMap { $0 == 0 ? nil : "version \($0)" } ?? "none" }
        return InputError(
            "names \(named(found.to)), the last line of aliases.log \(named(found.from)): a change was interrupted",
            file: aliasFile(name), field: found.alias)
    }

    /// The changes that took effect.
    static func effective(_ log: [AliasChange]) -> [AliasChange] {
        log.reduce(into: []) { kept, entry in
            if entry.action == "abandoned" { _ = kept.popLast() } else { kept.append(entry) }
        }
    }
}
