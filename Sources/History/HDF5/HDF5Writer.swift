import CHDF5
import Files

/// Writes columns into a new HDF5 file: one-dimensional, chunked, shuffled and deflated, without an upper bound on their
/// length. Only for use inside ``HDF5Library/use(_:)``.
struct HDF5Writer: ~Copyable {
    private let file: HDF5Handle
    private let path: String

    /// Rows in a chunk.
    private static let chunk = 4096

    init(creating path: String) throws {
        let id = unsafe H5Fcreate(path, tactus_h5_exclusive(), tactus_h5_default(), tactus_h5_default())
        guard let file = HDF5Handle(id, close: H5Fclose) else {
            throw InputError("the HDF5 file cannot be made", file: path)
        }
        self.file = file
        self.path = path
    }

    private func failure(_ name: String) -> InputError {
        InputError("HDF5 cannot write this", file: path, field: name)
    }

    /// Makes a group, and those on its way first.
    func makeGroup(_ name: String) throws {
        let id = unsafe H5Gcreate2(file.id, name, tactus_h5_default(), tactus_h5_default(), tactus_h5_default())
        guard HDF5Handle(id, close: H5Gclose) != nil else { throw failure(name) }
    }

    func setAttribute(_ name: String, _ value: Int64) throws {
        try attribute(name, type: tactus_h5_int64()) { id in
            var value = value
            return unsafe H5Awrite(id, tactus_h5_int64(), &value)
        }
    }

    func setAttribute(_ name: String, _ value: String) throws {
        let type = try Self.textType(of: max(value.utf8.count, 1), path: path)
        try attribute(name, type: type.id) { id in
            let bytes = Array(value.utf8) + [0]
            return unsafe bytes.withUnsafeBytes { unsafe H5Awrite(id, type.id, $0.baseAddress) }
        }
    }

    private func attribute(_ name: String, type: hid_t, write: (hid_t) -> herr_t) throws {
        guard let space = HDF5Handle(H5Screate(H5S_SCALAR), close: H5Sclose) else { throw failure(name) }
        let id = unsafe H5Acreate2(file.id, name, type, space.id, tactus_h5_default(), tactus_h5_default())
        guard let attribute = HDF5Handle(id, close: H5Aclose), write(attribute.id) >= 0 else { throw failure(name) }
    }

    func write(_ name: String, _ values: [Double]) throws {
        try column(name, type: tactus_h5_double(), count: values.count) { id in
            unsafe values.withUnsafeBytes { bytes in
                unsafe H5Dwrite(
                    id, tactus_h5_double(), tactus_h5_all(), tactus_h5_all(), tactus_h5_default(), bytes.baseAddress)
            }
        }
    }

    func write(_ name: String, _ values: [Int64]) throws {
        try column(name, type: tactus_h5_int64(), count: values.count) { id in
            unsafe values.withUnsafeBytes { bytes in
                unsafe H5Dwrite(
                    id, tactus_h5_int64(), tactus_h5_all(), tactus_h5_all(), tactus_h5_default(), bytes.baseAddress)
            }
        }
    }

    /// Texts as UTF-8 of variable length; none may hold a NUL.
    func write(_ name: String, _ values: [String]) throws {
        let type = try Self.textType(of: tactus_h5_variable_length(), path: path)
        // All texts in one buffer, each ended by a NUL, and where each begins.
        var bytes: [CChar] = []
        var starts: [Int] = []
        for value in values {
            starts.append(bytes.count)
            bytes.append(contentsOf: value.utf8.map { CChar(bitPattern: $0) })
            bytes.append(0)
        }
        try column(name, type: type.id, count: values.count) { id in
            unsafe bytes.withUnsafeBufferPointer { buffer in
                let pointers = unsafe starts.map { unsafe buffer.baseAddress?.advanced(by: $0) }
                return unsafe pointers.withUnsafeBytes { list in
                    unsafe H5Dwrite(
                        id, type.id, tactus_h5_all(), tactus_h5_all(), tactus_h5_default(), list.baseAddress)
                }
            }
        }
    }

    static func textType(of size: Int, path: String) throws -> HDF5Handle {
        guard let type = HDF5Handle(H5Tcopy(tactus_h5_c_string()), close: H5Tclose),
            H5Tset_size(type.id, size) >= 0, H5Tset_cset(type.id, H5T_CSET_UTF8) >= 0
        else { throw InputError("HDF5 has no type for texts", file: path) }
        return type
    }

    private func column(_ name: String, type: hid_t, count: Int, write: (hid_t) -> herr_t) throws {
        var (length, limit, chunk) = (hsize_t(count), tactus_h5_unlimited(), hsize_t(Self.chunk))
        guard let space = HDF5Handle(unsafe H5Screate_simple(1, &length, &limit), close: H5Sclose),
            let creation = HDF5Handle(H5Pcreate(tactus_h5_dataset_creation()), close: H5Pclose),
            unsafe H5Pset_chunk(creation.id, 1, &chunk) >= 0, H5Pset_shuffle(creation.id) >= 0,
            H5Pset_deflate(creation.id, 4) >= 0,
            let dataset = HDF5Handle(
                unsafe H5Dcreate2(
                    file.id, name, type, space.id, tactus_h5_default(), creation.id, tactus_h5_default()),
                close: H5Dclose),
            count == 0 || write(dataset.id) >= 0
        else { throw failure(name) }
    }

    /// Writes everything to the file.
    func flush() throws {
        guard H5Fflush(file.id, H5F_SCOPE_GLOBAL) >= 0 else { throw failure("/") }
    }
}
