import COpenBLAS

/// Matrix products in Float through CBLAS, row-major, on one thread.
///
/// The sizes of this product gain nothing from a second BLAS thread; parallelism is across requests, folds and replicas.
public enum BLAS {
    /// Done before the first product: OpenBLAS starts with a thread for each core.
    private static let oneThread: Void = openblas_set_num_threads(1)

    /// C = alpha · op(A) · op(B) + beta · C, with op(A) [m, k], op(B) [k, n] and C [m, n], all contiguous and row-major.
    ///
    /// `transposeA` says that A lies as [k, m], `transposeB` that B lies as [n, k]. With `beta` 0 the former content of
    /// C is not read. A product with a single row goes through `sgemv`, which is several times faster there.
    public static func multiply(
        _ a: Span<Float>, transposeA: Bool = false, _ b: Span<Float>, transposeB: Bool = false,
        m: Int, n: Int, k: Int, alpha: Float = 1, beta: Float = 0, into c: inout MutableSpan<Float>
    ) {
        precondition(
            a.count >= m * k && b.count >= k * n && c.count >= m * n,
            "product of [\(m), \(k)] and [\(k), \(n)] over \(a.count), \(b.count) and \(c.count) scalars")
        guard m > 0, n > 0 else { return }
        guard k > 0 else {
            for index in 0..<m * n { c[index] = beta == 0 ? 0 : beta * c[index] }
            return
        }
        oneThread
        unsafe a.withUnsafeBufferPointer { a in
            unsafe b.withUnsafeBufferPointer { b in
                unsafe c.withUnsafeMutableBufferPointer { c in
                    if m == 1 {
                        // c = op(B)ᵀ a
                        unsafe cblas_sgemv(
                            CblasRowMajor, transposeB ? CblasNoTrans : CblasTrans, Int32(transposeB ? n : k),
                            Int32(transposeB ? k : n), alpha, b.baseAddress, Int32(transposeB ? k : n), a.baseAddress,
                            1, beta, c.baseAddress, 1)
                    } else {
                        unsafe cblas_sgemm(
                            CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans,
                            transposeB ? CblasTrans : CblasNoTrans,
                            Int32(m), Int32(n), Int32(k), alpha, a.baseAddress, Int32(transposeA ? m : k),
                            b.baseAddress, Int32(transposeB ? k : n), beta, c.baseAddress, Int32(n))
                    }
                }
            }
        }
    }
}
