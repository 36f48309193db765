extension TapeArchive {
    /// Where the fields of a header lie.
    private enum Field {
        static let (name, mode, user, group) = (0..<100, 100..<108, 108..<116, 116..<124)
        static let (size, time, checksum, type) = (124..<136, 136..<148, 148..<156, 156)
        static let (link, magic, prefix) = (157..<257, 257..<265, 345..<500)
    }

    /// `ustar`, NUL, `00`
    private static let magic: [UInt8] = Array("ustar\0".utf8) + Array("00".utf8)
    private static let plainFile = UInt8(ascii: "0")

    /// A header of a plain file that belongs to nobody and was changed at moment 0, so that it says nothing but its name
    /// and size.
    static func header(name: String, size: Int) throws -> [UInt8] {
        guard size <= largest else { throw InputError("has \(size) bytes; \(largest) is the limit", field: name) }
        var header = [UInt8](repeating: 0, count: block)
        func set(_ field: Range<Int>, _ bytes: some Collection<UInt8>) {
            header.replaceSubrange(field.lowerBound..<field.lowerBound + bytes.count, with: bytes)
        }
        set(Field.name, Array(name.utf8))
        for (field, value) in [
            (Field.mode, 0o644), (Field.user, 0), (Field.group, 0), (Field.size, size), (Field.time, 0),
        ] {
            set(field, octal(value, digits: field.count - 1))
        }
        header[Field.type] = plainFile
        set(Field.magic, magic)
        set(Field.checksum, octal(sum(of: header), digits: 6) + [0, UInt8(ascii: " ")])
        return header
    }

    /// The name and the size of the plain file that `header` is of.
    static func read(header: [UInt8]) throws -> (name: String, size: Int) {
        let nameBytes = header[Field.name].prefix { $0 != 0 }
        guard let name = String(validating: nameBytes, as: UTF8.self) else {
            throw InputError("a member's name is no UTF-8")
        }
        func failure(_ problem: String) -> InputError { InputError(problem, field: shown(name)) }
        guard Array(header[Field.magic]) == magic else { throw failure("is not in the format ustar") }
        guard number(header[Field.checksum]) == sum(of: header) else {
            throw failure("has a header that is not what its checksum says")
        }
        let type = header[Field.type]
        guard type == plainFile else {
            let kinds: [UInt8: String] = [
                UInt8(ascii: "1"): "a link", UInt8(ascii: "2"): "a symbolic link", UInt8(ascii: "5"): "a folder",
            ]
            throw failure("is \(kinds[type] ?? "of the type \(type)"), not a plain file")
        }
        guard header[Field.name].dropFirst(nameBytes.count).allSatisfy({ $0 == 0 }),
            header[Field.prefix].allSatisfy({ $0 == 0 }), header[Field.link].allSatisfy({ $0 == 0 })
        else { throw failure("has a name in several parts") }
        guard let size = number(header[Field.size]) else { throw failure("has a size that is no octal number") }
        return (name, size)
    }

    /// Refuses a name that is not safe as a path below some folder, or that stands in `names`; adds it to those.
    static func check(_ name: String, among names: inout Set<String>) throws {
        func failure(_ problem: String) -> InputError { InputError(problem, field: shown(name)) }
        let bytes = Array(name.utf8)
        guard (1...100).contains(bytes.count) else {
            throw failure("a member's name has \(bytes.count) bytes, not 1 to 100")
        }
        guard bytes.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }) else {
            throw failure("a member's name holds something else than plain characters")
        }
        guard
            name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy({ !["", ".", ".."].contains($0) })
        else { throw failure("a member's name leads elsewhere") }
        guard names.insert(name).inserted else { throw failure("stands twice") }
    }

    /// The beginning of `name`, with what would upset a terminal escaped.
    private static func shown(_ name: String) -> String {
        String(String.UnicodeScalarView(name.unicodeScalars.prefix(100))).printableLine
    }

    /// The sum of all bytes, those of the checksum itself taken as spaces.
    private static func sum(of header: [UInt8]) -> Int {
        header.enumerated().reduce(0) { sum, byte in
            sum + (Field.checksum.contains(byte.offset) ? 0x20 : Int(byte.element))
        }
    }

    private static func octal(_ value: Int, digits: Int) -> [UInt8] {
        let text = String(value, radix: 8)
        return Array((String(repeating: "0", count: digits - text.count) + text).utf8)
    }

    /// Octal digits with NULs and spaces behind, or spaces in front; nil if it is anything else.
    private static func number(_ field: ArraySlice<UInt8>) -> Int? {
        let digits = field.drop { $0 == 0x20 }.prefix { (0x30...0x37).contains($0) }
        guard !digits.isEmpty, digits.count <= 11,
            field[digits.endIndex...].allSatisfy({ $0 == 0 || $0 == 0x20 })
        else { return nil }
        return digits.reduce(0) { 8 * $0 + Int($1 - 0x30) }
    }
}
