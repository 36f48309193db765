/// A JSON document, or a part of one, that keeps everything: unknown members, their order, whole numbers exactly.
public enum JSONValue: Sendable, Equatable {
    /// `null`
    case null
    /// `true` or `false`
    case bool(Bool)
    /// A number without fraction and exponent that fits.
    case integer(Int)
    /// Any other number; finite.
    case number(Double)
    /// Text.
    case string(String)
    /// A list.
    case array([JSONValue])
    /// Members by name.
    case object(JSONObject)

    /// The text, if it is one.
    public var string: String? { if case .string(let value) = self { value } else { nil } }

    /// The truth value, if it is one.
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// The number, if it is whole and fits.
    public var int: Int? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }

    /// The number, if it is one.
    public var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// The elements, if it is a list.
    public var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }

    /// The members, if it is an object.
    public var object: JSONObject? { if case .object(let value) = self { value } else { nil } }

    /// The member `key` of an object.
    public subscript(key: String) -> JSONValue? { object?[key] }

    /// What kind of value it is, for messages.
    public var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "a truth value"
        case .integer, .number: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }
}

/// The members of a JSON object, in their order.
public struct JSONObject: Sendable, Equatable {
    /// Names and values, in order; each name once.
    public private(set) var members: [(key: String, value: JSONValue)] = []
    /// Places by name, once there are many.
    private var places: [String: Int] = [:]

    /// Members up to which a linear search is faster.
    private static let few = 12

    /// An object of `members`, whose names differ.
    public init(_ members: [(String, JSONValue)] = []) {
        assert(Set(members.map(\.0)).count == members.count, "a name twice among \(members.map(\.0))")
        self.members = members
        index()
    }

    /// The names, in order.
    public var keys: [String] { members.map(\.key) }

    private func place(of key: String) -> Int? {
        members.count <= Self.few ? members.firstIndex { $0.key == key } : places[key]
    }

    /// The member `key`; setting a new one adds it at the end, setting nil removes it.
    public subscript(key: String) -> JSONValue? {
        get { place(of: key).map { members[$0].value } }
        set {
            if let place = place(of: key) {
                if let newValue {
                    members[place].value = newValue
                } else {
                    members.remove(at: place)
                    index()
                }
            } else if let newValue {
                append(key, newValue)
            }
        }
    }

    /// Adds a member that is not there yet; says whether it was new.
    @discardableResult
    mutating func append(_ key: String, _ value: JSONValue) -> Bool {
        guard place(of: key) == nil else { return false }
        members.append((key, value))
        if members.count == Self.few + 1 {
            index()
        } else if members.count > Self.few {
            places[key] = members.count - 1
        }
        return true
    }

    private mutating func index() {
        places = [:]
        guard members.count > Self.few else { return }
        for (place, member) in members.enumerated() { places[member.key] = place }
    }

    /// Equal names with equal values, in the same order.
    public static func == (a: JSONObject, b: JSONObject) -> Bool {
        a.members.elementsEqual(b.members) { $0.key == $1.key && $0.value == $1.value }
    }
}
