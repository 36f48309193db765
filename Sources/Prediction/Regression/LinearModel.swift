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
/// It is solved in closed form from sums over the rows, ``LineMoments``: one more row changes it by O(p²) for the sums
/// and O(p³) for the solution, and leaves what a fit on all rows would find, up to rounding.
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
        var moments = LineMoments(penalties: Self.penalties(isWord, features: rows.first?.count ?? 0))
        for place in rows.indices {
            moments.add(rows[place], target: targets[place], weight: emphasis?[place] ?? 1)
        }
        self.init(moments)
    }

    /// Solves for the line through the rows that were added to `moments`; nil as for rows.
    ///
    /// The normal equations are solved by Cholesky's factor: standardised columns give them a trace of p, so that with
    /// these penalties their condition is at most about 1e4 p.
    init?(_ moments: LineMoments) {
        guard moments.count >= 5, moments.isSound, moments.total > 0 else { return nil }
        let (means, features) = (moments.means, moments.penalties.count)
        let scales = (0..<features).map(moments.scale)
        let varying = scales.indices.filter { scales[$0] > 1e-9 * max(abs(means[$0]), 1) }
        let p = varying.count
        guard p > 0 else { return nil }
        var gram = [Double](repeating: 0, count: p * p)
        var right = [Double](repeating: 0, count: p)
        for (i, a) in varying.enumerated() {
            let unit = moments.total * scales[a]
            right[i] = moments.comoment(features, a) / unit
            for (j, b) in varying[...i].enumerated() { gram[i * p + j] = moments.comoment(a, b) / (unit * scales[b]) }
            gram[i * p + i] += moments.penalties[a]
        }
        guard let weights = try? CholeskyFactor(of: gram, order: p).solve(right) else { return nil }
        var slopes = [Double](repeating: 0, count: features)
        for (place, column) in varying.enumerated() { slopes[column] = weights[place] / scales[column] }
        self.slopes = slopes
        self.means = Array(means.dropLast())
        intercept = means[features]
        ranges = slopes.indices.map {
            moments.lows[$0] <= moments.highs[$0] ? moments.lows[$0]...moments.highs[$0] : 0...0
        }
    }

    /// λ of each of `features`.
    static func penalties(_ isWord: [Bool], features: Int) -> [Double] {
        (0..<features).map { isWord.indices.contains($0) && isWord[$0] ? wordPenalty : numberPenalty }
    }

    /// What it takes to fit a line, in units of ``FitWork``.
    static func units(rows: Int, features: Int) -> Int { rows * (50 + features * (20 + features)) }

    /// What it takes to add a row to the sums of a line and to solve for it anew, in units of ``FitWork``.
    static func updateUnits(features: Int) -> Int { 1_500 + features * (150 + features * (10 + features / 3)) }

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
