import Foundation

/// An overhead and a part that grows with the size of the input, both changed by what else is known of the task:
/// y = (a + b x) exp(w · z), a, b ≥ 0.
///
/// Beyond the sizes that were seen it grows like the size itself, which a line through logarithms that overhead has
/// flattened does not. a + b x and w are fitted in turn, each to what the other leaves (backfitting: Hastie and
/// Tibshirani, "Generalized Additive Models", 1990): a and b by least squares of the relative error with weights 1 / (a
/// + b x)², as for a gamma distribution, larger sizes weighing more; w by ridge regression of the logarithms.
struct OverheadModel: Sendable {
    /// a and b, of sizes in units of `unit`.
    private let overhead: Double
    private let growth: Double
    private let unit: Double
    /// The effects of the other columns.
    private let effects: Effects
    /// ln of what centres the residuals.
    private let shift: Double

    /// w · z, for standardised columns.
    private struct Effects {
        var columns: [Int]
        var means: [Double]
        var slopes: [Double]

        func callAsFunction(_ row: [Double]) -> Double {
            var value = 0.0
            for (place, column) in columns.enumerated() where !row[column].isNaN {
                value += slopes[place] * (row[column] - means[place])
            }
            return value
        }
    }

    private static let rounds = 5

    /// Fits `logarithms` of targets on positive `sizes` and the columns `others` of `rows`.
    init?(
        sizes: [Double], rows: [[Double]], others: [Int], isWord: [Bool], logarithms: [Double], emphasis: [Double]
    ) {
        let unit = exp(sizes.reduce(0) { $0 + log($1) } / Double(sizes.count))
        let scaled = sizes.map { $0 / unit }
        guard
            let side = SideColumns(
                rows, others: others, isWord: isWord, sizes: scaled, logarithms: logarithms)
        else { return nil }
        var effects = side.start
        var curve = (overhead: 0.0, growth: 1.0)
        for _ in 0..<Self.rounds {
            let left = logarithms.indices.map { logarithms[$0] - side.value(effects, $0) }
            guard let fitted = Self.curve(scaled, left, emphasis: emphasis) else { return nil }
            curve = fitted
            guard !side.columns.isEmpty else { break }
            let rest = logarithms.indices.map { logarithms[$0] - Self.logarithm(curve, scaled[$0]) }
            guard let next = side.effects(rest) else { return nil }
            effects = next
        }
        let residuals = logarithms.indices.map {
            logarithms[$0] - Self.logarithm(curve, scaled[$0]) - side.value(effects, $0)
        }
        (overhead, growth) = curve
        self.unit = unit
        self.effects = Effects(
            columns: side.columns, means: side.columns.map { side.means[$0] },
            slopes: zip(side.columns, effects).map { $1 / side.scales[$0] })
        shift = Self.median(residuals, weights: emphasis)
    }

    /// ln of the forecast for a task of `size` with the features `row`.
    func logarithm(size: Double, row: [Double]) -> Double {
        Self.logarithm((overhead, growth), size / unit) + effects(row) + shift
    }

    private static func logarithm(_ curve: (overhead: Double, growth: Double), _ size: Double) -> Double {
        log(max(curve.overhead + curve.growth * size, 1e-12))
    }

    /// a, b ≥ 0 that minimise Σ r ((y - a - b x) / (a + b x))² with the weights of the round before.
    private static func curve(
        _ sizes: [Double], _ logarithms: [Double], emphasis: [Double]
    ) -> (overhead: Double, growth: Double)? {
        let values = logarithms.map { exp(min($0, 600)) }
        guard let least = values.min(), least > 0 else { return nil }
        var fits = values
        var result = (overhead: 0.0, growth: 0.0)
        for _ in 0..<6 {
            var (s0, s1, s2, t0, t1) = (0.0, 0.0, 0.0, 0.0, 0.0)
            for place in sizes.indices {
                let scale = max(fits[place], least * 0.1)
                let weight = emphasis[place] / (scale * scale)
                s0 += weight
                s1 += weight * sizes[place]
                s2 += weight * sizes[place] * sizes[place]
                t0 += weight * values[place]
                t1 += weight * sizes[place] * values[place]
            }
            guard s0 > 0, s2 > 0, s2.isFinite, t1.isFinite else { return nil }
            let determinant = s0 * s2 - s1 * s1
            var (a, b) = (t0 / s0, 0.0)
            if determinant > 1e-12 * s0 * s2 {
                (a, b) = ((t0 * s2 - t1 * s1) / determinant, (t1 * s0 - t0 * s1) / determinant)
            }
            if a < 0 { (a, b) = (0, t1 / s2) }
            if b < 0 { (a, b) = (t0 / s0, 0) }
            result = (a, b)
            for place in sizes.indices { fits[place] = a + b * sizes[place] }
        }
        return result
    }

    private static func median(_ values: [Double], weights: [Double]) -> Double {
        let half = weights.reduce(0, +) / 2
        var sum = 0.0
        for place in values.indices.sorted(by: { values[$0] < values[$1] }) {
            sum += weights[place]
            if sum >= half { return values[place] }
        }
        return 0
    }
}
