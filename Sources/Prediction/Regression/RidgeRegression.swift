import Files
import Kernels

/// A linear function of standardised features that is fitted with a penalty on its weights.
///
/// With X [n, p] of features of mean 0 and variance 1, and y' = y - mean, the weights minimise
/// |y' - X w|² / n + λ |w|², so that λ means the same for any n: they solve (Xᵀ X + n λ I) w = Xᵀ y' (Hoerl and Kennard,
/// "Ridge Regression", 1970). The intercept is the mean of y and is not penalised. A missing feature, NaN, stands at its
/// mean; one that does not vary has the weight 0.
///
/// ```swift
/// let line = try RidgeRegression([[0], [1], [2]], targets: [1, 3, 5], penalty: 0)
/// line([4])        // 9
/// ```
public struct RidgeRegression: Sendable, Equatable {
    /// λ.
    public let penalty: Double
    /// The answer where each feature is at its mean.
    public let intercept: Double
    /// What one standard deviation of each feature adds [p].
    public let weights: [Double]
    private let standardization: Standardization

    /// The features, from 0, that vary and so have a weight.
    public var varyingFeatures: [Int] { standardization.varying }

    /// Fits `targets` [n] on `rows` [n, p].
    ///
    /// Standardised columns give XᵀX / n the trace p, so that the condition of the normal equations is at most 1 + p / λ.
    /// Up to 1e8, which leaves them half of their digits, they are solved by Cholesky's factor, in one pass over the
    /// rows; beyond that by a QR factor of X over √(n λ) I, whose condition is the root of that.
    /// - Throws: `InputError` with the row that holds no finite number, or where there is no row;
    ///   `LinearAlgebraError` with the feature, counted from 1, that depends on those before it, where λ is 0 or nearly.
    public init(_ rows: [[Double]], targets: [Double], penalty: Double) throws {
        try self.init(rows, targets: targets, standardization: Standardization(rows), penalty: penalty)
    }

    init(_ rows: [[Double]], targets: [Double], standardization: Standardization, penalty: Double) throws {
        precondition(penalty >= 0 && penalty.isFinite, "a penalty of \(penalty)")
        let mean = try Self.mean(of: targets, rows: rows.count)
        let p = standardization.varying.count
        let solution =
            Double(p) <= penalty * 1e8
            ? try Self.solveNormalEquations(rows, targets, mean: mean, standardization, penalty: penalty)
            : try Self.solveByQR(rows, targets, mean: mean, standardization, penalty: penalty)
        var weights = [Double](repeating: 0, count: standardization.means.count)
        for (place, column) in standardization.varying.enumerated() { weights[column] = solution[place] }
        self.penalty = penalty
        self.weights = weights
        self.standardization = standardization
        intercept = mean
    }

    static func mean(of targets: [Double], rows: Int) throws -> Double {
        precondition(targets.count == rows, "\(targets.count) targets for \(rows) rows")
        guard rows > 0 else { throw InputError("there is no row to fit") }
        if let row = targets.firstIndex(where: { !$0.isFinite }) {
            throw InputError("is no finite number", row: row, field: "target")
        }
        return targets.reduce(0, +) / Double(rows)
    }

    private static func solveNormalEquations(
        _ rows: [[Double]], _ targets: [Double], mean: Double, _ standardization: Standardization, penalty: Double
    ) throws -> [Double] {
        let p = standardization.varying.count
        var gram = [Double](repeating: 0, count: p * p)
        var right = [Double](repeating: 0, count: p)
        var x = [Double](repeating: 0, count: p)
        for (row, y) in zip(rows, targets) {
            standardization.standardize(row, into: &x)
            for i in 0..<p where x[i] != 0 {
                right[i] += x[i] * (y - mean)
                for j in 0...i { gram[i * p + j] += x[i] * x[j] }
            }
        }
        for i in 0..<p { gram[i * p + i] += penalty * Double(rows.count) }
        return try CholeskyFactor(of: gram, order: p).solve(right)
    }

    private static func solveByQR(
        _ rows: [[Double]], _ targets: [Double], mean: Double, _ standardization: Standardization, penalty: Double
    ) throws -> [Double] {
        let p = standardization.varying.count
        var matrix = standardization.matrix(rows)
        var right = targets.map { $0 - mean }
        if penalty > 0 {
            let root = (penalty * Double(rows.count)).squareRoot()
            matrix += (0..<p * p).map { $0 % (p + 1) == 0 ? root : 0 }
            right += [Double](repeating: 0, count: p)
        }
        do {
            return try QRFactor(of: matrix, rows: right.count, columns: p).solve(right)
        } catch .dependentColumn(let column) {
            throw LinearAlgebraError.dependentColumn(standardization.varying[column - 1] + 1)
        }
    }

    /// The answer for one row of features [p].
    public func callAsFunction(_ row: [Double]) -> Double {
        let (means, scales) = (standardization.means, standardization.scales)
        precondition(row.count == weights.count, "\(row.count) features for \(weights.count) weights")
        var value = intercept
        for column in weights.indices where weights[column] != 0 && !row[column].isNaN {
            value += weights[column] * (row[column] - means[column]) / scales[column]
        }
        return value
    }
}
