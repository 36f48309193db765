import Files

extension Safetensors {
    /// What the header says of one array, checked by itself.
    struct Place {
        let name: String
        let type: ElementType
        let shape: [Int]
        /// Its bytes, from the end of the header.
        let range: Range<Int>

        /// Reads the member `name` of the header, whose data are `available` bytes.
        init(_ value: JSONValue, name: String, available: Int) throws {
            func failure(_ problem: String) -> InputError { InputError(problem, field: name) }
            try Safetensors.checkName(name)
            guard let fields = value.object, Set(fields.keys) == ["dtype", "shape", "data_offsets"] else {
                throw failure("does not consist of dtype, shape and data_offsets")
            }
            /// Whole numbers from 0; nil if they are anything else, a fraction of 0 or a negative 0 included.
            func lengths(_ field: String) -> [Int]? {
                let numbers = fields[field]?.array?.map { if case .integer(let value) = $0 { value } else { -1 } }
                return numbers.flatMap { $0.contains { $0 < 0 } ? nil : $0 }
            }
            guard let type = fields["dtype"]?.string.flatMap(ElementType.init) else {
                let known = ElementType.allCases.map(\.rawValue).joined(separator: ", ")
                throw failure("is of an unknown type; known are \(known)")
            }
            guard let shape = lengths("shape") else { throw failure("has a shape that is no list of lengths") }
            let bytes = try Safetensors.byteCount(of: shape, type, name: name)
            guard let offsets = lengths("data_offsets"), offsets.count == 2 else {
                throw failure("has data_offsets that are no two whole numbers from 0")
            }
            guard offsets[0] <= offsets[1], offsets[1] <= available else {
                throw failure("lies at \(offsets[0]) to \(offsets[1]), outside of the \(available) bytes of data")
            }
            guard offsets[1] - offsets[0] == bytes else {
                throw failure("has \(offsets[1] - offsets[0]) bytes, its shape and type \(bytes)")
            }
            self.name = name
            self.type = type
            self.shape = shape
            range = offsets[0]..<offsets[1]
        }
    }

    /// A name may end up as a path of somebody, and in a line of a terminal.
    static func checkName(_ name: String) throws {
        func failure(_ problem: String) -> InputError { InputError(problem, field: name) }
        guard !name.isEmpty else { throw InputError("an array has an empty name") }
        guard name != metadata else { throw failure("is the name of the texts, not of an array") }
        guard !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            let shown = name.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : String($0) }
                .joined()
            throw InputError("has a control character in its name", field: shown)
        }
        // By scalars: a slash with an accent on it is another character, and a file system's slash all the same.
        let components = name.unicodeScalars.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }
        guard components.count == 1 || components.first?.isEmpty == false else {
            throw failure("has an absolute path as its name")
        }
        guard !components.contains(where: { $0.elementsEqual("..".unicodeScalars) }) else {
            throw failure("has .. in its name")
        }
    }

    /// Bytes of an array, an axis of length 0 counted as 1 for the overflow, so that the order of axes does not matter.
    static func byteCount(of shape: [Int], _ type: ElementType, name: String) throws -> Int {
        var bytes = type.size
        for length in shape {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: max(length, 1))
            guard !overflow else {
                throw InputError("has the shape \(shape), with more bytes than can be counted", field: name)
            }
            bytes = product
        }
        return shape.contains(0) ? 0 : bytes
    }
}
