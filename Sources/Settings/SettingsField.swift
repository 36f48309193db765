import Files
import Yams

/// A place in a YAML document, read with errors that name the key and its line.
struct SettingsField {
    let node: Node
    let key: String
    let file: String
    let line: Int

    /// The root of the document `text`; nil where it is empty.
    static func root(of text: String, file: String) throws -> SettingsField? {
        do {
            guard let node = try Yams.compose(yaml: text) else { return nil }
            return SettingsField(node: node, key: "", file: file, line: node.mark?.line ?? 1)
        } catch let error as YamlError {
            throw Self.failure(error, file: file)
        }
    }

    private static func failure(_ error: YamlError, file: String) -> InputError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            InputError("is no valid YAML: \(problem)", file: file, line: mark.line)
        case .duplicatedKeysInMapping(let keys, let context):
            InputError(
                "the key \(keys.map { "\"\($0)\"" }.joined(separator: ", ")) stands twice", file: file,
                line: context.mark.line)
        default: InputError("is no valid YAML", file: file)
        }
    }

    func failure(_ problem: String) -> InputError {
        InputError(problem, file: file, line: line, field: key.isEmpty ? nil : key)
    }

    /// The members by name; a name that is not in `known` is refused.
    func members(_ known: [String]) throws -> [String: SettingsField] {
        guard let mapping = node.mapping else { throw failure("is not a group of keys") }
        var members: [String: SettingsField] = [:]
        for (name, value) in mapping {
            let path = key.isEmpty ? name.string ?? "?" : "\(key).\(name.string ?? "?")"
            let field = SettingsField(node: value, key: path, file: file, line: name.mark?.line ?? line)
            guard let name = name.string, known.contains(name) else {
                throw field.failure("is not known; there are \(known.joined(separator: ", "))")
            }
            members[name] = field
        }
        return members
    }

    func elements() throws -> [SettingsField] {
        guard let sequence = node.sequence else { throw failure("is not a list") }
        return sequence.enumerated().map {
            SettingsField(node: $1, key: "\(key)[\($0)]", file: file, line: $1.mark?.line ?? line)
        }
    }

    private func typed<Value>(_ kind: String, _ tags: [Tag.Name], _ value: Value?) throws -> Value {
        guard node.scalar != nil, tags.contains(where: { node.tag == Tag($0) }), let value else {
            throw failure("is not \(kind)")
        }
        return value
    }

    func string() throws -> Settings.Located<String> {
        let value = try typed("a text", [.str], node.string)
        return Settings.Located(value: value, key: key, file: file, line: line)
    }

    func int(_ range: ClosedRange<Int>) throws -> Int {
        let value = try typed("a whole number", [.int], node.int)
        guard range.contains(value) else {
            throw failure("is \(value), not between \(range.lowerBound) and \(range.upperBound)")
        }
        return value
    }

    func number(_ range: ClosedRange<Double>) throws -> Double {
        let value = try typed("a number", [.int, .float], node.float)
        guard range.contains(value) else {
            throw failure(
                "is \(JSONValue.text(of: value)), not between \(JSONValue.text(of: range.lowerBound)) and "
                    + JSONValue.text(of: range.upperBound))
        }
        return value
    }
}
