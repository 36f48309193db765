import Foundation
import Prediction
import Workflows

/// ln of what the base forecast of one task, at each level of each target; NaN for a target that there is no forecast of.
struct BaseForecast: Sendable, Equatable {
    /// [3 Q]: the levels of the CPU, of the memory and of the duration.
    private(set) var logarithms: [Double]

    static let levels = ForecastLevels.all.count

    init(logarithms: [Double]) {
        precondition(logarithms.count == 3 * Self.levels, "\(logarithms.count) quantiles, not \(3 * Self.levels)")
        self.logarithms = logarithms
    }

    /// The three targets, those that were not measured, and so ask for no forecast, without one; nil if none was.
    init?(levels: [[Double]?]) {
        guard levels.contains(where: { $0 != nil }) else { return nil }
        self.init(logarithms: levels.flatMap { $0 ?? [Double](repeating: .nan, count: Self.levels) })
    }

    /// What `prediction` says.
    init(_ prediction: ResourcePrediction) {
        logarithms = ResourceTarget.allCases.flatMap { Self.logarithms(of: prediction[$0]) }
    }

    /// ln of a forecast at all levels: as it is, or drawn through the three that are known.
    private static func logarithms(of quantity: PredictedQuantity) -> [Double] {
        let isKnown = quantity.quantiles.count == levels
        return (isKnown ? quantity.quantiles : ForecastLevels.interpolated(quantity)).map { log($0) }
    }

    /// ln of the forecast of one target at one level.
    func at(_ target: Int, _ level: Int) -> Double { logarithms[target * Self.levels + level] }

    /// ln of the three medians.
    var medians: Targets {
        Targets(at(0, ForecastLevels.median), at(1, ForecastLevels.median), at(2, ForecastLevels.median))
    }

    /// How far the quantiles 0.05 and 0.95 of each target are apart.
    var spreads: Targets {
        func spread(_ target: Int) -> Double { at(target, ForecastLevels.high) - at(target, ForecastLevels.low) }
        return Targets(spread(0), spread(1), spread(2))
    }

    /// ln of a network's quantiles: the medians, moved by scaled residuals [3 Q].
    func moved(by residuals: ArraySlice<Float>, spread: Targets) -> [Double] {
        residuals.enumerated().map { place, residual in
            let target = place / Self.levels
            return at(target, ForecastLevels.median) + Double(residual) * spread[target]
        }
    }
}
