import Foundation
import Prediction
import Workflows

extension ResourcePrediction {
    /// This answer of the base, moved to `forecast` where the network has a say; `words` is what the network is called, and
    /// `evidence` what its sizes rest on.
    func corrected(
        _ forecast: BlendedForecast, _ words: String, evidence: @autoclosure () -> SizingEvidence?
    ) -> ResourcePrediction {
        guard let whyLeftOut = forecast.whyLeftOut else { return self }
        var answer = self
        for (place, target) in ResourceTarget.allCases.enumerated() {
            guard forecast.shares[place] > 0 else {
                answer[target].reason += "; \(words) is left out, as \(whyLeftOut[place])"
                continue
            }
            let quantiles = forecast.levels(place).map { exp(min(max($0, -60), 90)) }
            answer[target] = PredictedQuantity(
                target, quantiles: quantiles, allocation: quantiles[ForecastLevels.high],
                reason: self[target].reason + ", corrected by \(words) over the last executions", source: .ensemble)
        }
        if forecast.shares.contains(where: { $0 > 0 }) { Sizing.resize(&answer, evidence: evidence()) }
        return answer
    }
}

extension BlendedForecast {
    /// ln of the forecast of one target at all levels, corrected.
    fileprivate func levels(_ target: Int) -> [Double] {
        guard !movesAlike[target] else {
            let median = target * BaseForecast.levels + ForecastLevels.median
            let moved = min(max(learned[median] - base.at(target, ForecastLevels.median), -3), 3)
            return (0..<BaseForecast.levels).map { base.at(target, $0) + shares[target] * moved }
        }
        var levels = (0..<BaseForecast.levels).map { level in
            let base = base.at(target, level)
            // A correction of more than e^3 is no correction.
            let moved = min(max(learned[target * BaseForecast.levels + level] - base, -3), 3)
            return base + shares[target] * moved + spreads[target] * corrections[target].shifts[level]
        }
        // Corrections of single levels can cross; none may lie on the wrong side of its neighbour towards the median.
        for level in (0..<ForecastLevels.median).reversed() { levels[level] = min(levels[level], levels[level + 1]) }
        for level in ForecastLevels.median + 1..<levels.count { levels[level] = max(levels[level], levels[level - 1]) }
        return levels
    }
}
