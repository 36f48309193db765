extension JSONValue {
    /// Parses a whole document by RFC 8259, strictly: one value, no member twice, valid UTF-8, finite numbers.
    ///
    /// - Parameters:
    ///   - bytes: the document; a byte order mark is not accepted.
    ///   - file: named in errors.
    ///   - maximumDepth: how deep lists and objects may be nested.
    /// - Throws: `InputError` with the line.
    public init(parsing bytes: [UInt8], file: String? = nil, maximumDepth: Int = 128) throws {
        var parser = JSONParser(bytes: bytes, file: file, maximumDepth: maximumDepth)
        self = try parser.document()
    }
}

private struct JSONParser {
    let bytes: [UInt8]
    let file: String?
    let maximumDepth: Int
    var place = 0

    init(bytes: [UInt8], file: String?, maximumDepth: Int) {
        self.bytes = bytes
        self.file = file
        self.maximumDepth = maximumDepth
    }

    mutating func document() throws -> JSONValue {
        skipSpace()
        guard place < bytes.count else { throw failure("is empty: JSON expected") }
        let value = try value(depth: 0)
        skipSpace()
        guard place == bytes.count else { throw failure("something stands behind the JSON document") }
        return value
    }

    /// An error at the current place.
    func failure(_ problem: String) -> InputError {
        let line = 1 + bytes[..<min(place, bytes.count)].reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
        return InputError(problem, file: file, line: line)
    }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func skipSpace() {
        while place < bytes.count {
            switch bytes[place] {
            case 0x20, 0x0A, 0x0D, 0x09: place += 1
            default: return
            }
        }
    }

    /// The value at this place, which is the member `name` of an object where it has a name.
    private mutating func value(depth: Int, name: String? = nil) throws -> JSONValue {
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth, name: name)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case let byte? where byte == UInt8(ascii: "-") || (48...57).contains(byte): return try number()
        case nil: throw failure("ends in the middle of the JSON document")
        default: throw failure("no JSON value")
        }
    }

    private mutating func word(_ text: String, _ value: JSONValue) throws -> JSONValue {
        guard bytes[place...].starts(with: text.utf8) else { throw failure("no JSON value") }
        place += text.utf8.count
        return value
    }

    private mutating func object(depth: Int, name: String?) throws -> JSONValue {
        guard depth < maximumDepth else { throw failure("is nested deeper than \(maximumDepth)") }
        place += 1
        var object = JSONObject()
        skipSpace()
        if next == UInt8(ascii: "}") {
            place += 1
            return .object(object)
        }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw failure("a member's name in quotes expected") }
            let key = try string()
            skipSpace()
            guard next == UInt8(ascii: ":") else { throw failure("a colon expected behind \"\(key)\"") }
            place += 1
            skipSpace()
            guard object.append(key, try value(depth: depth + 1, name: key)) else {
                let place = name.map { "in \"\($0)\"" } ?? "in one object"
                throw failure("the member \"\(key)\" stands twice \(place)")
            }
            skipSpace()
            switch next {
            case UInt8(ascii: ","): place += 1
            case UInt8(ascii: "}"):
                place += 1
                return .object(object)
            case nil: throw failure("ends in the middle of an object")
            default: throw failure("a comma or } expected")
            }
        }
    }

    private mutating func array(depth: Int) throws -> JSONValue {
        guard depth < maximumDepth else { throw failure("is nested deeper than \(maximumDepth)") }
        place += 1
        var elements: [JSONValue] = []
        skipSpace()
        if next == UInt8(ascii: "]") {
            place += 1
            return .array(elements)
        }
        while true {
            skipSpace()
            elements.append(try value(depth: depth + 1))
            skipSpace()
            switch next {
            case UInt8(ascii: ","): place += 1
            case UInt8(ascii: "]"):
                place += 1
                return .array(elements)
            case nil: throw failure("ends in the middle of a list")
            default: throw failure("a comma or ] expected")
            }
        }
    }

    private mutating func number() throws -> JSONValue {
        let start = place
        var isWhole = true
        if next == UInt8(ascii: "-") { place += 1 }
        if next == UInt8(ascii: "0") { place += 1 } else { try digits() }
        if next == UInt8(ascii: ".") {
            isWhole = false
            place += 1
            try digits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            isWhole = false
            place += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { place += 1 }
            try digits()
        }
        if isWhole, let value = smallInteger(bytes[start..<place]) { return .integer(value) }
        let text = String(decoding: bytes[start..<place], as: UTF8.self)
        // Only a number with a sign of its own keeps that of -0.
        if isWhole, text != "-0", let value = Int(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else {
            throw failure("the number \(text.prefix(40)) is too large")
        }
        return .number(value)
    }

    /// The value of up to 18 digits without a sign, which always fit.
    private func smallInteger(_ digits: ArraySlice<UInt8>) -> Int? {
        guard digits.count <= 18, digits.first != UInt8(ascii: "-") else { return nil }
        return digits.reduce(0) { 10 * $0 + Int($1 - UInt8(ascii: "0")) }
    }

    private mutating func digits() throws {
        let start = place
        while let byte = next, (48...57).contains(byte) { place += 1 }
        guard place > start else { throw failure("a digit expected") }
    }

    private mutating func string() throws -> String {
        place += 1
        let start = place
        var all: UInt8 = 0
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
            all |= byte
            place += 1
        }
        if next == UInt8(ascii: "\"") {
            defer { place += 1 }
            // ASCII, as nearly all texts are, is valid UTF-8.
            return all < 0x80 ? String(decoding: bytes[start..<place], as: UTF8.self) : try text(bytes[start..<place])
        }
        var unescaped = Array(bytes[start..<place])
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                place += 1
                return try text(unescaped[...])
            case UInt8(ascii: "\\"):
                place += 1
                try escape(into: &unescaped)
            case 0..<0x20: throw failure("a control character in a text")
            default:
                unescaped.append(byte)
                place += 1
            }
        }
        throw failure("ends in the middle of a text")
    }

    private func text(_ utf8: ArraySlice<UInt8>) throws -> String {
        guard let text = String(validating: utf8, as: UTF8.self) else { throw failure("a text is no valid UTF-8") }
        return text
    }

    private mutating func escape(into text: inout [UInt8]) throws {
        guard let byte = next else { throw failure("ends in the middle of a text") }
        place += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var code = try fourDigits()
            if (0xD800..<0xDC00).contains(code), bytes[place...].starts(with: "\\u".utf8) {
                place += 2
                let low = try fourDigits()
                guard (0xDC00..<0xE000).contains(low) else { throw failure("a surrogate stands alone") }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw failure("a surrogate stands alone") }
            text.append(contentsOf: String(Character(scalar)).utf8)
        default: throw failure("an unknown escape in a text")
        }
    }

    private mutating func fourDigits() throws -> UInt32 {
        guard place + 4 <= bytes.count else { throw failure("ends in the middle of a text") }
        var code: UInt32 = 0
        for byte in bytes[place..<place + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw failure("no hexadecimal digit")
            }
            code = code << 4 + UInt32(digit)
        }
        place += 4
        return code
    }
}
