import Files
import Workflows

/// What every task asks for, by one rule.
public struct TaskRequests: Sendable, Hashable {
    /// What the rule is called.
    public var name: String
    /// Cores of each task.
    public var cores: [Double]
    /// Bytes of memory of each task; an attempt that needs more fails and is tried again with the double.
    public var memory: [Double]

    /// What the rule `name` asks for, in the order of the tasks.
    public init(name: String, cores: [Double], memory: [Double]) {
        self.name = name
        self.cores = cores
        self.memory = memory
    }
}

extension TaskRequests {
    /// What is asked for above the largest use that was recorded, as in the suggestions of an optimizer.
    static let margin = 1.1
    /// The lower quantiles of memory that are tried beside the allocation of a forecast: they fail more often, and hold less.
    static let lowerLevels = [0.95, 0.9, 0.75, 0.5]

    /// The request as defined: the one that the task states, else its recorded use rounded up to a power of two; with neither,
    /// the quantile 0.95 of its forecast, rounded likewise; what is rounded is no more than `largest`, the memory of the largest
    /// node that the task may run on. Cores as the task states them, else as recorded, else one.
    static func asDefined(_ question: CostQuestion, largest: [Double]) -> TaskRequests {
        let tasks = question.workflow.tasks
        return TaskRequests(
            name: "as defined", cores: tasks.map(\.askedCores),
            memory: tasks.indices.map { place in
                if let stated = tasks[place].wishes.memoryBytes { return stated }
                let used = tasks[place].memoryBytes.flatMap { $0 > 0 ? $0 : nil }
                // The forecast of a task that was never seen counts only where it is all that there is.
                let forecast = question.forecasts.flatMap { all in
                    all[place].cold && !question.predictsDurations ? nil : all[place].memory.p95
                }
                return min(powerOfTwo(notBelow: used ?? forecast ?? 0), largest[place])
            })
    }

    /// The rules that are tried, the first of which is preferred: by the forecasts, where there are some, else by what was
    /// recorded.
    static func candidates(_ question: CostQuestion, beside defined: TaskRequests, largest: [Double]) -> [TaskRequests]
    {
        let workflow = question.workflow
        let cores = sizedCores(question)
        guard let forecasts = question.forecasts, forecasts.contains(where: { !$0.cold }) else {
            let memory = workflow.tasks.indices.map { place in
                let used = workflow.tasks[place].memoryBytes ?? 0
                // Rounding up to a power of two may leave less above it than a tenth.
                return min(max(defined.memory[place], used), (used * margin).rounded(.up))
            }
            return [TaskRequests(name: "recorded use and a tenth", cores: cores, memory: memory)]
        }
        func requests(_ name: String, _ size: (PredictedQuantity) -> Double) -> TaskRequests {
            let memory = workflow.tasks.indices.map { place in
                // Of a task that was never seen a forecast is a guess.
                forecasts[place].cold
                    ? defined.memory[place] : min(size(forecasts[place].memory).rounded(.up), largest[place])
            }
            return TaskRequests(name: name, cores: cores, memory: memory)
        }
        return [requests("forecast allocation") { $0.allocation }]
            + lowerLevels.map { level in
                requests("forecast quantile \(JSONValue.text(of: level))") { $0.value(at: level) }
            }
    }

    /// Cores of each task: as asked, or fewer where it is shown that it does not use them: by a forecast from enough executions
    /// (``CoreSizing``), or by every recorded task of its process.
    private static func sizedCores(_ question: CostQuestion) -> [Double] {
        let tasks = question.workflow.tasks
        var most: [String: Double] = [:]
        for task in tasks {
            let used = task.cpu.flatMap { $0 > 0 ? $0 : nil } ?? .infinity
            most[task.process] = max(most[task.process] ?? 0, used)
        }
        return tasks.enumerated().map { place, task in
            if let forecast = question.forecasts?[place],
                let cores = CoreSizing.cores(asked: task.askedCores, forecast)
            {
                return cores
            }
            let used = (most[task.process] ?? .infinity) * margin
            return min(task.askedCores, max(1, used.rounded(.up)))
        }
    }

    /// The least power of two that is not below `value`; 0 of nothing.
    public static func powerOfTwo(notBelow value: Double) -> Double {
        guard value > 0, value.isFinite else { return 0 }
        return value.significand == 1 ? value : value.binade * 2
    }
}

extension Workflow.Task {
    /// Cores that it holds in the time model: as stated, else as recorded, else one.
    public var askedCores: Double { wishes.cores ?? cores.flatMap { $0 > 0 ? $0 : nil } ?? 1 }
}
