/// A place in a JSON document, read with errors that name it: `workflow.execution.tasks[3].runtimeInSeconds`.
public struct JSONField: Sendable {
    /// What stands there; nil if nothing does.
    public let value: JSONValue?
    /// Names from the root, joined by dots.
    public let path: String
    /// The file, for errors.
    public let file: String?

    /// The whole of `document`.
    public init(_ document: JSONValue, file: String? = nil) {
        self.init(document, path: "", file: file)
    }

    private init(_ value: JSONValue?, path: String, file: String?) {
        self.value = value
        self.path = path
        self.file = file
    }

    /// Whether something other than `null` stands here.
    public var isPresent: Bool { value != nil && value != .null }

    /// The member `key`, there or not.
    public subscript(key: String) -> JSONField {
        JSONField(value?[key], path: path.isEmpty ? key : "\(path).\(key)", file: file)
    }

    /// An error about this place.
    public func failure(_ problem: String) -> InputError {
        InputError(problem, file: file, field: path.isEmpty ? nil : path)
    }

    private func read<Result>(_ kind: String, _ convert: (JSONValue) -> Result?) throws -> Result {
        guard let value else { throw failure("is missing") }
        guard let result = convert(value) else { throw failure("is \(value.kindName), not \(kind)") }
        return result
    }

    /// The text here.
    public func string() throws -> String { try read("a text", \.string) }

    /// The number here.
    public func double() throws -> Double { try read("a number", \.double) }

    /// The number here, which must not be negative.
    public func amount() throws -> Double {
        let value = try double()
        guard value >= 0 else { throw failure("is negative: \(JSONValue.text(of: value))") }
        return value
    }

    /// The number here, which must be above zero.
    public func positive() throws -> Double {
        let value = try double()
        guard value > 0 else { throw failure("is \(JSONValue.text(of: value)), not positive") }
        return value
    }

    /// The number here, which must not be below `least`.
    public func double(atLeast least: Double) throws -> Double {
        let value = try double()
        guard value >= least else {
            throw failure("is \(JSONValue.text(of: value)), less than \(JSONValue.text(of: least))")
        }
        return value
    }

    /// The number here, which must lie in 0 to 1.
    public func share() throws -> Double {
        let value = try double()
        guard value >= 0, value <= 1 else { throw failure("is \(JSONValue.text(of: value)), not between 0 and 1") }
        return value
    }

    /// The whole number here.
    public func int() throws -> Int { try read("a whole number", \.int) }

    /// The truth value here.
    public func bool() throws -> Bool { try read("a truth value", \.bool) }

    /// The members here.
    public func object() throws -> JSONObject { try read("an object", \.object) }

    /// The elements of the list here.
    public func elements() throws -> [JSONField] {
        try read("a list", \.array).enumerated().map { JSONField($1, path: "\(path)[\($0)]", file: file) }
    }

    /// The elements, none if nothing stands here.
    public func elementsIfPresent() throws -> [JSONField] { isPresent ? try elements() : [] }

    /// Refuses members that are not in `known`, by name.
    public func refuseUnknown(_ known: Set<String>) throws {
        if let key = try object().keys.first(where: { !known.contains($0) }) {
            throw self[key].failure("is not known here")
        }
    }

    /// What `read` makes of this place; nil if nothing stands here.
    public func ifPresent<Result>(_ read: (JSONField) throws -> Result) throws -> Result? {
        isPresent ? try read(self) : nil
    }
}
