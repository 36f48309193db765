import Foundation
import Kernels

/// ln y as a linear function of standardised features, with a penalty on each weight.
///
/// With X [n, p] of features of weighted mean 0 and variance 1, y' = ln y - its mean, and row weights r of mean 1, the
/// weights minimise Σ r (y' - X w)² / n + Σ λⱼ wⱼ². A feature that names a word is penalised ten times as much as a
/// number: a word that goes with the size of the input (the name of a data set) then explains only what the size
/// cannot, and a task with a word that was never seen is not robbed of half the slope. A missing feature, NaN, stands
/// at its mean.
///
/// A feature counts no further than its own seen range beyond that range, so that a line through few neighbouring
/// values does not run away.
public struct LinearModel: Sendable {
    private let intercept: Double
    /// What a unit of each feature adds [p]; 0 for one that does not vary.
    private let slopes: [Double]
    private let means: [Double]
    /// The range that was seen of each feature [p].
    private let ranges: [ClosedRange<Double>]

    /// λ of a number: it only keeps collinear columns apart.
    public static let numberPenalty = 1e-4
    /// λ of a word.
    public static let wordPenalty = 1e-3

    /// Fits `targets` (positive) on `rows`.
    ///
    /// - Parameters:
    ///   - isWord: for each feature whether it names a word; empty where none does.
    ///   - emphasis: a weight for each row; nil where all count alike.
    /// - Returns: nil where there is nothing to fit: fewer than five rows, or no feature that varies.
    public init?(_ rows: [[Double]], targets: [Double], isWord: [Bool] = [], emphasis: [Double]? = nil) {
        precondition(rows.count == targets.count, "\(targets.count) targets for \(rows.count) rows")
        guard rows.count >= 5, targets.allSatisfy({ $0 > 0 && $0.isFinite }),
            let standardization = try? Standardization(rows), !standardization.varying.isEmpty
        else { return nil }
        let logarithms = targets.map { log($0) }
        let varying = standardization.varying
        let penalties = varying.map {
            isWord.indices.contains($0) && isWord[$0] ? Self.wordPenalty : Self.numberPenalty
        }
        guard
            let fit = Self.fit(
                standardization.matrix(rows), logarithms, penalties: penalties,
                emphasis: emphasis ?? [Double](repeating: 1, count: rows.count))
        else { return nil }
        intercept = fit.intercept
        var slopes = [Double](repeating: 0, count: standardization.means.count)
        for (place, column) in varying.enumerated() {
            slopes[column] = fit.weights[place] / standardization.scales[column]
        }
        self.slopes = slopes
        means = standardization.means
        ranges = slopes.indices.map { column in
            let known = rows.lazy.map { $0[column] }.filter { !$0.isNaN }
            return (known.min() ?? 0)...(known.max() ?? 0)
        }
    }

    /// What it takes to fit a line, in units of ``FitWork``.
    static func units(rows: Int, features: Int) -> Int { rows * (50 + features * (20 + features)) }

    /// The weights and the answer at the mean of all features, for X [n, p].
    static func fit(
        _ matrix: [Double], _ targets: [Double], penalties: [Double], emphasis: [Double]
    ) -> (intercept: Double, weights: [Double])? {
        let (n, p) = (targets.count, penalties.count)
        let total = emphasis.reduce(0, +)
        guard total > 0 else { return nil }
        // Weighted means: with row weights the columns are no longer of mean 0.
        var centers = [Double](repeating: 0, count: p)
        var mean = 0.0
        for row in 0..<n {
            let share = emphasis[row] / total
            mean += share * targets[row]
            for column in 0..<p { centers[column] += share * matrix[row * p + column] }
        }
        var gram = [Double](repeating: 0, count: p * p)
        var right = [Double](repeating: 0, count: p)
        var x = [Double](repeating: 0, count: p)
        for row in 0..<n {
            let weight = emphasis[row] / total
            for column in 0..<p { x[column] = matrix[row * p + column] - centers[column] }
            for i in 0..<p where x[i] != 0 {
                right[i] += weight * x[i] * (targets[row] - mean)
                for j in 0...i { gram[i * p + j] += weight * x[i] * x[j] }
            }
        }
        for column in 0..<p { gram[column * p + column] += penalties[column] }
        guard let weights = try? CholeskyFactor(of: gram, order: p).solve(right) else { return nil }
        return (mean - zip(centers, weights).reduce(0) { $0 + $1.0 * $1.1 }, weights)
    }

    /// ln of the forecast for one row of features.
    ///
    /// - Parameter reach: how many widths of the range that was seen a feature counts beyond it; 0 holds it there.
    public func logarithm(_ row: [Double], reach: Double = 1) -> Double {
        precondition(row.count == slopes.count, "\(row.count) features for \(slopes.count) slopes")
        var value = intercept
        for column in slopes.indices where slopes[column] != 0 && !row[column].isNaN {
            let range = ranges[column]
            let width = reach * (range.upperBound - range.lowerBound)
            let feature = min(max(row[column], range.lowerBound - width), range.upperBound + width)
            value += slopes[column] * (feature - means[column])
        }
        return value
    }
}
