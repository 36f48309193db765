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
        case .null: bytes += "null".utf8
        case .bool(let value): bytes += (value ? "true" : "false").utf8
        case .integer(let value): bytes += "\(value)".utf8
        // With its fraction even where that is zero, so that it reads back as the same kind.
        case .number(let value): bytes += (value.isFinite ? "\(value)" : "null").utf8
        case .string(let value): Self.write(value, to: &bytes)
        case .array(let elements):
            Self.write(elements, between: "[", "]", to: &bytes, indent: indent) { element, indent, bytes in
                element.write(to: &bytes, indent: indent)
            }
        case .object(let object):
            Self.write(object.members, between: "{", "}", to: &bytes, indent: indent) { member, indent, bytes in
                Self.write(member.key, to: &bytes)
                bytes += (indent == nil ? ":" : ": ").utf8
                member.value.write(to: &bytes, indent: indent)
            }
        }
    }

    private static func write<Element>(
        _ elements: [Element], between open: String, _ close: String, to bytes: inout [UInt8], indent: Int?,
        _ body: (Element, Int?, inout [UInt8]) -> Void
    ) {
        bytes += open.utf8
        for (place, element) in elements.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            if let indent { startLine(indent + 1, &bytes) }
            body(element, indent.map { $0 + 1 }, &bytes)
        }
        if let indent, !elements.isEmpty { startLine(indent, &bytes) }
        bytes += close.utf8
    }

    private static func startLine(_ indent: Int, _ bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * indent))
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

    private static func write(_ value: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        defer { bytes.append(UInt8(ascii: "\"")) }
        guard needsEscapes(value) else {
            bytes.append(contentsOf: value.utf8)
            return
        }
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
