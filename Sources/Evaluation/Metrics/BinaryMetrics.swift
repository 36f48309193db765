/// How well scores tell cases of two kinds apart, and how well probabilities say how often something happens.
public enum BinaryMetrics {
    /// The mean precision at each positive case, cases by their scores with the largest first; nil where none is positive.
    ///
    ///     Σ (Rₖ - Rₖ₋₁) Pₖ
    ///
    /// over the distinct scores, with recall R and precision P of the cases with at least that score. Cases with one score
    /// come together: their order in the file says nothing.
    public static func averagePrecision(_ scores: [Double], _ isPositive: [Bool]) -> Double? {
        precondition(scores.count == isPositive.count, "\(scores.count) scores for \(isPositive.count) cases")
        precondition(!scores.contains(where: \.isNaN), "a score is no number")
        let total = isPositive.count { $0 }
        guard total > 0 else { return nil }
        let order = scores.indices.sorted { scores[$0] > scores[$1] }
        var (sum, found, place) = (0.0, 0, 0)
        while place < order.count {
            let score = scores[order[place]]
            var hits = 0
            while place < order.count, scores[order[place]] == score {
                hits += isPositive[order[place]] ? 1 : 0
                place += 1
            }
            found += hits
            sum += Double(hits) / Double(total) * Double(found) / Double(place)
        }
        return sum
    }

    /// The expected squared difference between probabilities p and what happens with the frequencies q: the mean of
    /// (p - q)² + q (1 - q). Brier, "Verification of forecasts expressed in terms of probability", 1950.
    public static func brierScore(_ probabilities: [Double], frequencies: [Double]) -> Double {
        precondition(
            probabilities.count == frequencies.count && !frequencies.isEmpty,
            "\(probabilities.count) probabilities for \(frequencies.count) frequencies")
        let sum = zip(probabilities, frequencies).reduce(0) { sum, pair in
            let (p, q) = pair
            return sum + (p - q) * (p - q) + q * (1 - q)
        }
        return sum / Double(frequencies.count)
    }

    /// How far probabilities are off on average: over ten bins of equal width the mean of |mean probability - mean frequency|,
    /// weighted by their cases. Naeini, Cooper, Hauskrecht, "Obtaining well calibrated probabilities using Bayesian
    /// binning", 2015, section "Calibration measures".
    public static func calibrationError(_ probabilities: [Double], frequencies: [Double]) -> Double {
        precondition(
            probabilities.count == frequencies.count && !frequencies.isEmpty,
            "\(probabilities.count) probabilities for \(frequencies.count) frequencies")
        precondition(!probabilities.contains(where: \.isNaN), "a probability is no number")
        var differences = [Double](repeating: 0, count: 10)
        for (p, q) in zip(probabilities, frequencies) { differences[Int(min(max(p * 10, 0), 9))] += p - q }
        return differences.reduce(0) { $0 + abs($1) } / Double(frequencies.count)
    }
}
