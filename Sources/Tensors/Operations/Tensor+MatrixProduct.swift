import Kernels

extension Tensor {
    /// The matrix product of this [m, k] with `other` [k, n]: [m, n].
    ///
    /// `transposed` says that `other` lies as [n, k], as weights do, and `transposingSelf` that this one lies as [k, m];
    /// nothing is copied for either.
    public func matmul(_ other: Tensor, transposed: Bool = false, transposingSelf: Bool = false) -> Tensor {
        precondition(
            shape.rank == 2 && other.shape.rank == 2
                && shape[transposingSelf ? 0 : 1] == other.shape[transposed ? 1 : 0],
            "no matrix product of \(shape)\(transposingSelf ? " transposed" : "") and \(other.shape)"
                + (transposed ? " transposed" : ""))
        let a = MatrixLayout(rows: shape[0], columns: shape[1], isTransposed: transposingSelf)
        let b = MatrixLayout(rows: other.shape[0], columns: other.shape[1], isTransposed: transposed)
        let c = MatrixLayout(rows: shape[transposingSelf ? 1 : 0], columns: other.shape[transposed ? 0 : 1])
        var result = [Float](repeating: 0, count: c.rows * c.columns)
        result.withMutableSpan { BLAS.addProduct(scalars.span, a, other.scalars.span, b, into: &$0, c) }
        return Tensor(result, shape: [c.rows, c.columns], of: self, other) { upstream, adjoints in
            // δA = G Bᵀ and δB = Aᵀ G; the transpose of that where the matrix lies transposed.
            adjoints.accumulate(into: self) { total in
                let stored = MatrixLayout(rows: a.rows, columns: a.columns)
                if transposingSelf {
                    BLAS.addProduct(other.scalars.span, b, upstream.span, c.transposed, into: &total, stored)
                } else {
                    BLAS.addProduct(upstream.span, c, other.scalars.span, b.transposed, into: &total, stored)
                }
            }
            adjoints.accumulate(into: other) { total in
                let stored = MatrixLayout(rows: b.rows, columns: b.columns)
                if transposed {
                    BLAS.addProduct(upstream.span, c.transposed, scalars.span, a, into: &total, stored)
                } else {
                    BLAS.addProduct(scalars.span, a.transposed, upstream.span, c, into: &total, stored)
                }
            }
        }
    }
}
