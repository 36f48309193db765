import COpenBLAS
import Glibc

/// What the bits of a result depend on, beside the input and the processor.
public enum Arithmetic {
    /// Raised when something in this package computes with other bits than before: a sum in another order, another formula
    /// for a function.
    public static let revision = 1

    /// The libraries that results are computed by, such as `OpenBLAS 0.3.21 Zen, glibc 2.36`.
    public static var libraries: String {
        // The configuration begins with the name and the version.
        let words = unsafe openblas_get_config().map { unsafe String(cString: $0) }?.split(separator: " ") ?? []
        let library = words.count > 1 ? "\(words[0]) \(words[1])" : "OpenBLAS"
        return "\(library) \(BLAS.coreName), \(mathematics)"
    }

    /// The library of elementary functions, such as `glibc 2.36`.
    private static var mathematics: String {
        var text = [CChar](repeating: 0, count: 64)
        guard unsafe confstr(Int32(_CS_GNU_LIBC_VERSION), &text, text.count) > 0 else { return "libc" }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
