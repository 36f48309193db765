import Decisions
import Files
import Layers
import Models
import Registry
import Workflows

/// What answers `capacity` at one moment: a version of a forecaster, or rules alone.
struct ServedForecaster: ServedVersion {
    /// The version with its skills; nil where rules stand alone.
    let forecaster: ScoredForecaster?
    /// Asks the version; nil where rules stand alone.
    let watch: ForecasterWatch?
    let model: ModelReference?
    var reason: String?
    var service: EndNotice?
    var residence: EndNotice?

    init(withoutModel reason: String) {
        (forecaster, watch, model, self.reason) = (nil, nil, nil, reason)
    }

    init(_ forecaster: any PublishableForecaster, model: ModelReference, of version: ModelVersion) {
        let scored = ScoredForecaster(forecaster, of: version)
        (self.forecaster, watch) = (scored, ForecasterWatch(scored))
        (self.model, reason) = (model, nil)
    }

    var condition: ModelCondition? { watch?.condition }

    static func test(_ forecaster: any PublishableForecaster, against golden: WeightArchive) throws {
        try GoldenForecasts.check(forecaster, against: golden)
    }

    /// It learns from the series of each question instead.
    @discardableResult
    mutating func observe(_ executions: some Sequence<TaskExecution>) -> Int { 0 }

    func warmUp(_ golden: WeightArchive) throws {
        guard let forecaster = forecaster?.forecaster else { return }
        for (series, steps) in try GoldenForecasts.questions(of: golden) {
            // Once, and not for each step: that is what takes time.
            var learned = forecaster
            try learned.observe(series, from: 0)
            for step in steps {
                let answers = try learned.forecast(series, steps: [step])
                guard answers.count == 1, answers[0].isSound else {
                    throw InputError("a question by itself is answered by numbers that are no forecast")
                }
            }
        }
    }
}
