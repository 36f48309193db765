import Files
import Yams

/// A place in a YAML document, read with errors that name the key and its line.
///
/// Numbers are decimal: what YAML would read as octal, hexadecimal or sexagesimal is refused rather than guessed at.
struct SettingsField {
    let node: Node
    let key: String
    let file: String
    let line: Int

    /// The root of the document `text`; nil where it is empty.
    static func root(of text: String, file: String) throws -> SettingsField? {
        try SettingsReferences.refuse(in: text, file: file)
        do {
            // Yams keeps a pointer into the text, and a text of up to 15 bytes has no place that stays.
            let padded = text + String(repeating: "\n", count: 16)
            guard let node = try Yams.compose(yaml: padded), !isNull(node) else { return nil }
            return SettingsField(node: node, key: "", file: file, line: node.mark?.line ?? 1)
        } catch let error as YamlError {
            throw Self.failure(error, text, file: file)
        }
    }

    private static func failure(_ error: YamlError, _ text: String, file: String) -> InputError {
        func failure(_ problem: String, line: Int?) -> InputError {
            // What is never closed is missed at the end, which is behind the text.
            InputError(problem, file: file, line: line.map { min($0, lines(in: text[...])) })
        }
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return failure("is no valid YAML: \(problem)", line: mark.line)
        case .reader(let problem, let offset, _, _):
            return failure("is no valid YAML: \(problem)", line: offset.map { lines(in: text.prefix($0)) })
        case .duplicatedKeysInMapping(let keys, let context):
            let names = keys.map { "\"\($0)\"" }.joined(separator: ", ")
            return failure("the key \(names) stands twice", line: context.mark.line)
        default: return failure("is no valid YAML", line: nil)
        }
    }

    private static func lines(in text: Substring) -> Int { 1 + text.count(where: \.isNewline) }

    private static func isNull(_ node: Node) -> Bool { node.scalar != nil && node.tag == Tag(.null) }

    func failure(_ problem: String) -> InputError {
        InputError(problem, file: file, line: line, field: key.isEmpty ? nil : key)
    }

    /// The members by name, none where nothing stands behind the key; a name that is not in `known` is refused.
    func members(_ known: [String]) throws -> [String: SettingsField] {
        if Self.isNull(node) { return [:] }
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

    /// The text of a value without quotes that is of one of the `kinds`.
    private func plain(_ kinds: [Tag.Name]) -> String? {
        guard let scalar = node.scalar, scalar.style == .plain, kinds.contains(where: { node.tag == Tag($0) }) else {
            return nil
        }
        return scalar.string
    }

    func string() throws -> Settings.Located<String> {
        guard let scalar = node.scalar, node.tag == Tag(.str) else {
            throw failure(node.scalar == nil ? "is not a text" : "is not a text; one that looks otherwise needs quotes")
        }
        guard !scalar.string.isEmpty else { throw failure("is empty") }
        guard !scalar.string.utf8.contains(0) else { throw failure("holds a NUL") }
        return located(scalar.string)
    }

    /// `value` with this place.
    func located<Value>(_ value: Value) -> Settings.Located<Value> {
        Settings.Located(value: value, key: key, file: file, line: line)
    }

    func int(_ range: ClosedRange<Int>) throws -> Int {
        guard let text = plain([.int]), text.wholeMatch(of: /-?(0|[1-9][0-9]*)/) != nil else {
            throw failure("is not a whole number in decimal digits")
        }
        guard let value = Int(text), range.contains(value) else {
            throw failure("is \(text), not between \(range.lowerBound) and \(range.upperBound)")
        }
        return value
    }

    func number(_ range: ClosedRange<Double>) throws -> Double {
        guard let text = plain([.int, .float]), let value = Double(text),
            text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]*)?([eE][-+]?[0-9]+)?/) != nil
        else { throw failure("is not a number in decimal digits") }
        guard range.contains(value) else {
            let (low, high) = (JSONValue.text(of: range.lowerBound), JSONValue.text(of: range.upperBound))
            throw failure("is \(text), not between \(low) and \(high)")
        }
        return value
    }
}
