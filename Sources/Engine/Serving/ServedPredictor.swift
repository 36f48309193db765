import Decisions
import Files
import Models
import Prediction
import Workflows

/// What answers `predict` at one moment: a version with its heuristic twin, or a heuristic alone.
struct ServedPredictor: Sendable {
    /// The version's predictor; nil where the heuristic stands alone.
    private var learned: (any ResourcePredictor)?
    private var heuristic: StatisticsPredictor
    /// The version.
    let model: ModelReference?
    /// Why there is no version.
    let reason: String?
    /// Outcomes that were learned beyond what the version knew.
    private(set) var outcomesLearned = 0

    /// The version `model`.
    init(_ predictor: any PublishablePredictor, model: ModelReference) {
        learned = predictor
        heuristic = predictor.heuristic
        self.model = model
        reason = nil
    }

    /// A heuristic that has learned nothing yet.
    init(withoutModel reason: String) {
        heuristic = StatisticsPredictor(rules: StatisticsTrainer.gated.rules)
        model = nil
        self.reason = reason
    }

    mutating func observe(_ execution: TaskExecution) {
        guard execution.isUsable else { return }
        learned?.observe(execution)
        heuristic.observe(execution)
        outcomesLearned += 1
    }

    /// Forecasts by the version; by the heuristic if there is none, it throws, or what it says is no forecast.
    func predict(_ tasks: [TaskSpec]) -> Forecasts {
        var why = reason
        if let learned, let model {
            do {
                let predictions = try learned.predict(tasks)
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
        return Forecasts(predictions: heuristic.predict(tasks), model: nil, reason: why)
    }

    /// Forecasts by the heuristic, which is quick enough for whole workflows.
    func estimate(_ tasks: [TaskSpec]) -> [ResourcePrediction] { heuristic.predict(tasks) }
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

    var confidence: Double {
        predictions.isEmpty ? 1 : predictions.reduce(0) { $0 + $1.confidence } / Double(predictions.count)
    }
}
