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

    var line: JSONObject {
        JSONObject([
            ("at", .number(at)), ("who", .string(who)), ("alias", .string(alias)),
            ("from", from.map(JSONValue.integer) ?? .null), ("to", .integer(to)), ("action", .string(action)),
            ("why", .string(why)),
        ])
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

    private static let actions: Set = ["promote", "rollback", "withdraw", "abandoned"]

    init(_ line: JSONField) throws {
        try line.refuseUnknown(["at", "who", "alias", "from", "to", "action", "why"])
        func version(_ field: JSONField, _ allowed: ClosedRange<Int>) throws -> Int {
            let version = try field.int()
            guard allowed.contains(version) else { throw field.failure("is \(version), which no version is") }
            return version
        }
        let none = 0...ModelRegistry.versions.upperBound
        let action = try line["action"].string()
        guard Self.actions.contains(action) else { throw line["action"].failure("is not known here") }
        self.init(
            at: try line["at"].double(), who: try line["who"].string(),
            alias: try CheckedName(line["alias"].string(), field: "alias").description,
            from: try line["from"].ifPresent { try version($0, none) }, to: try version(line["to"], none),
            action: action, why: try line["why"].string())
    }
}
