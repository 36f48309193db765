import Simulation
import Workflows

/// A plan that is being carried out: what has ended, what runs since when, and what is planned.
public struct RunningPlan: Sendable {
    /// How far a task has come.
    public enum Progress: Sendable {
        /// It has not started; its times are planned.
        case planned
        /// It has started; its end is expected.
        case running
        /// It has ended.
        case ended
    }

    /// The problem, with the durations that are expected.
    public internal(set) var instance: SchedulingInstance
    /// The moment, in seconds from the start.
    public internal(set) var now: Double
    /// What was, what is expected and what is planned.
    public internal(set) var timetable: Timetable
    /// How far each task has come.
    public internal(set) var progress: [Progress]
    /// Whether each node is there.
    public internal(set) var isAvailable: [Bool]

    /// The plan `timetable` for `instance` before it starts.
    public init(_ timetable: Timetable, of instance: SchedulingInstance) {
        self.init(
            timetable, of: instance, at: 0, progress: [Progress](repeating: .planned, count: instance.taskCount))
    }

    /// The plan `timetable` for `instance` at the moment `now`.
    ///
    /// - Precondition: an entry for each task; the parents of what has started have ended.
    public init(_ timetable: Timetable, of instance: SchedulingInstance, at now: Double, progress: [Progress]) {
        precondition(
            timetable.nodes.count == instance.taskCount && progress.count == instance.taskCount,
            "a plan of \(timetable.nodes.count) tasks and \(progress.count) states for \(instance.taskCount) tasks")
        self.instance = instance
        self.now = now
        self.timetable = timetable
        self.progress = progress
        isAvailable = [Bool](repeating: true, count: instance.nodeCount)
    }

    /// When the last task is expected to end.
    public var makespan: Double { timetable.makespan }

    /// Whether each task has started.
    var started: [Bool] { progress.map { $0 != .planned } }

    /// The same plan seen at a later `moment`, when tasks had run as in `actual`, which has every task that started until
    /// then, and its end if that was until then; what runs is expected to end no earlier than now.
    public func advanced(to moment: Double, as actual: Timetable) -> RunningPlan {
        precondition(moment >= now, "the moment \(moment) is before \(now)")
        var later = self
        later.now = moment
        for task in 0..<instance.taskCount where progress[task] != .ended {
            let start = actual.starts[task]
            guard start < moment || (start == moment && actual.ends[task] == start) else { continue }
            later.timetable.nodes[task] = actual.nodes[task]
            later.timetable.ready[task] = actual.ready[task]
            later.timetable.placed[task] = actual.placed[task]
            later.timetable.starts[task] = start
            if actual.ends[task] <= moment {
                later.progress[task] = .ended
                later.timetable.ends[task] = actual.ends[task]
            } else {
                let wasRunning = progress[task] == .running
                later.progress[task] = .running
                let expected =
                    wasRunning
                    ? timetable.ends[task] : start + instance.duration(task, on: later.timetable.nodes[task])
                let overrun = moment + (moment - start) * DispatchExecution.overrunShare
                later.timetable.ends[task] = expected > moment ? expected : overrun
            }
        }
        return later
    }
}
