import Workflows

/// By how much each level of one target must be moved so that it covers what it says, in spreads of the type: [Q].
///
/// Scores are (ln actual - ln forecast) / spread at each level, left by executions that the forecast had not seen. The
/// shift of level q is the score at place ⌈q (n + 1)⌉, so that a new execution lies below the moved level with
/// probability q or more; for q under one half the mirror image (split conformal prediction: Vovk, Gammerman and Shafer,
/// "Algorithmic Learning in a Random World", 2005; of quantiles: Romano, Patterson and Candès, 2019). The median stays.
struct ConformalCorrection: Codable, Equatable, Sendable {
    /// [Q]
    private(set) var shifts: [Double]

    static let none = ConformalCorrection(shifts: [Double](repeating: 0, count: BaseForecast.levels))

    private init(shifts: [Double]) { self.shifts = shifts }

    var isSound: Bool { shifts.count == BaseForecast.levels && shifts.allSatisfy(\.isFinite) }

    /// Executions for which what wider groups say stands.
    private static let priorCount = 20.0

    /// The shifts that `scores`, [Q] for each execution, ask for, shrunk towards those of the wider group as if that
    /// stood for 20 executions.
    init(_ scores: [[Double]], within wider: ConformalCorrection) {
        self = wider
        guard !scores.isEmpty else { return }
        let weight = Double(scores.count) / (Double(scores.count) + Self.priorCount)
        for (level, quantile) in ForecastLevels.all.enumerated() where level != ForecastLevels.median {
            let shift = Self.quantile(quantile, of: scores.map { $0[level] }.sorted())
            shifts[level] = weight * shift + (1 - weight) * wider.shifts[level]
        }
    }

    private static func quantile(_ q: Double, of sorted: [Double]) -> Double {
        let n = Double(sorted.count)
        let place = q < 0.5 ? (q * (n + 1)).rounded(.down) : (q * (n + 1)).rounded(.up)
        return sorted[min(max(Int(place) - 1, 0), sorted.count - 1)]
    }
}
