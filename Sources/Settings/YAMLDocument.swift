import Files
import Yams

/// A YAML document as the JSON that says the same, for files that people write by hand.
///
/// Strict where YAML guesses: a number is written as in JSON, a truth value is `true` or `false`, and a text that looks like
/// something else needs quotes. Anchors and aliases are not read.
public struct YAMLDocument: Sendable {
    /// What it says.
    public let json: JSONValue
    private let file: String
    /// The line of each place, by its path as ``JSONField`` writes it.
    private let lines: [String: Int]

    /// Values that lie deeper in each other are refused.
    private static let maximumDepth = 64

    /// Reads the document `text`; an empty one is an empty object.
    ///
    /// - Throws: `InputError` that names the line.
    public init(parsing text: String, file: String) throws {
        var lines: [String: Int] = [:]
        json =
            try SettingsField.root(of: text, file: file).map { root in
                try Self.value(root.node, path: "", from: root, depth: 0, &lines)
            } ?? .object(JSONObject())
        self.file = file
        self.lines = lines
    }

    /// What `body` makes of the document; an error that names a place gets its line.
    public func read<Result>(_ body: (JSONField) throws -> Result) throws -> Result {
        do {
            return try body(JSONField(json, file: file))
        } catch var error as InputError where error.file == file && error.line == nil {
            error.line = error.field.flatMap(line)
            throw error
        }
    }

    /// The line of `path`, or of what it lies in where it is not there.
    private func line(of path: String) -> Int? {
        var path = path[...]
        while !path.isEmpty {
            if let line = lines[String(path)] { return line }
            guard let end = path.lastIndex(where: { $0 == "." || $0 == "[" }) else { break }
            path = path[..<end]
        }
        return lines[""]
    }

    private static func value(
        _ node: Node, path: String, from root: SettingsField, depth: Int, _ lines: inout [String: Int]
    ) throws -> JSONValue {
        func place(_ node: Node, _ path: String) -> SettingsField {
            SettingsField(node: node, key: path, file: root.file, line: node.mark?.line ?? root.line)
        }
        let here = place(node, path)
        lines[path] = lines[path] ?? here.line
        guard depth <= maximumDepth else { throw here.failure("lies more than \(maximumDepth) levels deep") }
        if let mapping = node.mapping {
            var object = JSONObject()
            for (key, member) in mapping {
                guard let name = key.scalar?.string else { throw here.failure("has a key that is no text") }
                let path = path.isEmpty ? name : "\(path).\(name)"
                lines[path] = key.mark?.line ?? here.line
                object[name] = try value(member, path: path, from: root, depth: depth + 1, &lines)
            }
            return .object(object)
        }
        if let sequence = node.sequence {
            return .array(
                try sequence.enumerated().map {
                    try value($1, path: "\(path)[\($0)]", from: root, depth: depth + 1, &lines)
                })
        }
        return try here.json()
    }

    /// `value` as the text of a document, with lines of `comment` before it.
    public static func text(of value: JSONValue, comment: String = "") throws -> String {
        let head = comment.split(separator: "\n", omittingEmptySubsequences: false).map { "# \($0)\n" }.joined()
        return (comment.isEmpty ? "" : head)
            + (try Yams.serialize(node: node(of: value), width: -1, allowUnicode: true))
    }

    private static func node(of value: JSONValue) -> Node {
        switch value {
        case .null: Node("null", Tag(.null))
        case .bool(let value): Node(value ? "true" : "false", Tag(.bool))
        case .integer(let value): Node(String(value), Tag(.int))
        case .number(let value): Node(JSONValue.text(of: value), Tag(.float))
        case .string(let value): text(value)
        case .array(let values):
            // A list of numbers stands on one line.
            .sequence(
                Node.Sequence(
                    values.map(node), Tag(.seq),
                    values.allSatisfy { $0.array == nil && $0.object == nil } ? .flow : .block))
        case .object(let object):
            .mapping(Node.Mapping(object.members.map { (text($0.key), node(of: $0.value)) }, Tag(.map)))
        }
    }

    /// A text in quotes, unless it is a word that nothing else could be meant by.
    private static func text(_ value: String) -> Node {
        let others = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
        let isPlain =
            value.wholeMatch(of: /[A-Za-z][A-Za-z0-9_.\/-]*/) != nil && !others.contains(value.lowercased())
        return .scalar(Node.Scalar(value, Tag(.str), isPlain ? .plain : .doubleQuoted))
    }
}

extension SettingsField {
    /// The scalar as JSON has it.
    fileprivate func json() throws -> JSONValue {
        guard let scalar = node.scalar else { throw failure("is neither a value, a list nor a group of keys") }
        guard scalar.style == .plain else { return .string(scalar.string) }
        let text = scalar.string
        if let match = text.wholeMatch(of: /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/) {
            if match.output.1 == nil, match.output.2 == nil, let whole = Int(text) { return .integer(whole) }
            guard let number = Double(text), number.isFinite else { throw failure("is too large a number: \(text)") }
            return .number(number)
        }
        switch text {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "null", "~", "": return .null
        default: break
        }
        guard node.tag == Tag(.str) else {
            throw failure("\"\(text)\" is no number, truth value or text as JSON has them; a text needs quotes")
        }
        return .string(text)
    }
}
