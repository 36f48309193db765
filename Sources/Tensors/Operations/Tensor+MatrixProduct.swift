import Kernels

extension Tensor {
    /// The matrix products of this [..., m, k] with `other` [..., k, n]: [..., m, n].
    ///
    /// The axes before the two innermost are batches of matrices, broadcast by NumPy's rules. Two matrices are one
    /// product, and so is a batch with one matrix `other` for all of it.
    ///
    /// ```swift
    /// let scores = queries.matmul(keys, transposed: true)     // [B, H, T, D] and [B, H, S, D] to [B, H, T, S]
    /// ```
    /// - Parameters:
    ///   - transposed: whether `other` lies as [..., n, k], as weights do; nothing is copied for it.
    ///   - transposingSelf: whether this lies as [..., k, m]; nothing is copied for it.
    public func matmul(_ other: Tensor, transposed: Bool = false, transposingSelf: Bool = false) -> Tensor {
        guard let product = MatrixProduct(shape, transposingSelf, other.shape, transposed) else {
            preconditionFailure(
                "no matrix product of \(shape)\(transposingSelf ? " transposed" : "") and \(other.shape)"
                    + (transposed ? " transposed" : ""))
        }
        var result = [Float](repeating: 0, count: product.result.count)
        result.withMutableSpan { product.add(scalars.span, other.scalars.span, into: &$0) }
        return Tensor(result, shape: product.result, of: self, other) { upstream, adjoints in
            adjoints.accumulate(into: self) { product.addFirst(upstream.span, other.scalars.span, into: &$0) }
            adjoints.accumulate(into: other) { product.addSecond(upstream.span, scalars.span, into: &$0) }
        }
    }
}

/// C = A B for the matrices of two batches, with the products of the way back.
private struct MatrixProduct: Sendable {
    /// The shape of all C.
    let result: Shape
    /// One matrix of each batch.
    private let a: MatrixLayout
    private let b: MatrixLayout
    private let c: MatrixLayout
    /// The way through the matrices of both batches; nil where all is one product.
    private let batches: Broadcast?

    /// Nil if the shapes do not fit; either may lie transposed.
    init?(_ first: Shape, _ isFirstTransposed: Bool, _ second: Shape, _ isSecondTransposed: Bool) {
        guard first.rank >= 2, second.rank >= 2 else { return nil }
        let (m, k) = isFirstTransposed ? (first[-1], first[-2]) : (first[-2], first[-1])
        let (n, inner) = isSecondTransposed ? (second[-2], second[-1]) : (second[-1], second[-2])
        let (firstBatch, secondBatch) = (first.outermost(first.rank - 2), second.outermost(second.rank - 2))
        guard k == inner, let batch = firstBatch.broadcast(with: secondBatch) else { return nil }
        result = Shape(rank: batch.rank + 2) { $0 < batch.rank ? batch[$0] : $0 == batch.rank ? m : n }
        b = MatrixLayout(rows: second[-2], columns: second[-1], isTransposed: isSecondTransposed)
        if secondBatch.count == 1, !isFirstTransposed {
            // The rows of all A are the rows of one matrix.
            a = MatrixLayout(rows: batch.count * m, columns: k)
            c = MatrixLayout(rows: batch.count * m, columns: n)
            batches = nil
        } else {
            a = MatrixLayout(rows: first[-2], columns: first[-1], isTransposed: isFirstTransposed)
            c = MatrixLayout(rows: m, columns: n)
            batches = Broadcast(firstBatch, secondBatch, to: batch)
        }
    }

    /// C ← C + A B
    func add(_ first: Span<Float>, _ second: Span<Float>, into total: inout MutableSpan<Float>) {
        forEachMatrix { result, i, j in
            var target = total._mutatingExtracting(result)
            BLAS.addProduct(first.extracting(i), a, second.extracting(j), b, into: &target, c)
        }
    }

    /// δA ← δA + G Bᵀ, or the transpose of that where A lies transposed.
    func addFirst(_ upstream: Span<Float>, _ second: Span<Float>, into total: inout MutableSpan<Float>) {
        let stored = MatrixLayout(rows: a.rows, columns: a.columns)
        forEachMatrix { result, i, j in
            let (g, y) = (upstream.extracting(result), second.extracting(j))
            var target = total._mutatingExtracting(i)
            if a.isTransposed {
                BLAS.addProduct(y, b, g, c.transposed, into: &target, stored)
            } else {
                BLAS.addProduct(g, c, y, b.transposed, into: &target, stored)
            }
        }
    }

    /// δB ← δB + Aᵀ G, or the transpose of that where B lies transposed.
    func addSecond(_ upstream: Span<Float>, _ first: Span<Float>, into total: inout MutableSpan<Float>) {
        let stored = MatrixLayout(rows: b.rows, columns: b.columns)
        forEachMatrix { result, i, j in
            let (g, x) = (upstream.extracting(result), first.extracting(i))
            var target = total._mutatingExtracting(j)
            if b.isTransposed {
                BLAS.addProduct(g, c.transposed, x, a, into: &target, stored)
            } else {
                BLAS.addProduct(x, a.transposed, g, c, into: &target, stored)
            }
        }
    }

    /// Calls `body` with the places of the elements of each C and of its A and B.
    @inline(__always)
    private func forEachMatrix(_ body: (_ result: Range<Int>, _ first: Range<Int>, _ second: Range<Int>) -> Void) {
        func places(of matrix: Int, _ layout: MatrixLayout) -> Range<Int> {
            let size = layout.rows * layout.columns
            return matrix * size..<(matrix + 1) * size
        }
        guard let batches else { return body(places(of: 0, c), places(of: 0, a), places(of: 0, b)) }
        batches.forEachRun { place, i, j in
            for step in 0..<batches.run {
                body(
                    places(of: place + step, c), places(of: i + (batches.repeatsFirst ? 0 : step), a),
                    places(of: j + (batches.repeatsSecond ? 0 : step), b))
            }
        }
    }
}
