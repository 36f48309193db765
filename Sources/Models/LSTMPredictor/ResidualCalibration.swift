import Workflows

/// Quantiles of held-out residuals ln(actual / forecast), for one type and target or for all types together.
struct ResidualQuantiles: Codable, Sendable, Equatable {
    /// Quantiles 0.05, 0.5 and 0.95.
    var p05: Double
    var p50: Double
    var p95: Double
    /// How many residuals they rest on.
    var count: Int

    /// The quantiles of `residuals`, shrunk towards `prior` as if that stood for 20 residuals.
    init(_ residuals: [Double], prior: ResidualQuantiles?) {
        let sorted = residuals.sorted()
        count = sorted.count
        guard !sorted.isEmpty else {
            self = prior ?? ResidualQuantiles(p05: -1, p50: 0, p95: 1, count: 0)
            count = 0
            return
        }
        let weight = prior == nil ? 1 : Double(sorted.count) / Double(sorted.count + 20)
        p05 = weight * Self.quantile(0.05, of: sorted) + (1 - weight) * (prior?.p05 ?? 0)
        // The centre moves only for a type's own sake: what other types left says nothing about it.
        p50 = prior == nil ? 0 : weight * Self.quantile(0.5, of: sorted)
        p95 = weight * Self.quantile(0.95, of: sorted) + (1 - weight) * (prior?.p95 ?? 0)
    }

    private init(p05: Double, p50: Double, p95: Double, count: Int) {
        self.p05 = p05
        self.p50 = p50
        self.p95 = p95
        self.count = count
    }

    /// The conformal quantile: the value at place ⌈q (n + 1)⌉, so that a new residual lies below it with probability q
    /// or more (Vovk, Gammerman, Shafer, 2005); for q under one half the mirror image.
    private static func quantile(_ q: Double, of sorted: [Double]) -> Double {
        let n = Double(sorted.count)
        if q < 0.5 { return sorted[Swift.max(Int((q * (n + 1)).rounded(.down)) - 1, 0)] }
        if q == 0.5 {
            let middle = sorted.count / 2
            return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
        }
        return sorted[Swift.min(Int((q * (n + 1)).rounded(.up)), sorted.count) - 1]
    }
}

/// What a predictor has learned about one task type beside the network's weights.
struct TypeCalibration: Codable, Sendable, Equatable {
    var scale: TypeScale
    /// Share of the network's correction that is applied, for each target: 0 where it did not help.
    var gate: [Double]
    /// Quantiles of the residuals that are left, for each target.
    var residuals: [ResidualQuantiles]
}

extension TypeScale {
    /// The scale of the steps of one type, or of all; spreads are robust (median absolute deviation) and never 0.
    init(_ steps: [Step]) {
        func finite(_ values: [Double]) -> [Double] { values.filter(\.isFinite).sorted() }
        func median(_ sorted: [Double]) -> Double { sorted.isEmpty ? 0 : sorted[sorted.count / 2] }
        func spread(_ sorted: [Double], around center: Double, least: Double) -> Double {
            Swift.max(1.4826 * median(sorted.map { Swift.abs($0 - center) }.sorted()), least)
        }
        residual = (0..<3).map { target in
            spread(finite(steps.map { $0.residuals[target] }), around: 0, least: 0.02)
        }
        let bases = (0..<3).map { target in finite(steps.map { $0.base[target] }) }
        baseMean = bases.map(median)
        baseSpread = zip(bases, baseMean).map { spread($0, around: $1, least: 0.1) }
        let input = finite(steps.map(\.input))
        inputMean = median(input)
        inputSpread = spread(input, around: inputMean, least: 0.1)
    }
}
