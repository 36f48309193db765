import Prediction
import Workflows

/// What the base would have said of each execution had it not seen it: all that touches the base in training.
///
/// The base holds executions out itself, once for each kind of question, to choose its rules; nothing is fitted again.
struct BlindForecasts: Sendable {
    /// One for each sample and kind of question; nil where it was not held out in that way.
    private var forecasts: [QuestionContext: [BaseForecast?]] = [:]

    /// The executions that `base` stands on, in the order of their completion where all have a moment, with what it would
    /// have said of them.
    static func samples(of base: StatisticsPredictor) -> (samples: [ResidualSample], blind: BlindForecasts) {
        var samples: [ResidualSample] = []
        var forecasts: [QuestionContext: [BaseForecast?]] = [:]
        for (type, executions) in base.observed.types.sorted(by: { $0.key < $1.key }) {
            samples += ResidualSample.all(executions)
            for context in QuestionContext.allCases {
                let levels = ResourceTarget.allCases.map { base.heldOutForecasts(of: type, $0, context) }
                forecasts[context, default: []] += executions.indices.map { row in
                    BaseForecast(levels: levels.map { $0[row] })
                }
            }
        }
        var order = Array(samples.indices)
        if !samples.contains(where: { $0.completedAt.isNaN }) {
            order.sort { (samples[$0].completedAt, $0) < (samples[$1].completedAt, $1) }
        }
        return (
            order.map { samples[$0] },
            BlindForecasts(forecasts: forecasts.mapValues { all in order.map { all[$0] } })
        )
    }

    /// What would have been said of the sample at `place` to a question of `context`.
    func forecast(_ place: Int, _ context: QuestionContext) -> BaseForecast? { forecasts[context]?[place] }

    /// What would have been said of it when it was submitted: as of a later one where it was held out like that.
    func forecast(_ place: Int) -> BaseForecast? {
        forecast(place, .ahead) ?? forecast(place, .among) ?? forecast(place, .newRun)
    }
}
