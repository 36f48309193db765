import Files

/// One change of an alias, as a line of `aliases.log`.
public struct AliasChange: Hashable, Sendable {
    /// When, in Unix seconds.
    public var at: Double
    /// Who.
    public var who: String
    /// Which alias.
    public var alias: String
    /// The version before; nil where there was none.
    public var from: Int?
    /// The version after; 0 where the alias was taken away.
    public var to: Int
    /// `promote`, `rollback` or `withdraw`; `abandoned` says that the line before did not take effect.
    public var action: String
    /// Why.
    public var why: String

    var line: String {
        JSONValue.object(
            JSONObject([
                ("at", .number(at)), ("who", .string(who)), ("alias", .string(alias)),
                ("from", from.map(JSONValue.integer) ?? .null), ("to", .integer(to)), ("action", .string(action)),
                ("why", .string(why)),
            ])
        ).text()
    }

    init(at: Double, who: String, alias: String, from: Int?, to: Int, action: String, why: String) {
        self.at = at
        self.who = who
        self.alias = alias
        self.from = from
        self.to = to
        self.action = action
        self.why = why
    }

    init(line: String, file: String) throws {
        let field = JSONField(try JSONValue(parsing: Array(line.utf8), file: file), file: file)
        self.init(
            at: try field["at"].double(), who: try field["who"].string(), alias: try field["alias"].string(),
            from: try field["from"].ifPresent { try $0.int() }, to: try field["to"].int(),
            action: try field["action"].string(), why: try field["why"].string())
    }
}

extension ModelRegistry {
    private func aliasFile(_ name: CheckedName) -> String { folder(name) + "/aliases.json" }
    private func logFile(_ name: CheckedName) -> String { folder(name) + "/aliases.log" }

    /// The version that each alias names.
    public func aliases(of name: CheckedName) throws -> [String: Int] {
        let file = aliasFile(name)
        guard kind(of: file) != nil else { return [:] }
        let field = JSONField(try JSONValue(parsing: try readBytes(of: file), file: file), file: file)
        var aliases: [String: Int] = [:]
        for key in try field.object().keys {
            aliases[try CheckedName(key, field: "alias").description] = try field[key].int()
        }
        return aliases
    }

    /// Every change of an alias, the oldest first. A last line that a crash cut short does not count.
    public func aliasLog(of name: CheckedName) throws -> [AliasChange] {
        guard kind(of: logFile(name)) != nil else { return [] }
        let text = try readText(of: logFile(name))
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        lines.removeLast()
        return try lines.map { try AliasChange(line: String($0), file: logFile(name)) }
    }

    /// Lets `alias` name `version`, which is verified first.
    ///
    /// - Returns: all aliases afterwards.
    public func promote(
        _ name: CheckedName, to version: Int, alias: CheckedName, at: Double, who: String, why: String
    ) throws -> [String: Int] {
        try verify(name, version)
        return try setAlias(alias, of: name, to: version, at: at, who: who, why: why)
    }

    /// Lets `alias` name a version that was verified.
    func setAlias(
        _ alias: CheckedName, of name: CheckedName, to version: Int, at: Double, who: String, why: String
    ) throws -> [String: Int] {
        try change(name) { aliases, _ in
            AliasChange(
                at: at, who: who, alias: alias.description, from: aliases[alias.description], to: version,
                action: "promote", why: why)
        }
    }

    /// Undoes the last promotion that is not yet undone.
    public func rollback(_ name: CheckedName, at: Double, who: String, why: String) throws -> [String: Int] {
        try change(name) { aliases, log in
            // Each rollback takes one promotion off.
            var open: [AliasChange] = []
            for entry in Self.effective(log) {
                switch entry.action {
                case "promote": open.append(entry)
                case "withdraw": open.lastIndex { $0.alias == entry.alias }.map { _ = open.remove(at: $0) }
                default: _ = open.popLast()
                }
            }
            guard let last = open.last else { throw InputError("\(name) has no promotion to undo", file: path) }
            if let from = last.from { try verify(name, from) }
            return AliasChange(
                at: at, who: who, alias: last.alias, from: aliases[last.alias], to: last.from ?? 0, action: "rollback",
                why: why)
        }
    }

    /// Takes `alias` away from `version`.
    ///
    /// - Returns: all aliases afterwards.
    /// - Throws: `InputError` if it names another version, or none.
    public func withdraw(
        _ alias: CheckedName, of name: CheckedName, from version: Int, at: Double, who: String, why: String
    ) throws -> [String: Int] {
        try change(name) { aliases, _ in
            guard aliases[alias.description] == version else {
                throw InputError("\(name) \(version) is not the \(alias)", file: path)
            }
            return AliasChange(
                at: at, who: who, alias: alias.description, from: version, to: 0, action: "withdraw", why: why)
        }
    }

    /// The line is written and synced first; renaming `aliases.json` is the commit.
    private func change(
        _ name: CheckedName, _ decide: (_ aliases: [String: Int], _ log: [AliasChange]) throws -> AliasChange
    ) throws -> [String: Int] {
        guard kind(of: folder(name)) == .folder else { throw InputError("has no model \(name)", file: path) }
        return try withLock(folder(name) + "/.lock") {
            try reconcile(name)
            var aliases = try aliases(of: name)
            let change = try decide(aliases, aliasLog(of: name))
            try appendLine(change.line, to: logFile(name))
            aliases[change.alias] = change.to == 0 ? nil : change.to
            try write(aliases, of: name)
            return aliases
        }
    }

    private func write(_ aliases: [String: Int], of name: CheckedName) throws {
        let members = aliases.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.integer($0.value)) }
        try writeAtomically(JSONValue.object(JSONObject(members)).text(pretty: true) + "\n", to: aliasFile(name))
    }

    /// Mends what a crash between the line and the rename left: a line that did not take effect is followed by one that
    /// says so, and a line that was cut short is taken off.
    private func reconcile(_ name: CheckedName) throws {
        guard kind(of: logFile(name)) != nil else { return }
        let text = try readText(of: logFile(name))
        if !text.isEmpty, !text.hasSuffix("\n") {
            let whole = text.lastIndex(of: "\n").map { String(text[...$0]) } ?? ""
            try writeAtomically(whole, to: logFile(name))
        }
        guard let last = try aliasLog(of: name).last else { return }
        let actual = try aliases(of: name)[last.alias]
        guard (actual ?? 0) != last.to else { return }
        let abandoned = AliasChange(
            at: last.at, who: last.who, alias: last.alias, from: last.to, to: actual ?? 0, action: "abandoned",
            why: "the change before was interrupted")
        try appendLine(abandoned.line, to: logFile(name))
    }

    /// The changes that took effect.
    private static func effective(_ log: [AliasChange]) -> [AliasChange] {
        log.reduce(into: []) { kept, entry in
            if entry.action == "abandoned" { _ = kept.popLast() } else { kept.append(entry) }
        }
    }
}
