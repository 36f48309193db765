import Foundation
import Kernels

/// What is believed of γ before any execution: N(mean, deviation²).
struct SlopePrior: Sendable {
    var mean: Double
    var deviation: Double

    /// Twice the speed, half the time, within a half of that exponent.
    static let speed = SlopePrior(mean: -1, deviation: 0.5)
}

/// What one belief makes of a sample.
struct MachineFit: Sendable {
    /// γ.
    var slope: Double
    /// Its variance.
    var slopeVariance: Double
    /// uₖ [K].
    var effects: [Double]
    /// τ.
    var scale: Double
    /// ln of how probable the sample is under the belief, up to what does not depend on it.
    var evidence: Double
}

/// The executions of one type with what is common to all beliefs: cross products of scores, machines and logarithms
/// after the features have explained what they can.
struct MachineSample: Sendable {
    private let rows: Int
    /// Degrees of freedom that the features take.
    private let freedom: Double
    private let machines: Int
    /// R [K + 2, K + 2] of the columns score, one for each machine, logarithm.
    private let products: [Double]

    /// Penalty on the features' weights: next to none, so that effects of machines do not take their place.
    private static let penalty = 1e-4
    /// Degrees of freedom of u.
    private static let tails = 2.0

    /// `machines` [n] places in `scores` [K].
    init?(_ features: [[Double]], machines: [Int], scores: [Double], logarithms: [Double]) {
        guard let standardization = try? Standardization(features) else { return nil }
        let (n, p, q) = (features.count, standardization.varying.count, scores.count + 2)
        rows = n
        self.machines = scores.count
        freedom = Double(p + 1)
        var columns = [Double](repeating: 0, count: n * q)
        for row in 0..<n {
            columns[row * q] = scores[machines[row]]
            columns[row * q + 1 + machines[row]] = 1
            columns[row * q + q - 1] = logarithms[row]
        }
        for column in 0..<q {
            let mean = (0..<n).reduce(0) { $0 + columns[$1 * q + column] } / Double(n)
            for row in 0..<n { columns[row * q + column] -= mean }
        }
        let x = standardization.matrix(features)
        var gram = [Double](repeating: 0, count: p * p)
        var cross = [Double](repeating: 0, count: p * q)
        var own = [Double](repeating: 0, count: q * q)
        for row in 0..<n {
            for i in 0..<p where x[row * p + i] != 0 {
                for j in 0...i { gram[i * p + j] += x[row * p + i] * x[row * p + j] }
                for j in 0..<q { cross[i * q + j] += x[row * p + i] * columns[row * q + j] }
            }
            for i in 0..<q where columns[row * q + i] != 0 {
                for j in 0..<q { own[i * q + j] += columns[row * q + i] * columns[row * q + j] }
            }
        }
        for i in 0..<p { gram[i * p + i] += Self.penalty * Double(n) }
        if p > 0 {
            guard let solved = try? CholeskyFactor(of: gram, order: p).solve(cross, columns: q) else { return nil }
            for i in 0..<q {
                for j in 0..<q {
                    for k in 0..<p { own[i * q + j] -= cross[k * q + i] * solved[k * q + j] }
                }
            }
        }
        products = own
    }

    /// The most probable u, γ, σ and τ under a belief: expectation maximisation with the scale of each uₖ, by which
    /// Student's t is a mixture of normals, as what is not seen (Liu and Rubin, "ML estimation of the t distribution
    /// using EM and its extensions", 1995). Without `prior`, γ is 0.
    func fit(prior: SlopePrior?) -> MachineFit {
        let (n, q, count) = (Double(rows), machines + 2, machines)
        let first = prior == nil ? 1 : 0
        let order = count + 1 - first
        let slope = prior?.mean ?? 0
        func product(_ i: Int, _ j: Int) -> Double { products[i * q + j] }
        // Of ln y - (mean of γ) s.
        let right = (first..<(count + 1)).map { product($0, q - 1) - slope * product($0, 0) }
        let squares = product(q - 1, q - 1) - 2 * slope * product(0, q - 1) + slope * slope * product(0, 0)
        var (noise, spread) = (0.02, 0.01)
        var weights = [Double](repeating: 1, count: count)
        var fit = MachineFit(
            slope: slope, slopeVariance: 0, effects: [Double](repeating: 0, count: count), scale: 0,
            evidence: -.infinity)
        for _ in 0..<60 {
            let penalties =
                (prior.map { [noise / ($0.deviation * $0.deviation)] } ?? []) + weights.map { noise * $0 / spread }
            var matrix = [Double](repeating: 0, count: order * order)
            for i in 0..<order {
                for j in 0..<order { matrix[i * order + j] = product(i + first, j + first) }
                matrix[i * order + i] += penalties[i]
            }
            let identity = (0..<order * order).map { $0 % (order + 1) == 0 ? 1.0 : 0 }
            guard let factor = try? CholeskyFactor(of: matrix, order: order),
                let inverse = try? factor.solve(identity, columns: order), let solution = try? factor.solve(right)
            else { return fit }
            let penalized = max(squares - zip(solution, right).reduce(0) { $0 + $1.0 * $1.1 }, 0)
            let variances = (0..<order).map { inverse[$0 * order + $0] }
            fit.slope = slope + (prior == nil ? 0 : solution[0])
            fit.slopeVariance = prior == nil ? 0 : noise * variances[0]
            fit.effects = Array(solution.suffix(count))
            fit.scale = spread.squareRoot()
            fit.evidence =
                -0.5 * n * log(noise) - 0.5 * penalized / noise - 0.5 * factor.logDeterminant
                + 0.5 * penalties.reduce(0) { $0 + log($1) }
                + weights.reduce(0) { $0 + (Self.tails / 2 - 1) * log($1) - Self.tails / 2 * $1 } - log(spread)
                - 0.0025 / spread
            let second = zip(fit.effects, variances.suffix(count)).map { $0 * $0 + noise * $1 }
            let own = zip(solution, penalties).reduce(0) { $0 + $1.1 * $1.0 * $1.0 }
            let used = freedom + zip(variances, penalties).reduce(0) { $0 + 1 - $1.0 * $1.1 }
            // A belief of two observations each keeps few of them from making σ and τ vanish: 0.1 and 0.05.
            noise = (max(penalized - own, 0) + noise * min(used, n) + 0.02) / (n + 2)
            weights = second.map { (Self.tails + 1) / (Self.tails + $0 / spread) }
            let before = spread
            spread = (zip(weights, second).reduce(0) { $0 + $1.0 * $1.1 } + 0.005) / Double(count + 2)
            if abs(log(spread / before)) < 1e-4 { break }
        }
        return fit
    }
}
