import Kernels

/// What the numbers of one task type are measured by, learned on the training side.
struct TypeScale: Sendable, Equatable, Codable {
    /// Spread of the residuals of each target.
    var residual: Targets
    /// Median of the ln of the base forecasts, and their spread.
    var baseCenter: Targets
    var baseSpread: Targets
    /// Median of ln(1 + input bytes), and its spread.
    var inputCenter: Double
    var inputSpread: Double
}

extension TypeScale {
    /// The scale of the steps of one type, or of all; spreads are robust (1.4826 times the median absolute deviation)
    /// and never 0.
    init(_ steps: [Step]) {
        func finite(_ values: [Double]) -> [Double] { values.filter(\.isFinite).sorted() }
        func median(_ sorted: [Double]) -> Double { sorted.isEmpty ? 0 : sorted[sorted.count / 2] }
        func spread(_ sorted: [Double], around center: Double, least: Double) -> Double {
            Swift.max(1.4826 * median(sorted.map { Swift.abs($0 - center) }.sorted()), least)
        }
        residual = .zero
        baseCenter = .zero
        baseSpread = .zero
        for target in 0..<3 {
            residual[target] = spread(finite(steps.map { $0.residuals[target] }), around: 0, least: 0.02)
            let bases = finite(steps.map { $0.base[target] })
            baseCenter[target] = median(bases)
            baseSpread[target] = spread(bases, around: baseCenter[target], least: 0.1)
        }
        let input = finite(steps.map(\.input))
        inputCenter = median(input)
        inputSpread = spread(input, around: inputCenter, least: 0.1)
    }

    /// Whether all of it can be divided by.
    var isSound: Bool {
        let spreads = [inputSpread] + (0..<3).flatMap { [residual[$0], baseSpread[$0]] }
        let centers = [inputCenter] + (0..<3).map { baseCenter[$0] }
        return spreads.allSatisfy { $0.isFinite && $0 > 0 } && centers.allSatisfy(\.isFinite)
    }
}
