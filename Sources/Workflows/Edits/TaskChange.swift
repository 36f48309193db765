/// A change of one task.
public struct TaskChange: Sendable, Hashable {
    /// The task's identifier.
    public var task: String
    /// Cores to hold.
    public var cores: Double?
    /// Memory to hold, in bytes.
    public var memoryBytes: Double?
    /// Its priority.
    public var priority: Double?

    /// A change of `task`; what is nil stays.
    public init(task: String, cores: Double? = nil, memoryBytes: Double? = nil, priority: Double? = nil) {
        self.task = task
        self.cores = cores
        self.memoryBytes = memoryBytes
        self.priority = priority
    }

    /// Both changes of one task: the largest request and the highest priority count, whatever their order.
    func joined(with other: TaskChange) -> TaskChange {
        func larger(_ a: Double?, _ b: Double?) -> Double? {
            guard let a, let b else { return a ?? b }
            return max(a, b)
        }
        return TaskChange(
            task: task, cores: larger(cores, other.cores), memoryBytes: larger(memoryBytes, other.memoryBytes),
            priority: larger(priority, other.priority))
    }
}
