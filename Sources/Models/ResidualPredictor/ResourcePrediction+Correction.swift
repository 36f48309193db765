import Foundation
import Prediction
import Workflows

extension ResourcePrediction {
    /// This answer of the base, moved to `forecast` and corrected by what `group` says of its levels.
    ///
    /// - Parameters:
    ///   - isFresh: whether nothing is known of the task's run.
    ///   - words: what the network is called.
    func corrected(
        _ forecast: BlendedForecast, by group: GroupCalibration, isFresh: Bool, _ words: String
    ) -> ResourcePrediction {
        var answer = self
        let correction = isFresh ? group.fresh : group.known
        for (place, target) in ResourceTarget.allCases.enumerated() {
            let share = forecast.shares[place]
            let center = forecast.value(place, ForecastLevels.median)
            var levels = (0..<BaseForecast.levels).map { level in
                forecast.value(place, level) + group.scale.residual[place] * correction.at(place, level)
            }
            // Corrections of single levels can cross; none may lie on the wrong side of its neighbour towards the median.
            levels[ForecastLevels.median] = center
            for level in (0..<ForecastLevels.median).reversed() { levels[level] = min(levels[level], levels[level + 1]) }
            for level in ForecastLevels.median + 1..<levels.count { levels[level] = max(levels[level], levels[level - 1]) }
            let quantiles = levels.map { exp(min(max($0, -60), 90)) }
            var reason = self[target].reason
            if share > 0 {
                reason += ", corrected by \(words) over the last executions"
            } else if forecast.isJudged {
                reason += "; \(words) is left out, as it did not help on held-out executions"
            }
            answer[target] = PredictedQuantity(
                target, quantiles: quantiles,
                allocation: Sizing.allocation(target, p95: quantiles[ForecastLevels.high]), reason: reason,
                source: share > 0 ? .ensemble : self[target].source)
        }
        answer.retry = Sizing.retries(memoryBytes: answer.memory.allocation, seconds: answer.duration.allocation)
        return answer
    }
}

extension BlendedForecast {
    /// ln of the forecast of one target at one level.
    func value(_ target: Int, _ level: Int) -> Double {
        let base = base.at(target, level)
        guard shares[target] > 0 else { return base }
        // A correction of more than e^3 is no correction.
        let learned = learned[target * BaseForecast.levels + level]
        return base + shares[target] * min(max(learned - base, -3), 3)
    }
}
