import Kernels
import Tensors

/// Means over groups of rows: P X [G, I] of X [N, I], with Pᵢⱼ = 1/n where row j is one of the n of group i. A row may be in
/// several groups; a group without rows has the mean 0.
///
/// ```swift
/// let groups = GroupMeans(of: [[0, 2], [1]], rows: 3)
/// let means = groups(features)                            // [3, I] to [2, I]
/// ```
public struct GroupMeans: Sendable {
    private let matrix: SparseMatrix

    /// Means over `groups` of the rows 0 to N - 1; another row is a programming error.
    ///
    /// - Complexity: linear in N and the rows of all groups.
    public init(of groups: [[Int]], rows: Int) {
        let count = groups.reduce(0) { $0 + $1.count }
        var entries: [(row: Int, column: Int)] = []
        var values: [Float] = []
        entries.reserveCapacity(count)
        values.reserveCapacity(count)
        for (number, group) in groups.enumerated() {
            for row in group {
                entries.append((number, row))
                values.append(1 / Float(group.count))
            }
        }
        matrix = SparseMatrix(rows: groups.count, columns: rows, entries: entries, values: values)
    }

    /// P X [G, I] of `x` [N, I].
    public func callAsFunction(_ x: Tensor) -> Tensor {
        precondition(
            x.shape.rank == 2 && x.shape[0] == matrix.columns, "rows \(x.shape) for groups of \(matrix.columns)")
        let width = x.shape[1]
        var means = [Float](repeating: 0, count: matrix.rows * width)
        means.withMutableSpan { matrix.addProduct(with: x.scalars.span, width: width, into: &$0) }
        return Tensor(means, shape: [matrix.rows, width], inputs: [x]) { upstream, adjoints in
            let transpose = matrix.transposed()
            adjoints.accumulate(into: x) { transpose.addProduct(with: upstream.span, width: width, into: &$0) }
        }
    }
}
