import Decisions
import Files
import Models
import Prediction
import Workflows

/// What answers `predict` at one moment: a version with its heuristic twin, or a heuristic alone.
struct ServedPredictor: Sendable {
    /// The version's predictor, or rules that stand alone.
    private(set) var predictor: any PublishablePredictor
    /// The version.
    let model: ModelReference?
    /// Why there is no version.
    var reason: String?
    /// Outcomes that were learned beyond what the version knew.
    private(set) var outcomesLearned = 0
    /// Held by every question that is answered while the version serves: gone when the last one of them is.
    var service: EndNotice?
    /// Held as long as the version is in memory at all.
    var residence: EndNotice?

    /// The version `model`.
    init(_ predictor: any PublishablePredictor, model: ModelReference) {
        self.predictor = predictor
        self.model = model
        reason = nil
    }

    /// A heuristic that has learned nothing yet.
    init(withoutModel reason: String) {
        predictor = StatisticsPredictor(rules: StatisticsTrainer.gated.rules)
        model = nil
        self.reason = reason
    }

    /// Learns from those of `executions` that can be learned from; how many those are.
    @discardableResult
    mutating func observe(_ executions: some Sequence<TaskExecution>) -> Int {
        let usable = executions.filter(\.isUsable)
        predictor.observe(usable)
        outcomesLearned += usable.count
        return usable.count
    }

    /// Forecasts by the version; by the heuristic if there is none, it throws, or what it says is no forecast.
    func predict(_ tasks: [TaskSpec]) -> Forecasts {
        var why = reason
        if let model {
            do {
                let predictions = try predictor.predict(tasks)
                let isSound = predictions.allSatisfy { $0.cpu.isSound && $0.memory.isSound && $0.duration.isSound }
                if predictions.count == tasks.count, isSound {
                    return Forecasts(predictions: predictions, model: model, reason: nil)
                }
                why = "\(model.name) \(model.version) gave numbers that are no forecast"
            } catch {
                why =
                    "\(model.name) \(model.version) failed: \((error as? InputError)?.problem ?? "an unexpected error")"
            }
        }
        return Forecasts(predictions: predictor.heuristic.predict(tasks), model: nil, reason: why)
    }

    /// Forecasts by the heuristic, which is quick enough for whole workflows.
    func estimate(_ tasks: [TaskSpec]) -> [ResourcePrediction] { predictor.heuristic.predict(tasks) }
}

/// Forecasts with where they come from.
struct Forecasts: Sendable {
    var predictions: [ResourcePrediction]
    var model: ModelReference?
    var reason: String?

    /// Who gave them.
    var source: DecisionSource {
        model == nil ? .heuristic : predictions.map(\.source).first { $0 != .heuristic } ?? .heuristic
    }

    /// Who gave a plan that a rule made from them.
    var sourceOfPlan: DecisionSource { source == .heuristic ? .heuristic : .ensemble }

    var confidence: Double {
        predictions.isEmpty ? 1 : predictions.reduce(0) { $0 + $1.confidence } / Double(predictions.count)
    }
}
