import Foundation

/// Sums over rows that a ``LinearModel`` is solved from, to which rows can be added one by one.
///
/// Of each pair of columns, ln y being the last of them, it holds Σ r (xᵢ - cᵢ)(xⱼ - cⱼ) over the rows that know both, and
/// beside it what rows that lack one of them add to the sums of the other: from these the co-moment of a pair about the
/// means of its columns follows exactly, also where a missing feature, NaN, stands at its mean. A row costs O(p²), whatever
/// their number.
///
/// cᵢ is the first value that is known of a column. That row stays in the sums, so that of n rows of equal weight the mean
/// lies no more than √(n - 1) standard deviations from cᵢ: with all differences of about unit spread, log₁₀ n of 16 digits
/// cancel at the most (Chan, Golub and LeVeque, "Algorithms for Computing the Sample Variance", 1983, of shifted data).
struct LineMoments: Sendable {
    /// λ of each feature [p].
    let penalties: [Double]
    /// Rows that were added.
    private(set) var count = 0
    /// Whether all that was added was finite, and all targets positive.
    private(set) var isSound = true
    /// The range of each feature [p] as far as it is known.
    private(set) var lows: [Double]
    private(set) var highs: [Double]
    /// Σ r.
    private(set) var total = 0.0

    /// c [p + 1].
    private var shifts: [Double]
    /// Σ r over the rows that know a column [p + 1].
    private var weights: [Double]
    /// Σ r (x - c) over the same [p + 1].
    private var sums: [Double]
    /// Σ r (xᵢ - cᵢ)(xⱼ - cⱼ), j ≤ i, over the rows that know both [p + 1, p + 1].
    private var products: [Double]
    /// Σ r over the rows that know column i and lack feature j [p + 1, p]; empty while no feature was missing.
    private var gapWeights: [Double] = []
    /// Σ r (xᵢ - cᵢ) over the same.
    private var gapSums: [Double] = []
    /// x - c of the row that is being added [p + 1]; 0 where it is missing.
    private var offsets: [Double]

    /// p.
    private var features: Int { penalties.count }
    private var order: Int { penalties.count + 1 }

    /// Of no row yet.
    init(penalties: [Double]) {
        let order = penalties.count + 1
        self.penalties = penalties
        lows = [Double](repeating: .infinity, count: penalties.count)
        highs = [Double](repeating: -.infinity, count: penalties.count)
        shifts = [Double](repeating: 0, count: order)
        (weights, sums, offsets) = (shifts, shifts, shifts)
        products = [Double](repeating: 0, count: order * order)
    }

    /// Adds a row of features [p] with its positive `target`, of some `weight`.
    mutating func add(_ row: [Double], target: Double, weight: Double = 1) {
        precondition(row.count == features, "\(row.count) features for \(features) penalties")
        count += 1
        guard target > 0, target.isFinite, !row.contains(where: \.isInfinite) else { return isSound = false }
        total += weight
        for column in row.indices {
            lows[column] = Double.minimum(lows[column], row[column])
            highs[column] = Double.maximum(highs[column], row[column])
            note(row[column], in: column, weight)
        }
        note(log(target), in: features, weight)
        let order = order
        for i in 0..<order where offsets[i] != 0 {
            let scaled = weight * offsets[i]
            for j in 0...i { products[i * order + j] += scaled * offsets[j] }
        }
        for missing in row.indices where row[missing].isNaN { noteGap(missing, row, weight) }
    }

    private mutating func note(_ value: Double, in column: Int, _ weight: Double) {
        offsets[column] = 0
        guard !value.isNaN else { return }
        if weights[column] == 0 { shifts[column] = value }
        offsets[column] = value - shifts[column]
        weights[column] += weight
        sums[column] += weight * offsets[column]
    }

    private mutating func noteGap(_ missing: Int, _ row: [Double], _ weight: Double) {
        if gapWeights.isEmpty {
            gapWeights = [Double](repeating: 0, count: order * features)
            gapSums = gapWeights
        }
        for column in 0..<order where column == features || !row[column].isNaN {
            gapWeights[column * features + missing] += weight
            gapSums[column * features + missing] += weight * offsets[column]
        }
    }

    /// The mean of each column [p + 1] over the rows that know it, ln y the last; 0 for one that none does.
    var means: [Double] { weights.indices.map { shifts[$0] + excess($0) } }

    /// The standard deviation of a feature over the rows that know it.
    func scale(_ feature: Int) -> Double {
        weights[feature] > 0 ? max(comoment(feature, feature) / weights[feature], 0).squareRoot() : 0
    }

    /// How far the mean of a column lies from c.
    private func excess(_ column: Int) -> Double { weights[column] > 0 ? sums[column] / weights[column] : 0 }

    /// Σ r (xᵢ - mean)(xⱼ - mean) over the rows that know both, for a feature j and i ≥ j, where i may be ln y.
    func comoment(_ i: Int, _ j: Int) -> Double {
        let (a, b) = (excess(i), excess(j))
        // Those that know both, and the sums of either over them.
        var (shared, sumI, sumJ) = (weights[i], sums[i], sums[j])
        if !gapWeights.isEmpty {
            shared -= gapWeights[i * features + j]
            sumI -= gapSums[i * features + j]
            if i < features { sumJ -= gapSums[j * features + i] }
        }
        return products[i * order + j] - b * sumI - a * sumJ + shared * a * b
    }
}
