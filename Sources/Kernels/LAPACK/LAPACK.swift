import COpenBLAS

/// Linear algebra in double precision by LAPACK; matrices are row-major arrays without gaps.
public enum LAPACK {
    /// The first element that is no finite number is an error: LAPACK would answer with nonsense or never return.
    static func requireFinite(_ elements: [Double]) throws(LinearAlgebraError) {
        if let index = elements.firstIndex(where: { !$0.isFinite }) { throw .notFinite(index: index) }
    }

    static let lower = CChar(UInt8(ascii: "L"))
    static let plain = CChar(UInt8(ascii: "N"))
}
