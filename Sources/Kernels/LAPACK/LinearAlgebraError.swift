/// Why a linear system has no answer.
public enum LinearAlgebraError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The leading minor of this order, from 1, is not positive definite.
    case notPositiveDefinite(minor: Int)
    /// This column, from 1, is zero or nearly a combination of those before it.
    case dependentColumn(Int)
    /// The pivot of this row, from 1, is exactly zero.
    case singular(minor: Int)
    /// An element of the matrix or of the right-hand side is infinite or no number; its place in row-major order.
    case notFinite(index: Int)

    /// The reason in words.
    public var description: String {
        switch self {
        case .notPositiveDefinite(let minor):
            "the matrix is not positive definite: its leading minor of order \(minor) is not"
        case .dependentColumn(let column):
            "column \(column) of the matrix is nearly a combination of those before it"
        case .singular(let minor):
            "the matrix is singular: its leading minor of order \(minor) has no inverse"
        case .notFinite(let index):
            "element \(index) of the linear system is not a finite number"
        }
    }
}
