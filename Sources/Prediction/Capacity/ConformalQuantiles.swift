import Workflows

/// Quantiles of a forecast from the errors that earlier ones of its kind left.
enum ConformalQuantiles {
    /// `point` plus the errors at ``ForecastLevels/all``.
    ///
    /// Of n sorted errors, a level q above one half takes the one at place ⌈q (n + 1)⌉, one below at place ⌊q (n + 1)⌋, so
    /// that a new value from the same source lies on the right side with at least that probability (Vovk, Gammerman and
    /// Shafer, "Algorithmic Learning in a Random World", 2005, section 2.3). The forecast's median is `point` itself.
    ///
    /// - Parameter errors: actual value minus forecast, sorted; without any, all quantiles are `point`.
    static func around(_ point: Double, sortedErrors errors: [Double]) -> [Double] {
        guard !errors.isEmpty else { return ForecastLevels.all.map { _ in point } }
        let n = Double(errors.count)
        var quantiles = ForecastLevels.all.map { level -> Double in
            if level == 0.5 { return point }
            let place = (level * (n + 1)).rounded(level > 0.5 ? .up : .down)
            let error = errors[min(max(Int(place) - 1, 0), errors.count - 1)]
            return point + (level > 0.5 ? max(error, 0) : min(error, 0))
        }
        for place in quantiles.indices.dropFirst() { quantiles[place] = max(quantiles[place], quantiles[place - 1]) }
        return quantiles
    }
}
