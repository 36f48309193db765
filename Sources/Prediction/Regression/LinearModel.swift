import Foundation

/// ln y as a linear function of standardised features, by ``RidgeRegression``.
///
/// Answers stay within a half of the smallest and three times the largest target seen.
public struct LinearModel: Sendable {
    private let regression: RidgeRegression
    private let range: ClosedRange<Double>

    /// Fits `targets` (positive) on `rows`; the penalty is small, so that it only keeps collinear columns apart.
    ///
    /// - Returns: nil where there is nothing to fit: fewer than five rows, or no feature that varies.
    public init?(_ rows: [[Double]], targets: [Double], penalty: Double = 1e-3) {
        guard rows.count >= 5, let low = targets.min(), let high = targets.max(),
            let regression = try? RidgeRegression(rows, targets: targets.map { log($0) }, penalty: penalty),
            !regression.varyingFeatures.isEmpty
        else { return nil }
        self.regression = regression
        range = log(low / 2)...log(high * 3)
    }

    /// ln of the forecast for one row of features.
    public func logarithm(_ row: [Double]) -> Double {
        min(max(regression(row), range.lowerBound), range.upperBound)
    }
}
