import Kernels

/// The sizes of one product: [m, k] by [k, n].
struct MatrixProduct: Hashable {
    let rows: Int
    let columns: Int
    let inner: Int

    init(_ rows: Int, _ columns: Int, _ inner: Int) {
        self.rows = rows
        self.columns = columns
        self.inner = inner
    }
}

/// A step that does nothing but `products`, on arrays that are there already.
func run(_ products: [MatrixProduct]) -> () -> Void {
    let longest = products.map { max($0.rows * $0.inner, $0.inner * $0.columns, $0.rows * $0.columns) }.max() ?? 0
    let a = [Float](repeating: 0.5, count: longest)
    let b = [Float](repeating: 0.25, count: longest)
    var c = [Float](repeating: 0, count: longest)
    return {
        var result = c.mutableSpan
        for product in products {
            BLAS.addProduct(
                a.span, MatrixLayout(rows: product.rows, columns: product.inner), b.span,
                MatrixLayout(rows: product.inner, columns: product.columns), into: &result,
                MatrixLayout(rows: product.rows, columns: product.columns), scale: 1e-9)
        }
    }
}
