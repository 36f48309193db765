import CHDF5
import Files

/// Reads columns of an HDF5 file; what it holds is checked before it is believed. Only for use inside
/// ``HDF5Library/use(_:)``.
struct HDF5Reader: ~Copyable {
    private let file: HDF5Handle
    let path: String

    /// Values that a column may have: what 4 GiB hold.
    private static let limit = 1 << 29

    init(opening path: String) throws {
        guard unsafe H5Fis_hdf5(path) > 0 else {
            _ = try readBytes(of: path).count
            throw InputError("is no HDF5 file, or a damaged one", file: path)
        }
        let id = unsafe H5Fopen(path, tactus_h5_read_only(), tactus_h5_default())
        guard let file = HDF5Handle(id, close: H5Fclose) else {
            throw InputError("is a damaged HDF5 file: it may be cut off", file: path)
        }
        self.file = file
        self.path = path
    }

    func failure(_ name: String, _ problem: String) -> InputError {
        InputError(problem, file: path, field: name)
    }

    func integerAttribute(_ name: String) -> Int64? {
        guard unsafe H5Aexists(file.id, name) > 0,
            let attribute = HDF5Handle(unsafe H5Aopen(file.id, name, tactus_h5_default()), close: H5Aclose),
            let type = HDF5Handle(H5Aget_type(attribute.id), close: H5Tclose), H5Tget_class(type.id) == H5T_INTEGER,
            Self.count(HDF5Handle(H5Aget_space(attribute.id), close: H5Sclose)) == 1
        else { return nil }
        var value: Int64 = 0
        return unsafe H5Aread(attribute.id, tactus_h5_int64(), &value) >= 0 ? value : nil
    }

    func textAttribute(_ name: String) -> String? {
        guard unsafe H5Aexists(file.id, name) > 0,
            let attribute = HDF5Handle(unsafe H5Aopen(file.id, name, tactus_h5_default()), close: H5Aclose),
            let type = HDF5Handle(H5Aget_type(attribute.id), close: H5Tclose), H5Tget_class(type.id) == H5T_STRING,
            Self.count(HDF5Handle(H5Aget_space(attribute.id), close: H5Sclose)) == 1
        else { return nil }
        if H5Tis_variable_str(type.id) > 0 {
            var pointer: UnsafeMutablePointer<CChar>?
            guard unsafe H5Aread(attribute.id, type.id, &pointer) >= 0, let text = unsafe pointer else { return nil }
            defer { unsafe H5free_memory(text) }
            return unsafe String(cString: text)
        }
        let size = H5Tget_size(type.id)
        guard (1...1024).contains(size) else { return nil }
        var bytes = [UInt8](repeating: 0, count: size)
        guard unsafe bytes.withUnsafeMutableBytes({ unsafe H5Aread(attribute.id, type.id, $0.baseAddress) }) >= 0 else {
            return nil
        }
        return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    private static func count(_ space: consuming HDF5Handle?) -> Int {
        guard let space else { return -1 }
        return Int(clamping: H5Sget_simple_extent_npoints(space.id))
    }

    /// Names of what lies in a group, sorted; none if there is no such group.
    func names(in group: String) -> [String] {
        guard unsafe H5Lexists(file.id, group, tactus_h5_default()) > 0,
            let handle = HDF5Handle(unsafe H5Gopen2(file.id, group, tactus_h5_default()), close: H5Gclose)
        else { return [] }
        var info = H5G_info_t()
        guard unsafe H5Gget_info(handle.id, &info) >= 0, info.nlinks <= 100_000 else { return [] }
        return (0..<info.nlinks).compactMap { place in
            let length = unsafe H5Lget_name_by_idx(
                handle.id, ".", H5_INDEX_NAME, H5_ITER_INC, place, nil, 0, tactus_h5_default())
            guard length > 0, length < 4096 else { return nil }
            var bytes = [CChar](repeating: 0, count: length + 1)
            _ = unsafe H5Lget_name_by_idx(
                handle.id, ".", H5_INDEX_NAME, H5_ITER_INC, place, &bytes, length + 1, tactus_h5_default())
            return String(decoding: bytes.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    func numbers(_ name: String, count: Int? = nil) throws -> [Double] {
        try column(name, [H5T_FLOAT, H5T_INTEGER], count: count) { dataset, _, count in
            var values = [Double](repeating: 0, count: count)
            let result = unsafe values.withUnsafeMutableBytes { bytes in
                unsafe H5Dread(
                    dataset, tactus_h5_double(), tactus_h5_all(), tactus_h5_all(), tactus_h5_default(),
                    bytes.baseAddress)
            }
            return result >= 0 ? values : nil
        }
    }

    func integers(_ name: String, count: Int? = nil) throws -> [Int64] {
        try column(name, [H5T_INTEGER], count: count) { dataset, _, count in
            var values = [Int64](repeating: 0, count: count)
            let result = unsafe values.withUnsafeMutableBytes { bytes in
                unsafe H5Dread(
                    dataset, tactus_h5_int64(), tactus_h5_all(), tactus_h5_all(), tactus_h5_default(), bytes.baseAddress
                )
            }
            return result >= 0 ? values : nil
        }
    }

    /// Texts of variable length.
    func texts(_ name: String) throws -> [String] {
        try column(name, [H5T_STRING], count: nil) { dataset, type, count in
            guard H5Tis_variable_str(type) > 0 else { return nil }
            var pointers = unsafe [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
            let memory = try HDF5Writer.textType(of: tactus_h5_variable_length(), path: path)
            let result = unsafe pointers.withUnsafeMutableBytes { bytes in
                unsafe H5Dread(
                    dataset, memory.id, tactus_h5_all(), tactus_h5_all(), tactus_h5_default(), bytes.baseAddress)
            }
            defer { unsafe pointers.forEach { _ = unsafe H5free_memory($0) } }
            return result >= 0 ? unsafe pointers.map { unsafe $0.map { unsafe String(cString: $0) } ?? "" } : nil
        }
    }

    private func column<Value>(
        _ name: String, _ classes: [H5T_class_t], count expected: Int?,
        read: (_ dataset: hid_t, _ type: hid_t, _ count: Int) throws -> [Value]?
    ) throws -> [Value] {
        guard unsafe H5Lexists(file.id, name, tactus_h5_default()) > 0,
            let dataset = HDF5Handle(unsafe H5Dopen2(file.id, name, tactus_h5_default()), close: H5Dclose)
        else { throw failure(name, "the column is missing") }
        guard let space = HDF5Handle(H5Dget_space(dataset.id), close: H5Sclose),
            let type = HDF5Handle(H5Dget_type(dataset.id), close: H5Tclose),
            classes.contains(H5Tget_class(type.id))
        else { throw failure(name, "the column is of another type") }
        let count = Int(clamping: H5Sget_simple_extent_npoints(space.id))
        guard H5Sget_simple_extent_ndims(space.id) == 1, (0...Self.limit).contains(count) else {
            throw failure(name, "is no column of at most \(Self.limit) values")
        }
        if let expected, count != expected { throw failure(name, "has \(count) values, not \(expected)") }
        if count == 0 { return [] }
        guard let values = try read(dataset.id, type.id, count) else { throw failure(name, "cannot be read: damaged") }
        return values
    }
}
