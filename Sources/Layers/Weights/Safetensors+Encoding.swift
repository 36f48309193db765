import Files

extension Safetensors {
    /// `archive` as a file. The same archive gives the same bytes.
    ///
    /// - Throws: `InputError` that names the array that ``decode(_:name:)`` would refuse: its name is none, or its shape
    ///   overflows.
    public static func encode(_ archive: WeightArchive) throws -> [UInt8] {
        var header = JSONObject()
        if !archive.metadata.isEmpty {
            header[metadata] = .object(
                JSONObject(archive.metadata.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
        }
        var end = 0
        for entry in archive.entries {
            let type = entry.elements.type
            try checkName(entry.name)
            let bytes = try byteCount(of: entry.shape, type, name: entry.name)
            header[entry.name] = .object(
                JSONObject([
                    ("dtype", .string(type.rawValue)), ("shape", .array(entry.shape.map(JSONValue.integer))),
                    ("data_offsets", .array([.integer(end), .integer(end + bytes)])),
                ]))
            end += bytes
        }
        var text = Array(JSONValue.object(header).text().utf8)
        while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
        guard text.count <= maximumHeader else {
            throw InputError("has a header of \(text.count) bytes; \(maximumHeader) is the limit")
        }
        var file: [UInt8] = []
        file.reserveCapacity(8 + text.count + end)
        LittleEndian.append([UInt64(text.count)], to: &file)
        file += text
        for entry in archive.entries {
            switch entry.elements {
            case .float32(let values): LittleEndian.append(values, to: &file)
            case .float64(let values): LittleEndian.append(values, to: &file)
            case .int64(let values): LittleEndian.append(values, to: &file)
            case .uint8(let values): file += values
            }
        }
        return file
    }
}

extension WeightArchive.Elements {
    /// As which type they are written.
    var type: Safetensors.ElementType {
        switch self {
        case .float32: .float32
        case .float64: .float64
        case .int64: .int64
        case .uint8: .uint8
        }
    }
}
