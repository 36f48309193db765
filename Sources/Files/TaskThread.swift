import Dispatch

/// Runs tasks on a thread that is not one of those which all others share.
///
/// ```swift
/// let drawer = Task(executorPreference: TaskThread.ofItsOwn()) { await draw() }
/// ```
public final class TaskThread: TaskExecutor {
    private let run: @Sendable (@escaping @Sendable () -> Void) -> Void

    /// The thread on which `run` runs what it is given, one after the other.
    public init(running run: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void) { self.run = run }

    /// A thread for tasks that must not wait until others, busy with long work, let go of theirs.
    public static func ofItsOwn() -> TaskThread {
        let queue = DispatchQueue(label: "tactus.own")
        return TaskThread { body in queue.async { body() } }
    }

    /// Runs `job` after those before it.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        run { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
