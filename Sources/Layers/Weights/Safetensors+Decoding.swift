import Files

extension Safetensors {
    /// Reads a file strictly: every byte is accounted for once, and nothing is taken on trust.
    ///
    /// Refused are, among others, a header that does not begin with `{`, is longer than 100 MB or than the file, is no
    /// JSON in UTF-8, is nested too deep or has a member twice, even within one array or the texts; unknown members,
    /// types and names that are empty, absolute or hold `..` or control characters; shapes and offsets that are negative,
    /// fractional, overflow or disagree; arrays that overlap, and bytes that belong to none.
    /// - Parameter name: the file, for errors.
    /// - Throws: `InputError` that names the file and the array, and says what is wrong with it.
    public static func decode(_ file: [UInt8], name: String? = nil) throws -> WeightArchive {
        do {
            return try decode(file)
        } catch var error as InputError {
            error.file = error.file ?? name
            // Lines are of the header, which is no text that anyone sees.
            error.line = nil
            throw error
        }
    }

    private static func decode(_ file: [UInt8]) throws -> WeightArchive {
        guard file.count >= 8 else { throw InputError("is no safetensors file: shorter than its header's length") }
        let stated = LittleEndian.numbers(in: file.span.extracting(0..<8), of: UInt64.self)[0]
        guard stated <= maximumHeader else {
            throw InputError("states a header of \(stated) bytes; \(maximumHeader) is the limit")
        }
        let data = 8 + Int(stated)
        guard data <= file.count else { throw InputError("states a header of \(stated) bytes and ends before") }
        let text = Array(file[8..<data])
        guard text.first == UInt8(ascii: "{") else { throw InputError("the header does not begin with {") }
        guard case .object(let header) = try JSONValue(parsing: text, maximumDepth: 4) else {
            throw InputError("the header is no object")
        }
        var (archive, places) = (WeightArchive(), [Place]())
        for (name, value) in header.members {
            if name == metadata {
                archive.metadata = try texts(value)
            } else {
                places.append(try Place(value, name: name, available: file.count - data))
            }
        }
        try checkCovered(places, count: file.count - data)
        for place in places {
            let range = data + place.range.lowerBound..<data + place.range.upperBound
            let elements = try elements(file.span.extracting(range), of: place.type, name: place.name)
            archive.set(place.name, shape: place.shape, elements)
        }
        return archive
    }

    private static func texts(_ value: JSONValue) throws -> [String: String] {
        guard let object = value.object else { throw InputError("is no object", field: metadata) }
        return try Dictionary(
            uniqueKeysWithValues: object.members.map { key, value in
                guard let text = value.string else { throw InputError("\"\(key)\" is no text", field: metadata) }
                return (key, text)
            })
    }

    /// No hole, no overlap, nothing behind the last array.
    private static func checkCovered(_ places: [Place], count: Int) throws {
        var end = 0
        for place in places.sorted(by: {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }) {
            guard place.range.lowerBound >= end else { throw InputError("overlaps another array", field: place.name) }
            guard place.range.lowerBound == end else {
                throw InputError("has a hole of \(place.range.lowerBound - end) bytes before it", field: place.name)
            }
            end = place.range.upperBound
        }
        guard end == count else { throw InputError("\(count - end) bytes stand behind the last array") }
    }
}
