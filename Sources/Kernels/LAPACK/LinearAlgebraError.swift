/// Why a linear system or a decomposition has no answer. Minors, rows and columns are counted from 1.
public enum LinearAlgebraError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Where an element stands.
    public enum Operand: String, Sendable {
        /// In the matrix that is factorised, or the vector that is added to it.
        case matrix
        /// In B of A X = B.
        case rightHandSide = "right-hand side"
    }

    /// The leading minor of this order is not positive definite.
    case notPositiveDefinite(minor: Int)
    /// This column is zero or, within rounding, a combination of those before it.
    case dependentColumn(Int)
    /// The leading minor of this order, after the exchange of rows, is zero within rounding.
    case singular(minor: Int)
    /// An element is infinite or no number.
    case notFinite(Operand, row: Int, column: Int)
    /// The result is larger than numbers can be.
    case overflow
    /// The iteration for singular values or eigenvalues left some of them undetermined.
    case noConvergence

    /// The reason in words.
    public var description: String {
        switch self {
        case .notPositiveDefinite(let minor):
            "the matrix is not positive definite: its leading minor of order \(minor) is not"
        case .dependentColumn(let column):
            "column \(column) of the matrix is within rounding a combination of those before it"
        case .singular(let minor):
            "the matrix is singular: its leading minor of order \(minor) is zero within rounding"
        case .notFinite(let operand, let row, let column):
            "the \(operand.rawValue) holds at row \(row), column \(column) an element that is not a finite number"
        case .overflow:
            "the result of the linear system is larger than numbers can be"
        case .noConvergence:
            "the iteration for singular values or eigenvalues did not converge"
        }
    }
}
