import COpenBLAS

extension BLAS {
    /// `C ← C + α A B`, where A is m x k, B is k x n and C is m x n.
    ///
    /// It always adds: clearing C first is cheaper than asking OpenBLAS to overwrite it, and a bias can be there
    /// already. With one row or one column it uses `gemv`, which for m = 1 is several times faster than `gemm`, but for
    /// a row times a small transpose where there are kernels for small matrices.
    public static func addProduct(
        _ a: Span<Float>, _ layoutA: MatrixLayout, _ b: Span<Float>, _ layoutB: MatrixLayout,
        into c: inout MutableSpan<Float>, _ layoutC: MatrixLayout, scale: Float = 1
    ) {
        let (m, n, k) = (layoutC.rows, layoutC.columns, layoutA.width)
        precondition(
            layoutA.height == m && layoutB.width == n && layoutB.height == k && !layoutC.isTransposed,
            "no product of \(layoutA) and \(layoutB) into \(layoutC)")
        precondition(
            a.count >= layoutA.extent && b.count >= layoutB.extent && c.count >= layoutC.extent,
            "\(a.count), \(b.count) and \(c.count) elements for a product of \(layoutA) and \(layoutB)")
        guard m > 0, n > 0, k > 0 else { return }
        _ = start
        if m == 1, !(hasSmallKernels && layoutB.isTransposed && n * k <= smallProduct) {
            // The transpose of the product: C' += B' A'.
            addProduct(
                of: b, layoutB.transposed, vector: a, step: layoutA.isTransposed ? layoutA.stride : 1, into: &c,
                step: 1, scale: scale)
        } else if n == 1 {
            addProduct(
                of: a, layoutA, vector: b, step: layoutB.isTransposed ? 1 : layoutB.stride, into: &c,
                step: layoutC.stride, scale: scale)
        } else {
            let rows = rowsPerCall(m, n, k, isTransposed: layoutB.isTransposed)
            for first in stride(from: 0, to: m, by: rows) {
                addRows(first..<min(first + rows, m), of: a, layoutA, b, layoutB, into: &c, layoutC, scale: scale)
            }
        }
    }

    /// How many rows of a product one call of `gemm` makes: all, or as many as the kernels for small matrices take, which
    /// do a tenth more in the same time as long as B does not lie transposed.
    private static func rowsPerCall(_ m: Int, _ n: Int, _ k: Int, isTransposed: Bool) -> Int {
        let fitting = smallProduct / (n * k)
        guard hasSmallKernels, !isTransposed, m > fitting, fitting >= 16 else { return m }
        return fitting / 16 * 16
    }

    /// The products of small matrices end here for OpenBLAS: m n k of 100³.
    private static let smallProduct = 1_000_000

    /// Some rows of `C ← C + α A B`; shapes are checked by the caller.
    private static func addRows(
        _ rows: Range<Int>, of a: Span<Float>, _ layoutA: MatrixLayout, _ b: Span<Float>, _ layoutB: MatrixLayout,
        into c: inout MutableSpan<Float>, _ layoutC: MatrixLayout, scale: Float
    ) {
        let startA = rows.lowerBound * (layoutA.isTransposed ? 1 : layoutA.stride)
        var c = c._mutatingExtracting(rows.lowerBound * layoutC.stride..<c.count)
        unsafe a.extracting(startA..<a.count).withUnsafeBufferPointer { a in
            unsafe b.withUnsafeBufferPointer { b in
                unsafe c.withUnsafeMutableBufferPointer { c in
                    unsafe cblas_sgemm(
                        CblasRowMajor, layoutA.order, layoutB.order, Int32(rows.count), Int32(layoutC.columns),
                        Int32(layoutA.width), scale, a.baseAddress, Int32(layoutA.stride), b.baseAddress,
                        Int32(layoutB.stride), 1, c.baseAddress, Int32(layoutC.stride))
                }
            }
        }
    }

    /// `y ← y + α A x`, with the elements of x and y some steps apart; shapes are checked by the caller.
    private static func addProduct(
        of a: Span<Float>, _ layout: MatrixLayout, vector x: Span<Float>, step stepX: Int,
        into y: inout MutableSpan<Float>, step stepY: Int, scale: Float
    ) {
        unsafe a.withUnsafeBufferPointer { a in
            unsafe x.withUnsafeBufferPointer { x in
                unsafe y.withUnsafeMutableBufferPointer { y in
                    unsafe cblas_sgemv(
                        CblasRowMajor, layout.order, Int32(layout.rows), Int32(layout.columns), scale, a.baseAddress,
                        Int32(layout.stride), x.baseAddress, Int32(stepX), 1, y.baseAddress, Int32(stepY))
                }
            }
        }
    }

    /// `y ← y + α x`, element by element.
    public static func add(_ x: Span<Float>, scale: Float = 1, into y: inout MutableSpan<Float>) {
        precondition(x.count == y.count, "\(x.count) elements do not add to \(y.count)")
        _ = start
        let count = Int32(x.count)
        unsafe x.withUnsafeBufferPointer { x in
            unsafe y.withUnsafeMutableBufferPointer { y in
                unsafe cblas_saxpy(count, scale, x.baseAddress, 1, y.baseAddress, 1)
            }
        }
    }

    /// The inner product of two vectors of equal length.
    public static func dot(_ x: Span<Float>, _ y: Span<Float>) -> Float {
        precondition(x.count == y.count, "no inner product of \(x.count) and \(y.count) elements")
        _ = start
        let count = Int32(x.count)
        return unsafe x.withUnsafeBufferPointer { x in
            unsafe y.withUnsafeBufferPointer { y in unsafe cblas_sdot(count, x.baseAddress, 1, y.baseAddress, 1) }
        }
    }

    /// The Euclidean norm, which does not overflow where the sum of squares would.
    public static func norm(_ x: Span<Float>) -> Float {
        _ = start
        let count = Int32(x.count)
        return unsafe x.withUnsafeBufferPointer { x in unsafe cblas_snrm2(count, x.baseAddress, 1) }
    }
}

extension MatrixLayout {
    var order: CBLAS_TRANSPOSE { isTransposed ? CblasTrans : CblasNoTrans }
}
