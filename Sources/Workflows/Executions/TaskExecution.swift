import Files

/// One attempt to run a task, as it ended.
public struct TaskExecution: Hashable, Sendable {
    /// How an attempt ended.
    public enum Status: String, CaseIterable, Codable, Sendable {
        /// It ran and ended well.
        case completed
        /// An earlier run had its result, which was taken; the measurements are those of that run.
        case cached
        /// It ended with an error.
        case failed
        /// It was stopped from outside.
        case aborted
    }

    /// What was known at submission.
    public var task: TaskSpec
    /// The task's identifier as in its source; not unique.
    public var taskID: String
    /// The sample that the task worked on (Nextflow's tag), which `groups` keeps on one side of a split.
    public var sample: String?
    /// Moment at which it started, in Unix seconds.
    public var startedAt: Double?
    /// Moment at which it ended, in Unix seconds.
    public var completedAt: Double?
    /// Cores in use on average; absent where it was not measured.
    public var cpu: Double?
    /// Peak resident memory in bytes; absent where it was not measured.
    public var memory: Double?
    /// Time on the node in seconds; absent where it was not measured.
    public var duration: Double?
    /// Exit status of the program.
    public var exit: Int?
    /// How it ended.
    public var status: Status

    /// An execution of `task`; a measurement that was not made stays absent.
    public init(
        task: TaskSpec, taskID: String, sample: String? = nil, startedAt: Double? = nil, completedAt: Double? = nil,
        cpu: Double? = nil, memory: Double? = nil, duration: Double? = nil, exit: Int? = nil,
        status: Status = .completed
    ) {
        self.task = task
        self.taskID = taskID
        self.sample = sample
        self.startedAt = startedAt
        self.completedAt = completedAt
        self.cpu = cpu
        self.memory = memory
        self.duration = duration
        self.exit = exit
        self.status = status
    }

    /// The measured value of `target` if it can be learned from: present, positive, and no more than can be.
    public subscript(target: ResourceTarget) -> Double? {
        guard let value = reported(target), value > 0, value <= target.mostPossible else { return nil }
        return value
    }

    /// The value of `target` as it was reported, whatever it is.
    private func reported(_ target: ResourceTarget) -> Double? {
        switch target {
        case .cpu: cpu
        case .memory: memory
        case .duration: duration
        }
    }

    /// Why the value that was reported of `target`, a number, is more than can be; nil where it is not, or there is none.
    public func impossibility(of target: ResourceTarget) -> String? {
        guard let value = reported(target), value.isFinite, value > target.mostPossible else { return nil }
        return "is \(JSONValue.text(of: value)) \(target.unit), more than can be: "
            + JSONValue.text(of: target.mostPossible)
    }

    /// Whether it is learned from and tested: it ended well, or was cached, and has a positive duration.
    public var isUsable: Bool {
        (status == .completed || status == .cached) && self[.duration] != nil
    }
}
