import Files
import Workflows

/// What a decision forecast for one task: the medians, to be compared with what is measured later.
public struct TaskForecast: Sendable, Hashable {
    /// The type of the task, as ``TaskSpec/taskType`` gives it.
    public var taskType: String
    /// Cores that are kept busy.
    public var cpu: Double
    /// Bytes at the peak.
    public var memory: Double
    /// Seconds.
    public var duration: Double

    /// A forecast.
    public init(taskType: String, cpu: Double, memory: Double, duration: Double) {
        (self.taskType, self.cpu, self.memory, self.duration) = (taskType, cpu, memory, duration)
    }

    /// The medians of `prediction`, which was made for `task`.
    public init(_ prediction: ResourcePrediction, for task: TaskSpec) {
        self.init(
            taskType: task.taskType, cpu: prediction.cpu.p50, memory: prediction.memory.p50,
            duration: prediction.duration.p50)
    }

    /// The forecasts of a decision of the type `predict`, in the order of its tasks, read from question and answer.
    static func read(_ decision: DecisionRecord) throws -> [TaskForecast] {
        let (question, answer) = (try decision.question(), try decision.answer())
        let tasks = question["task"].isPresent ? [question["task"]] : try question["tasks"].elements()
        return try zip(tasks, try answer["predictions"].elements()).map { task, prediction in
            TaskForecast(
                taskType: try TaskSpec(task).taskType, cpu: try prediction["cpu"]["p50"].double(),
                memory: try prediction["memory"]["p50"].double(), duration: try prediction["duration"]["p50"].double())
        }
    }
}
