import Foundation
import Kernels

/// ln y as a linear function of standardised features, by ridge regression in closed form.
///
/// With X [n, p] centred and scaled to unit spread and y' = ln y - mean, the weights solve (Xᵀ X + λ I) w = Xᵀ y'
/// (Hoerl and Kennard, 1970). A missing feature stands at its mean. Answers stay within a half of the smallest and three
/// times the largest target seen.
public struct LinearModel: Sendable {
    private let means: [Double]
    private let scales: [Double]
    private let weights: [Double]
    private let intercept: Double
    private let range: ClosedRange<Double>

    /// Fits `targets` (positive) on `rows`; λ is small against n, so that it only keeps collinear columns apart.
    ///
    /// - Returns: nil where there is nothing to fit: fewer than five rows, or no feature that varies.
    public init?(_ rows: [[Double]], targets: [Double], ridge: Double = 1e-3) {
        guard rows.count >= 5, let width = rows.first?.count, width > 0, let low = targets.min(),
            let high = targets.max()
        else { return nil }
        var means = [Double](repeating: 0, count: width)
        var scales = means
        for column in 0..<width {
            let known = rows.lazy.map { $0[column] }.filter { !$0.isNaN }
            let count = Double(known.count)
            guard count > 0 else { continue }
            means[column] = known.reduce(0, +) / count
            let mean = means[column]
            scales[column] = (known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
        }
        let kept = (0..<width).filter { scales[$0] > 1e-9 * max(abs(means[$0]), 1) }
        guard !kept.isEmpty else { return nil }
        let logarithms = targets.map { log($0) }
        let mean = logarithms.reduce(0, +) / Double(logarithms.count)
        let p = kept.count
        var gram = [Double](repeating: 0, count: p * p)
        var right = [Double](repeating: 0, count: p)
        var x = [Double](repeating: 0, count: p)
        for (row, y) in zip(rows, logarithms) {
            for (place, column) in kept.enumerated() {
                x[place] = row[column].isNaN ? 0 : (row[column] - means[column]) / scales[column]
            }
            for i in 0..<p where x[i] != 0 {
                right[i] += x[i] * (y - mean)
                for j in 0...i { gram[i * p + j] += x[i] * x[j] }
            }
        }
        for i in 0..<p { gram[i * p + i] += ridge * Double(rows.count) }
        do { try LAPACK.solvePositiveDefinite(gram, &right, n: p) } catch { return nil }
        var weights = [Double](repeating: 0, count: width)
        for (place, column) in kept.enumerated() { weights[column] = right[place] }
        self.means = means
        self.scales = scales
        self.weights = weights
        intercept = mean
        range = log(low / 2)...log(high * 3)
    }

    /// ln of the forecast for one row of features.
    public func logarithm(_ row: [Double]) -> Double {
        var value = intercept
        for column in weights.indices where weights[column] != 0 && !row[column].isNaN {
            value += weights[column] * (row[column] - means[column]) / scales[column]
        }
        return min(max(value, range.lowerBound), range.upperBound)
    }
}
