import Kernels
import Tensors

/// Where the matrices of all heads lie in the elements of one tensor.
struct HeadLayout: Sendable {
    /// The matrix of one head: its rows are the elements of a sequence.
    let matrix: MatrixLayout
    /// Elements from one head to the next.
    private let headStep: Int
    /// Elements from one sequence of the batch to the next.
    private let batchStep: Int

    /// Heads one behind the other: [B, heads, T, D].
    init(stacked shape: Shape) {
        matrix = MatrixLayout(rows: shape[2], columns: shape[3])
        headStep = shape[2] * shape[3]
        batchStep = shape[1] * headStep
    }

    /// Heads side by side, as a projection of the whole width leaves them: [B, T, heads D].
    init(sideBySide shape: Shape, heads: Int) {
        headStep = shape[2] / heads
        matrix = MatrixLayout(rows: shape[1], columns: headStep, stride: shape[2])
        batchStep = shape[1] * shape[2]
    }

    /// The place of the matrix of one head: from its first element to its last.
    func range(batch: Int, head: Int) -> Range<Int> {
        guard matrix.rows > 0, matrix.columns > 0 else { return 0..<0 }
        let start = batch * batchStep + head * headStep
        return start..<start + (matrix.rows - 1) * matrix.stride + matrix.columns
    }
}
