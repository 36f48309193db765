/// A workflow that is alive.
struct WorkflowState {
    /// Its place among the arrivals.
    var place: Int
    var instance: SchedulingInstance
    /// Its tasks lie at `base..<base + count`.
    var base: Int
    var count: Int
    /// The place of its first task among the tasks of all arrivals.
    var firstOrder: Int
    var arrived: Double
    var weight: Double
    /// The moment by which it should have completed; infinite without one.
    var deadline: Double
    /// Whether some attempt may hold less memory than it needs.
    var mayLackMemory: Bool
    var unfinished: Int
    var coresHeld = 0.0
    var memoryHeld = 0.0
    var remainingCoreSeconds = 0.0
    var attempts = 0
    var failures = 0
    var missedTaskDeadline = false
    /// The node of each group of tasks that must share one; -1 before the first of them is placed.
    var groupNodes: [Int32]
    /// Its tasks that wait, where the order is one of workflows, and how it stands in the line of workflows.
    var waiting = WaitingLine()
    var listed: WaitingLine.Entry?
    var isAlive = true

    /// The children of the task at `place`.
    @inline(__always)
    func children(of place: Int) -> Range<Int> {
        Int(instance.childOffsets[place])..<Int(instance.childOffsets[place + 1])
    }
}

/// A node as it is used.
struct NodeState {
    let cores: Double
    let speed: Double
    let overhead: Double
    let startupSeconds: Double
    let price: Double
    /// The part of its speed that it runs at.
    var factor = 1.0
    /// Tasks that hold it for some time.
    var busy = 0
    /// Since when it has been on, when its last task ended, and from when on tasks can start on it; without meaning before
    /// it was on for the first time.
    var onSince = 0.0
    var idleSince = -Double.infinity
    var startsAt = 0.0
    var wasOn = false
    var isAbsent = false
    var isDown = false
    /// Counts its failures, for what is drawn, and when the next one comes.
    var failures = 0
    var failsAt = Double.infinity
}
