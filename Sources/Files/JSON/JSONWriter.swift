extension JSONValue {
    /// The document as text: on one line, or indented by two spaces. The same value gives the same text.
    public func text(pretty: Bool = false) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.fewBytes)
        write(to: &bytes, indent: pretty ? 0 : nil)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The document in UTF-8, on one line.
    public var utf8: [UInt8] {
        var bytes: [UInt8] = []
        write(to: &bytes, indent: nil)
        return bytes
    }

    /// What most documents have room in.
    private static let fewBytes = 2048

    private func write(to bytes: inout [UInt8], indent: Int?) {
        switch self {
        case .null: Self.append("null", to: &bytes)
        case .bool(let value): Self.append(value ? "true" : "false", to: &bytes)
        case .integer(let value): Self.append("\(value)", to: &bytes)
        // With its fraction even where that is zero, so that it reads back as the same kind.
        case .number(let value): Self.append(value.isFinite ? "\(value)" : "null", to: &bytes)
        case .string(let value): Self.write(quoting: value, to: &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for place in elements.indices {
                Self.separate(place, &bytes, indent)
                elements[place].write(to: &bytes, indent: indent.map { $0 + 1 })
            }
            if let indent, !elements.isEmpty { Self.startLine(indent, &bytes) }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            let members = object.members
            bytes.append(UInt8(ascii: "{"))
            for place in members.indices {
                Self.separate(place, &bytes, indent)
                Self.write(quoting: members[place].key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                if indent != nil { bytes.append(UInt8(ascii: " ")) }
                members[place].value.write(to: &bytes, indent: indent.map { $0 + 1 })
            }
            if let indent, !members.isEmpty { Self.startLine(indent, &bytes) }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    /// Ends what stands before the element at `place`, and begins its line.
    private static func separate(_ place: Int, _ bytes: inout [UInt8], _ indent: Int?) {
        if place > 0 { bytes.append(UInt8(ascii: ",")) }
        if let indent { startLine(indent + 1, &bytes) }
    }

    private static func startLine(_ indent: Int, _ bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * indent))
    }

    /// Adds the bytes of `text` at once, where they lie in one piece.
    private static func append(_ text: String, to bytes: inout [UInt8]) {
        let isDone: Void? = unsafe text.utf8.withContiguousStorageIfAvailable { unsafe bytes.append(contentsOf: $0) }
        if isDone == nil { bytes.append(contentsOf: text.utf8) }
    }

    /// The shortest text that reads back as `value`; whole numbers without a fraction. `null` if it is not finite.
    public static func text(of value: Double) -> String {
        guard value.isFinite else { return "null" }
        if let whole = Int(exactly: value), whole.magnitude < 1 << 53 { return "\(whole)" }
        return "\(value)"
    }

    private static func needsEscapes(_ value: String) -> Bool {
        let utf8 = value.utf8.span
        for place in utf8.indices {
            let byte = utf8[place]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return true }
        }
        return false
    }

    private static func write(quoting value: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        defer { bytes.append(UInt8(ascii: "\"")) }
        guard needsEscapes(value) else { return append(value, to: &bytes) }
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\""): bytes += #"\""#.utf8
            case UInt8(ascii: "\\"): bytes += #"\\"#.utf8
            case UInt8(ascii: "\n"): bytes += #"\n"#.utf8
            case UInt8(ascii: "\r"): bytes += #"\r"#.utf8
            case UInt8(ascii: "\t"): bytes += #"\t"#.utf8
            case 0..<0x20:
                let digits = String(byte, radix: 16)
                bytes += (#"\u"# + String(repeating: "0", count: 4 - digits.count) + digits).utf8
            default: bytes.append(byte)
            }
        }
    }
}
