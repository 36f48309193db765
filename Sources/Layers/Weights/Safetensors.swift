import Files

/// The format safetensors: a length, a JSON header, and the arrays one behind the other. Data only: nothing in it is run.
///
/// Hugging Face, "Safetensors: format", version 0.4.
public enum Safetensors {
    /// The longest header that is read, as in the reference.
    static let maximumHeader = 100_000_000

    private static let types: [(name: String, size: Int)] = [("F32", 4), ("F64", 8), ("I64", 8), ("U8", 1)]

    /// `archive` as a file. The same archive gives the same bytes.
    public static func encode(_ archive: WeightArchive) -> [UInt8] {
        var header = JSONObject()
        if !archive.metadata.isEmpty {
            header["__metadata__"] = .object(
                JSONObject(archive.metadata.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
        }
        var data: [UInt8] = []
        for entry in archive.entries {
            let start = data.count
            let type = append(entry.elements, to: &data)
            header[entry.name] = .object(
                JSONObject([
                    ("dtype", .string(type)), ("shape", .array(entry.shape.map(JSONValue.integer))),
                    ("data_offsets", .array([.integer(start), .integer(data.count)])),
                ]))
        }
        var text = Array(JSONValue.object(header).text().utf8)
        while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
        var file: [UInt8] = []
        file.reserveCapacity(8 + text.count + data.count)
        append(UInt64(text.count), to: &file)
        return file + text + data
    }

    private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        for place in stride(from: 0, to: value.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> place))
        }
    }

    private static func append(_ elements: WeightArchive.Elements, to data: inout [UInt8]) -> String {
        switch elements {
        case .float32(let values):
            for value in values { append(value.bitPattern, to: &data) }
            return "F32"
        case .float64(let values):
            for value in values { append(value.bitPattern, to: &data) }
            return "F64"
        case .int64(let values):
            for value in values { append(value, to: &data) }
            return "I64"
        case .uint8(let values):
            data += values
            return "U8"
        }
    }

    /// Reads a file strictly: every byte is accounted for once, and nothing is taken on trust.
    ///
    /// - Throws: `InputError` that names the array and what is wrong with it.
    public static func decode(_ file: [UInt8], name: String? = nil) throws -> WeightArchive {
        do {
            return try decode(file)
        } catch var error as InputError {
            error.file = error.file ?? name
            error.line = nil
            throw error
        }
    }

    private static func decode(_ file: [UInt8]) throws -> WeightArchive {
        guard file.count >= 8 else { throw InputError("is no safetensors file: shorter than its header's length") }
        let stated = (0..<8).reduce(UInt64(0)) { $0 | UInt64(file[$1]) << (8 * UInt64($1)) }
        guard stated <= maximumHeader else {
            throw InputError("states a header of \(stated) bytes; \(maximumHeader) is the limit")
        }
        let length = Int(stated)
        guard length <= file.count - 8 else { throw InputError("states a header of \(length) bytes and ends before") }
        let text = Array(file[8..<8 + length])
        guard text.first == UInt8(ascii: "{") else { throw InputError("the header does not begin with {") }
        guard case .object(let header) = try JSONValue(parsing: text, maximumDepth: 4) else {
            throw InputError("the header is no object")
        }
        var archive = WeightArchive()
        var ranges: [(name: String, range: Range<Int>)] = []
        let data = 8 + length
        for (name, value) in header.members {
            if name == "__metadata__" {
                archive.metadata = try metadata(value)
                continue
            }
            let (shape, type, range) = try entry(value, name: name, available: file.count - data)
            ranges.append((name, range))
            archive.set(name, shape: shape, elements(file[data + range.lowerBound..<data + range.upperBound], of: type))
        }
        try checkCovered(ranges, count: file.count - data)
        return archive
    }

    private static func metadata(_ value: JSONValue) throws -> [String: String] {
        guard let object = value.object else { throw InputError("is no object", field: "__metadata__") }
        return try Dictionary(
            uniqueKeysWithValues: object.members.map { key, value in
                guard let text = value.string else { throw InputError("\(key) is no text", field: "__metadata__") }
                return (key, text)
            })
    }

    /// What the header says of one array, checked.
    private static func entry(
        _ value: JSONValue, name: String, available: Int
    ) throws -> (shape: [Int], type: String, range: Range<Int>) {
        func failure(_ problem: String) -> InputError { InputError(problem, field: name) }
        let components = name.split(separator: "/", omittingEmptySubsequences: false)
        guard !name.isEmpty, !name.utf8.contains(0), !name.hasPrefix("/"), !components.contains("..") else {
            throw failure("is no name of an array: empty, absolute, or with .. or NUL in it")
        }
        guard let object = value.object, Set(object.keys) == ["dtype", "shape", "data_offsets"] else {
            throw failure("does not consist of dtype, shape and data_offsets")
        }
        guard let type = object["dtype"]?.string, let size = types.first(where: { $0.name == type })?.size else {
            throw failure("is of an unknown type; known are \(types.map(\.name).joined(separator: ", "))")
        }
        guard let list = object["shape"]?.array, list.count <= 8 else {
            throw failure("has no shape of at most 8 axes")
        }
        var (bytes, shape) = (size, [Int]())
        for axis in list {
            guard case .integer(let length) = axis, length >= 0 else { throw failure("has an axis that is no length") }
            let product = bytes.multipliedReportingOverflow(by: length)
            guard !product.overflow else { throw failure("has a shape with more bytes than can be counted") }
            bytes = product.partialValue
            shape.append(length)
        }
        guard let offsets = object["data_offsets"]?.array, offsets.count == 2, case .integer(let start) = offsets[0],
            case .integer(let end) = offsets[1], start >= 0, end >= start, end <= available
        else { throw failure("has offsets outside of the \(available) bytes of data") }
        guard end - start == bytes else { throw failure("has \(end - start) bytes, its shape \(bytes)") }
        return (shape, type, start..<end)
    }

    private static func elements(_ bytes: ArraySlice<UInt8>, of type: String) -> WeightArchive.Elements {
        func word<Word: FixedWidthInteger>(_ place: Int, _: Word.Type) -> Word {
            let start = bytes.startIndex + place * (Word.bitWidth / 8)
            return (0..<Word.bitWidth / 8).reduce(Word(0)) {
                $0 | Word(truncatingIfNeeded: bytes[start + $1]) << (8 * $1)
            }
        }
        switch type {
        case "F32": return .float32((0..<bytes.count / 4).map { Float(bitPattern: word($0, UInt32.self)) })
        case "F64": return .float64((0..<bytes.count / 8).map { Double(bitPattern: word($0, UInt64.self)) })
        case "I64": return .int64((0..<bytes.count / 8).map { Int64(bitPattern: word($0, UInt64.self)) })
        default: return .uint8(Array(bytes))
        }
    }

    /// No hole, no overlap, nothing behind the last array.
    private static func checkCovered(_ ranges: [(name: String, range: Range<Int>)], count: Int) throws {
        var end = 0
        for (name, range) in ranges.sorted(by: {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }) {
            guard range.lowerBound >= end else { throw InputError("overlaps another array", field: name) }
            guard range.lowerBound == end else { throw InputError("has a hole in front of it", field: name) }
            end = range.upperBound
        }
        guard end == count else { throw InputError("\(count - end) bytes stand behind the last array") }
    }
}
