import Prediction
import Simulation
import Workflows

/// What the tasks of a stream ask for, learned from workflows that ran before.
public enum StreamSizes: String, CaseIterable, Sendable {
    /// The request as it stands in the stream.
    case requested
    /// The quantile 0.95 of the type and a tenth.
    case p95
    /// What a predictor allocates.
    case predicted

    /// The bytes that each task of a workflow asks for at first; nil where that is what stands in the stream. No task asks for
    /// more than its request, and one whose type was not seen before for just that.
    ///
    /// - Parameters:
    ///   - past: workflows that have run.
    ///   - trainer: what allocates.
    public func requests(after past: [WorkflowArrival], trainer: any PredictorTrainer, seed: UInt64) throws
        -> (@Sendable (WorkflowArrival) throws -> [Double])?
    {
        guard self != .requested else { return nil }
        let executions = past.flatMap(\.executions)
        let upper = CostEvaluator.upperMemory(executions)
        let predictor = self == .predicted ? try trainer.train(on: executions, seed: seed) : nil
        return { arrival in
            let specs = arrival.executions.map(\.task)
            let predictions = try predictor?.predict(specs)
            return specs.indices.map { place in
                let task = arrival.workflow.tasks[place]
                let request = task.wishes.memoryBytes
                let learned =
                    predictions.map { $0[place].cold ? nil : $0[place].memory.allocation }
                    ?? upper[specs[place].taskType].map { $0 * 1.1 }
                // What it will use is known to no one: only a request that is stated bounds what is learned.
                return min(request ?? .infinity, learned ?? request ?? task.memoryBytes ?? 0)
            }
        }
    }
}

extension WorkflowArrival {
    /// Its tasks as they end well: types are those of its application.
    var executions: [TaskExecution] {
        let specs = workflow.taskSpecs(workflow: application, run: "arrival \(place)")
        return zip(specs, workflow.tasks).enumerated().map { number, entry in
            var task = entry.0
            task.memoryRequestBytes = entry.1.wishes.memoryBytes
            task.submittedAt = at
            return TaskExecution(
                task: task, taskID: entry.1.id, startedAt: at, completedAt: at + (entry.1.runtimeSeconds ?? 0),
                cpu: entry.1.cpu, memory: entry.1.memoryBytes,
                duration: trueSeconds?[number] ?? entry.1.runtimeSeconds)
        }
    }
}
