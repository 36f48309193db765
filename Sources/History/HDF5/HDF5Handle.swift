import CHDF5
import Files
import Foundation

/// An open object of the HDF5 library, closed when it is no longer used.
struct HDF5Handle: ~Copyable {
    let id: hid_t
    private let close: (hid_t) -> herr_t

    /// Takes over `id`; nil if the library said that there is nothing.
    init?(_ id: hid_t, close: @escaping (hid_t) -> herr_t) {
        guard id >= 0 else { return nil }
        self.id = id
        self.close = close
    }

    deinit { _ = close(id) }
}

/// The library keeps global state: one caller at a time.
enum HDF5Library {
    private static let lock = NSLock()

    static func use<Result>(_ body: () throws -> Result) rethrows -> Result {
        try lock.withLock {
            tactus_h5_be_silent()
            return try body()
        }
    }
}
