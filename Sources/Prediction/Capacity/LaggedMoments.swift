import Kernels

/// Sums over rows of features and their targets, from which ridge regressions on any of the features follow.
struct LaggedMoments: Sendable {
    /// Rows.
    private(set) var rows = 0
    private var sums: [Double]
    /// Σ xᵢ xⱼ for j ≤ i, one row of the triangle behind the other.
    private var products: [Double]
    private var targetSum = 0.0
    private var targetProducts: [Double]
    /// What is subtracted from features that are values, so that the sums keep their digits.
    private var offset = 0.0

    init(features: Int) {
        sums = [Double](repeating: 0, count: features)
        products = [Double](repeating: 0, count: features * (features + 1) / 2)
        targetProducts = sums
    }

    /// Adds a row with its target; of x only the first p features count.
    mutating func add(_ x: [Double], target: Double) {
        if rows == 0 { offset = x[0] }
        rows += 1
        targetSum += target
        let offset = offset
        var place = 0
        for i in sums.indices {
            let value = x[i] - offset
            sums[i] += value
            targetProducts[i] += value * target
            for j in 0...i {
                products[place + j] += value * (x[j] - offset)
            }
            place += i + 1
        }
    }

    /// The regression on the features at `places` with the penalty λ on standardised features, as in ``RidgeRegression``:
    /// (C + λ I) w = c with their correlations C and their covariances c with the target.
    func regression(on places: [Int], penalty: Double) -> LaggedRegression? {
        let n = Double(rows)
        let means = places.map { sums[$0] / n }
        func product(_ a: Int, _ b: Int) -> Double {
            let (i, j) = (max(places[a], places[b]), min(places[a], places[b]))
            return products[i * (i + 1) / 2 + j] / n - means[a] * means[b]
        }
        let scales = places.indices.map { place -> Double in
            let variance = product(place, place)
            return variance > 1e-12 * max(means[place] * means[place], 1e-300) ? variance.squareRoot() : 0
        }
        let varying = places.indices.filter { scales[$0] > 0 }
        guard !varying.isEmpty else { return nil }
        let p = varying.count
        var matrix = [Double](repeating: 0, count: p * p)
        var right = [Double](repeating: 0, count: p)
        let targetMean = targetSum / n
        for (row, a) in varying.enumerated() {
            for (column, b) in varying[...row].enumerated() {
                matrix[row * p + column] = product(a, b) / scales[a] / scales[b]
            }
            matrix[row * p + row] = 1 + penalty
            right[row] = (targetProducts[places[a]] / n - means[a] * targetMean) / scales[a]
        }
        guard let solution = try? CholeskyFactor(of: matrix, order: p).solve(right) else { return nil }
        var intercept = targetMean
        let weights = zip(varying, solution).map { feature, weight in
            intercept -= weight / scales[feature] * (means[feature] + offset)
            return weight / scales[feature]
        }
        return LaggedRegression(intercept: intercept, places: varying.map { places[$0] }, weights: weights)
    }
}

/// A linear function of some of the features.
struct LaggedRegression: Sendable {
    let intercept: Double
    let places: [Int]
    let weights: [Double]

    func callAsFunction(_ x: [Double]) -> Double {
        var value = intercept
        for (place, weight) in zip(places, weights) { value += weight * x[place] }
        return value
    }
}
