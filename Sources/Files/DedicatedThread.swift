import Dispatch

/// A thread for tasks that must not wait until others, busy with long work, let go of theirs.
///
/// ```swift
/// let drawer = Task(executorPreference: DedicatedThread()) { await draw() }
/// ```
public final class DedicatedThread: TaskExecutor {
    private let queue = DispatchQueue(label: "tactus.dedicated")

    /// A thread of its own.
    public init() {}

    /// Runs `job` after those before it.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
