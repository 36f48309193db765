import Files

/// Arrays by name, with texts beside them: what a model consists of, as it lies on disk.
public struct WeightArchive: Sendable, Equatable {
    /// The elements of one array.
    public enum Elements: Sendable, Equatable {
        /// 32-bit floating point, written as `F32`.
        case float32([Float])
        /// 64-bit floating point, written as `F64`.
        case float64([Double])
        /// 64-bit whole numbers, written as `I64`.
        case int64([Int64])
        /// Bytes, written as `U8`.
        case uint8([UInt8])

        /// How many there are.
        public var count: Int {
            switch self {
            case .float32(let values): values.count
            case .float64(let values): values.count
            case .int64(let values): values.count
            case .uint8(let values): values.count
            }
        }
    }

    /// One array.
    public struct Entry: Sendable, Equatable {
        /// Its name.
        public var name: String
        /// The lengths of its axes.
        public var shape: [Int]
        /// Its elements, row-major.
        public var elements: Elements
    }

    /// The arrays, in their order; each name once.
    public private(set) var entries: [Entry] = []
    /// Texts beside them.
    public var metadata: [String: String] = [:]
    private var places: [String: Int] = [:]

    /// An empty archive.
    public init() {}

    /// Adds an array, or replaces the one of that name.
    public mutating func set(_ name: String, shape: [Int], _ elements: Elements) {
        precondition(
            shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == elements.count,
            "\(elements.count) elements of shape \(shape) for \(name)")
        let entry = Entry(name: name, shape: shape, elements: elements)
        if let place = places[name] {
            entries[place] = entry
        } else {
            places[name] = entries.count
            entries.append(entry)
        }
    }

    /// The array `name`.
    public subscript(name: String) -> Entry? { places[name].map { entries[$0] } }

    private func entry(_ name: String) throws -> Entry {
        guard let entry = self[name] else { throw InputError("the array is missing", field: name) }
        return entry
    }

    /// The 32-bit numbers `name`, which must be of `shape`.
    ///
    /// - Throws: `InputError` that names the array that is missing or of another type or shape.
    public func floats(_ name: String, shape: [Int]) throws -> [Float] {
        let entry = try entry(name)
        guard case .float32(let values) = entry.elements else {
            throw InputError("does not hold 32-bit floating-point numbers", field: name)
        }
        guard entry.shape == shape else { throw InputError("is of shape \(entry.shape), not \(shape)", field: name) }
        return values
    }

    /// The 64-bit numbers `name`, in one row.
    ///
    /// - Throws: `InputError` that names the array that is missing or of another type.
    public func doubles(_ name: String) throws -> [Double] {
        guard case .float64(let values) = try entry(name).elements else {
            throw InputError("does not hold 64-bit floating-point numbers", field: name)
        }
        return values
    }

    /// The whole numbers `name`, in one row.
    ///
    /// - Throws: `InputError` that names the array that is missing or of another type.
    public func integers(_ name: String) throws -> [Int64] {
        guard case .int64(let values) = try entry(name).elements else {
            throw InputError("does not hold whole numbers", field: name)
        }
        return values
    }

    /// The text `name`, kept as bytes.
    ///
    /// - Throws: `InputError` that names the array that is missing or no UTF-8.
    public func text(_ name: String) throws -> String {
        guard case .uint8(let bytes) = try entry(name).elements, let text = String(validating: bytes, as: UTF8.self)
        else {
            throw InputError("is no text in bytes", field: name)
        }
        return text
    }

    /// Adds a text as bytes.
    public mutating func set(_ name: String, text: String) {
        let bytes = Array(text.utf8)
        set(name, shape: [bytes.count], .uint8(bytes))
    }
}
