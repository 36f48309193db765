import Files

extension ModelRegistry {
    func aliasFile(_ name: CheckedName) -> String { folder(name) + "/aliases.json" }
    func log(_ name: CheckedName) -> RegistryLog { RegistryLog(path: folder(name) + "/aliases.log") }

    /// The version that each alias names.
    public func aliases(of name: CheckedName) throws -> [String: Int] {
        let file = aliasFile(name)
        guard kind(of: folder(name)) != nil else { return [:] }
        try checkFolder(name)
        guard kind(of: file) != nil else { return [:] }
        let field = JSONField(try JSONValue(parsing: try read(file), file: file, maximumDepth: 4), file: file)
        var aliases: [String: Int] = [:]
        for key in try field.object().keys {
            let (alias, version) = (try Self.alias(key, file: file), try field[key].int())
            guard Self.versions.contains(version) else {
                throw field[key].failure("is \(version), which no version is")
            }
            aliases[alias] = version
        }
        return aliases
    }

    private static func alias(_ key: String, file: String) throws -> String {
        do {
            return try CheckedName(key, field: "alias").description
        } catch let error as InputError {
            throw error.in(file)
        }
    }

    /// Every change of an alias, the oldest first. A last line that a crash cut short does not count.
    public func aliasLog(of name: CheckedName) throws -> [AliasChange] {
        guard kind(of: folder(name)) != nil else { return [] }
        try checkFolder(name)
        return try log(name).lines().enumerated().map { place, line in
            do {
                return try AliasChange(line)
            } catch var error as InputError {
                (error.file, error.line) = (line.file, place + 1)
                throw error
            }
        }
    }

    /// Versions that an alias names, or that a promotion went to or from: what a rollback may come back to, and what it came
    /// from.
    func promoted(_ name: CheckedName) throws -> Set<Int> {
        let changes = Self.effective(try settledLog(of: name))
        return Set(try aliases(of: name).values).union(changes.flatMap { [$0.from ?? 0, $0.to] }).subtracting([0])
    }

    /// Lets `alias` name `version`, which is verified first.
    ///
    /// - Returns: all aliases afterwards.
    /// - Throws: `InputError` that names the file that is not as it should be, or `why` where that is too long.
    public func promote(
        _ name: CheckedName, to version: Int, alias: CheckedName, at: Double, who: String, why: String
    ) throws -> [String: Int] {
        try Self.check(reason: why, field: "why")
        return try setAlias(alias, of: name, to: version, at: at, who: who) { _ in
            try verify(name, version)
            return why
        }
    }

    /// Lets `alias` name `version` for the reason that `decide` gives once it has looked, in peace, at the version and at
    /// the aliases so far; it throws where the alias stays as it is. What it names already is no change, and no rollback
    /// has to undo it.
    func setAlias(
        _ alias: CheckedName, of name: CheckedName, to version: Int, at: Double, who: String,
        _ decide: (_ aliases: [String: Int]) throws -> String
    ) throws -> [String: Int] {
        try change(name) { aliases, _ in
            let (why, from) = (try decide(aliases), aliases[alias.description])
            guard from != version else { return nil }
            return AliasChange(
                at: at, who: who, alias: alias.description, from: from, to: version, action: "promote", why: why)
        }
    }

    /// Undoes the last promotion that is not yet undone.
    public func rollback(_ name: CheckedName, at: Double, who: String, why: String) throws -> [String: Int] {
        try Self.check(reason: why, field: "why")
        return try change(name) { aliases, log in
            // Each rollback takes one promotion off.
            var open: [AliasChange] = []
            for entry in Self.effective(log) {
                switch entry.action {
                case "promote": open.append(entry)
                // Nothing that an alias named before it was withdrawn comes back.
                case "withdraw": open.removeAll { $0.alias == entry.alias }
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

    /// Takes `alias` away from `version`. Of a reason that is too long the beginning is written down: it is no reason to
    /// leave a version in its place that must go.
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
                at: at, who: who, alias: alias.description, from: version, to: 0, action: "withdraw",
                why: Self.beginning(of: why))
        }
    }

    /// The most bytes that the reason of a change may have.
    public static let reasonLimit = 1000

    /// Refuses a reason that is longer than ``reasonLimit``.
    /// - Throws: `InputError` about `field`.
    public static func check(reason: String, field: String) throws {
        let count = reason.utf8.count
        guard count <= reasonLimit else {
            throw InputError("has \(count) bytes; a reason may have \(reasonLimit)", field: field)
        }
    }

    private static func beginning(of reason: String) -> String {
        var (beginning, count) = ("", 0)
        for character in reason {
            count += String(character).utf8.count
            guard count <= reasonLimit else { break }
            beginning.append(character)
        }
        return beginning
    }

    /// The line is written and synced first; renaming `aliases.json` is the commit.
    private func change(
        _ name: CheckedName, _ decide: (_ aliases: [String: Int], _ log: [AliasChange]) throws -> AliasChange?
    ) throws -> [String: Int] {
        try changing(name) {
            try reconcile(name)
            var aliases = try aliases(of: name)
            guard let change = try decide(aliases, aliasLog(of: name)) else { return aliases }
            try log(name).append(change.line)
            aliases[change.alias] = change.to == 0 ? nil : change.to
            try write(aliases, of: name)
            return aliases
        }
    }

    private func write(_ aliases: [String: Int], of name: CheckedName) throws {
        let members = aliases.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.integer($0.value)) }
        try writeAtomically(JSONValue.object(JSONObject(members)).text(pretty: true) + "\n", to: aliasFile(name))
    }
}
