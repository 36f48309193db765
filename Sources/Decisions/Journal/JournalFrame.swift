import Files

/// The form of a record in a file: a line with a checksum and a header, the question, the answer, and the end of a line.
///
///     1f83d9ab {"kind":"decision","id":"…","inputBytes":17,"outputBytes":2031}
///     {"task":{"p":1}}{"predictions":[…]}
///
/// The checksum covers everything behind the space that follows it. No line of a JSON document can begin like a record,
/// so that records can be told from what they hold even where something is broken.
struct JournalFrame {
    /// What stands at a place of a file.
    enum Reading {
        /// A whole record.
        case whole(JournalFrame)
        /// The beginning of one, as far as can be seen.
        case cut
        /// Something else.
        case damaged(String)
    }

    /// What is known of the record beside question and answer.
    let header: JSONField
    /// Where the question stands.
    let input: Range<Int>
    /// Where the answer stands.
    let output: Range<Int>
    /// The place behind the record.
    var end: Int { output.upperBound + 1 }

    /// Digits of the checksum and the space behind them.
    private static let prefix = 9

    /// The record of a header, a question and an answer.
    static func bytes(_ header: JSONObject, input: String, output: String) -> [UInt8] {
        var header = header
        header["inputBytes"] = .integer(input.utf8.count)
        header["outputBytes"] = .integer(output.utf8.count)
        let line = JSONValue.object(header).utf8
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.prefix + line.count + input.utf8.count + output.utf8.count + 2)
        bytes += [UInt8](repeating: UInt8(ascii: " "), count: Self.prefix)
        bytes += line
        bytes.append(UInt8(ascii: "\n"))
        bytes += input.utf8
        bytes += output.utf8
        bytes.append(UInt8(ascii: "\n"))
        var checksum = Checksum.crc32(bytes[Self.prefix...])
        for place in 0..<8 {
            let digit = UInt8(checksum >> 28)
            bytes[place] = digit < 10 ? 48 + digit : 87 + digit
            checksum <<= 4
        }
        return bytes
    }

    /// What stands at `start` of `bytes`, a part of `file`.
    static func read(_ bytes: [UInt8], at start: Int, file: String) -> Reading {
        guard beginsLikeOne(bytes, at: start) else { return .damaged("no record begins there") }
        guard let newline = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) else { return .cut }
        let line = Array(bytes[(start + prefix)..<newline])
        guard let json = try? JSONValue(parsing: line), let inputBytes = json["inputBytes"]?.int,
            let outputBytes = json["outputBytes"]?.int, [inputBytes, outputBytes].allSatisfy((0...1 << 40).contains)
        else { return .damaged("a record's first line is unreadable") }
        let middle = newline + 1 + inputBytes
        let frame = JournalFrame(
            header: JSONField(json, file: file), input: (newline + 1)..<middle, output: middle..<(middle + outputBytes))
        guard frame.end <= bytes.count else { return .cut }
        let stated = UInt32(String(decoding: bytes[start..<(start + 8)], as: UTF8.self), radix: 16)
        guard stated == Checksum.crc32(bytes[(start + prefix)..<frame.end]) else {
            return .damaged("a record does not agree with its checksum")
        }
        return .whole(frame)
    }

    /// Whether what is there of the first bytes could be those of a record: eight digits, a space and a brace.
    private static func beginsLikeOne(_ bytes: [UInt8], at start: Int) -> Bool {
        bytes[start..<min(start + prefix + 1, bytes.count)].enumerated().allSatisfy { place, byte in
            switch place {
            case 8: byte == UInt8(ascii: " ")
            case 9: byte == UInt8(ascii: "{")
            default: (48...57).contains(byte) || (97...102).contains(byte)
            }
        }
    }

    /// Where the first whole record behind `start` begins; nil if there is none.
    static func nextWhole(_ bytes: [UInt8], behind start: Int, file: String) -> Int? {
        var brace = start + prefix
        while let next = bytes[min(brace + 1, bytes.count)...].firstIndex(of: UInt8(ascii: "{")) {
            brace = next
            if case .whole = read(bytes, at: brace - prefix, file: file) { return brace - prefix }
        }
        return nil
    }
}
