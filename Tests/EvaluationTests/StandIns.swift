import Prediction
import Synchronization
import Workflows

/// A quantity of all targets, as wide as ×/÷ `spread`, at all levels.
func quantity(_ value: Double, spread: Double = 2, reason: String = "") -> PredictedQuantity {
    let factors = ForecastLevels.all.map { $0 < 0.5 ? 1 / spread : $0 > 0.5 ? spread : 1 }
    return PredictedQuantity(
        .duration, quantiles: factors.map { value * $0 }, allocation: value * spread, reason: reason, source: .model)
}

private func prediction(_ quantity: PredictedQuantity) -> ResourcePrediction {
    ResourcePrediction(cpu: quantity, memory: quantity, duration: quantity, retry: [], samples: 0, cold: false)
}

/// Answers by a rule that looks at the task alone.
struct Ruled: PredictorTrainer, ResourcePredictor {
    let kind: String
    let rule: @Sendable (TaskSpec) -> PredictedQuantity

    func train(on executions: [TaskExecution], seed: UInt64) -> any ResourcePredictor { self }
    mutating func observe(_ execution: TaskExecution) {}
    func predict(_ tasks: [TaskSpec]) -> [ResourcePrediction] { tasks.map { prediction(rule($0)) } }
}

/// Another answer after each training: it is no function of what it learned.
final class Fickle: PredictorTrainer {
    let kind = "fickle"
    private let trainings = Atomic(0)

    func train(on executions: [TaskExecution], seed: UInt64) -> any ResourcePredictor {
        let training = Double(trainings.wrappingAdd(1, ordering: .relaxed).newValue)
        return Ruled(kind: kind) { _ in quantity(1 + training) }
    }
}

/// Says as its reason which executions it was shown, by their identifiers.
struct Recorder: PredictorTrainer, ResourcePredictor {
    var kind: String { "recorder" }
    var shown: Set<String> = []

    func train(on executions: [TaskExecution], seed: UInt64) -> any ResourcePredictor {
        Recorder(shown: Set(executions.map(\.taskID)))
    }

    mutating func observe(_ execution: TaskExecution) { shown.insert(execution.taskID) }

    func predict(_ tasks: [TaskSpec]) -> [ResourcePrediction] {
        tasks.map { _ in prediction(quantity(1, reason: shown.sorted().joined(separator: " "))) }
    }
}
