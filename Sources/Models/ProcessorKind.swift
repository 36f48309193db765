import Files
import Kernels

/// The kind of processor that this process computes on, with the libraries that it computes by.
///
/// On one kind the same version answers the same question with the same bits; on another the numbers agree to 1e-5.
public enum ProcessorKind {
    /// Such as `x86_64 AuthenticAMD 25 17, OpenBLAS 0.3.21 Zen, glibc 2.36, revision 1`.
    public static let current: String = {
        let processor = description(of: (try? readText(of: "/proc/cpuinfo")) ?? "")
        return ([architecture] + processor).joined(separator: " ")
            + ", \(Arithmetic.libraries), revision \(Arithmetic.revision)"
    }()

    private static var architecture: String {
        #if arch(x86_64)
            "x86_64"
        #elseif arch(arm64)
            "arm64"
        #else
            "unknown"
        #endif
    }

    /// Who made the first processor that `text`, of the form of `/proc/cpuinfo`, tells of, and which one it is.
    static func description(of text: String) -> [String] {
        let first = text.split(separator: "\n", omittingEmptySubsequences: false).prefix { !$0.isEmpty }
        return ["vendor_id", "cpu family", "model", "CPU implementer", "CPU part"].compactMap { name in
            first.lazy.compactMap { line -> String? in
                let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingPrefix { $0.isWhitespace } }
                guard parts.count == 2, parts[0].prefix(while: { $0 != "\t" }) == name else { return nil }
                return String(parts[1])
            }.first
        }
    }
}
