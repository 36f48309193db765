import Prediction
import Simulation
import Workflows

/// What the tasks of a stream ask for, learned from workflows that ran before.
public enum StreamSizes: String, CaseIterable, Sendable {
    /// The request as it stands in the stream.
    case requested
    /// The largest memory of the type, rounded up to a power of two: what users ask for who know the most that was seen.
    case largest
    /// The quantile 0.95 of the memory of the type and a tenth.
    case p95
    /// The memory that a predictor allocates.
    case predicted
    /// The same, and shares of cores.
    case predictedWithCores = "predicted+cores"

    /// The shares in which cores are given.
    static let coreStep = 0.1

    /// What each task of a workflow asks for at first; nil where that is what stands in the stream. No task asks for more than its
    /// request, and one whose type was not seen before for just that; what was not measured is not sized.
    ///
    /// - Parameters:
    ///   - past: workflows that have run.
    ///   - trainer: what allocates.
    public func requests(after past: [WorkflowArrival], trainer: any PredictorTrainer, seed: UInt64) throws
        -> (@Sendable (WorkflowArrival) throws -> TaskSizes)?
    {
        guard self != .requested else { return nil }
        let executions = past.flatMap(\.executions)
        let upper = statistic(of: executions)
        let predictor = upper == nil ? try trainer.train(on: executions, seed: seed) : nil
        return { arrival in
            let specs = arrival.executions.map(\.task)
            let predictions = try predictor?.predict(specs)
            let tasks = arrival.workflow.tasks
            return TaskSizes(
                cores: tasks.indices.map { place in
                    let asked = tasks[place].askedCores
                    guard self == .predictedWithCores, tasks[place].cpu != nil, let prediction = predictions?[place]
                    else {
                        return asked
                    }
                    return CoreSizing.cores(asked: asked, prediction, step: Self.coreStep) ?? asked
                },
                memory: tasks.indices.map { place in
                    let request = tasks[place].wishes.memoryBytes
                    guard request != nil || tasks[place].memoryBytes != nil else { return 0 }
                    let learned =
                        predictions.map { $0[place].cold ? nil : $0[place].memory.allocation }
                        ?? upper?[specs[place].taskType]
                    // What it will use is known to no one: only a request that is stated bounds what is learned.
                    return min(request ?? .infinity, learned ?? request ?? tasks[place].memoryBytes ?? 0)
                })
        }
    }

    /// The bytes that tasks of each type ask for by a statistic of those before; nil where a predictor tells them.
    private func statistic(of executions: [TaskExecution]) -> [String: Double]? {
        switch self {
        case .largest: CostEvaluator.memory(executions, level: 1).mapValues { TaskRequests.powerOfTwo(notBelow: $0) }
        case .p95: CostEvaluator.memory(executions, level: 0.95).mapValues { $0 * 1.1 }
        case .requested, .predicted, .predictedWithCores: nil
        }
    }
}

extension Arrival {
    /// Lets its tasks ask for `sizes`, but for no more memory than the largest node has that each may run on. One that is given
    /// fewer cores than it asks for takes longer, as ``CoreSizing`` says.
    mutating func ask(for sizes: TaskSizes) throws {
        let tasks = instance.workflow.tasks
        memoryRequests = sizes.memory.enumerated().map { place, bytes in
            min(bytes, instance.cluster.largestMemory(cores: instance.cores[place], pool: tasks[place].wishes.pool))
        }
        guard sizes.cores != instance.cores else { return }
        var sized = instance.workflow
        let seconds = instance.runtimes.enumerated().map { place, seconds in
            seconds
                * CoreSizing.slowdown(
                    used: sized.tasks[place].cpu, cores: sizes.cores[place], asked: instance.cores[place])
        }
        for place in sized.tasks.indices { sized.update(place) { $0.wishes.cores = sizes.cores[place] } }
        instance = try SchedulingInstance(sized, on: instance.cluster, durations: seconds)
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
