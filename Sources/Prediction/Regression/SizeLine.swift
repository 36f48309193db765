import Foundation

/// y = a + b x in plain units, over the one number of a task that says the most: the size of its input, as a rule.
///
/// a and b minimise Σ ((y - a - b x) / y)², the relative error, which is least squares with the weights 1 / y². Of the
/// numbers that are known of all rows that one is taken which leaves the least of it.
///
/// The number counts no further than one width of its seen range beyond that, in the units of its column, as in
/// ``LinearModel``; and the answer is never below the least value that was seen.
struct SizeLine: Sendable {
    private let column: Int
    private let isLogarithm: Bool
    private let intercept: Double
    private let slope: Double
    private let range: ClosedRange<Double>
    private let least: Double

    /// The line through the rows that were added to `moments`; nil for fewer than five, or where no number varies.
    init?(_ moments: SizeLineMoments) {
        guard moments.count >= 5, let best = moments.best else { return nil }
        column = best.column
        isLogarithm = moments.kinds[column] == .logarithm
        slope = best.slope
        intercept = best.intercept
        range = moments.lows[column]...moments.highs[column]
        least = moments.least
    }

    /// What it takes to fit it, in units of ``FitWork``.
    static func units(rows: Int, features: Int) -> Int { rows * (30 + features * 15) }

    /// ln of the forecast for one row of features; nil where the number is not known.
    func logarithm(_ row: [Double]) -> Double? {
        guard !row[column].isNaN else { return nil }
        let width = range.upperBound - range.lowerBound
        let feature = min(max(row[column], range.lowerBound - width), range.upperBound + width)
        return log(max(intercept + slope * (isLogarithm ? expm1(feature) : feature), least))
    }
}

/// Sums over rows that a ``SizeLine`` is solved from, to which rows can be added one by one, in O(p).
///
/// For each number x of a task they hold, with w = 1 / y², the weighted means of x and y and Σ w (x - x̄)² and
/// Σ w (x - x̄)(y - ȳ) about them, as they are (West, "Updating Mean and Variance Estimates: An Improved Method", 1979).
struct SizeLineMoments: Sendable {
    /// What each column holds [p].
    let kinds: [FeatureColumns.Kind]
    /// Rows that were added.
    private(set) var count = 0
    /// The least y.
    private(set) var least = Double.infinity
    /// The range of each number [p], in the units of its column.
    private(set) var lows: [Double]
    private(set) var highs: [Double]
    /// The numbers that all rows know.
    private var known: [Int]
    private var total = 0.0
    private var mean = 0.0
    /// x̄ [p].
    private var means: [Double]
    /// Σ w (x - x̄)² [p].
    private var squares: [Double]
    /// Σ w (x - x̄)(y - ȳ) [p].
    private var products: [Double]

    /// Of no row yet.
    init(kinds: [FeatureColumns.Kind]) {
        self.kinds = kinds
        known = kinds.indices.filter { kinds[$0] != .word }
        lows = [Double](repeating: .infinity, count: kinds.count)
        highs = [Double](repeating: -.infinity, count: kinds.count)
        means = [Double](repeating: 0, count: kinds.count)
        (squares, products) = (means, means)
    }

    /// Adds a row of features [p] with its positive `target`.
    mutating func add(_ row: [Double], target: Double) {
        count += 1
        least = min(least, target)
        if known.contains(where: { row[$0].isNaN }) { known.removeAll { row[$0].isNaN } }
        let weight = 1 / (target * target)
        total += weight
        let share = weight / total
        let offset = target - mean
        mean += share * offset
        let scale = weight * (1 - share)
        for column in known {
            lows[column] = min(lows[column], row[column])
            highs[column] = max(highs[column], row[column])
            let difference = (kinds[column] == .logarithm ? expm1(row[column]) : row[column]) - means[column]
            means[column] += share * difference
            squares[column] += scale * difference * difference
            products[column] += scale * difference * offset
        }
    }

    /// The column whose line leaves the least relative error, of equals the first, and that line.
    var best: (column: Int, intercept: Double, slope: Double)? {
        var best: (column: Int, explained: Double)?
        for column in known where lows[column] < highs[column] && squares[column] > 0 {
            let explained = products[column] * products[column] / squares[column]
            if explained > best?.explained ?? -1 { best = (column, explained) }
        }
        guard let column = best?.column else { return nil }
        let slope = products[column] / squares[column]
        let intercept = mean - slope * means[column]
        return slope.isFinite && intercept.isFinite ? (column, intercept, slope) : nil
    }
}
