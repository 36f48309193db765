/// A workflow that is alive.
struct WorkflowState {
    /// Its place among the arrivals.
    var place: Int
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
    /// Of the tasks that are not placed.
    var unplacedCoreSeconds = 0.0
    /// The moment at which the longest path through a task that is placed is expected to end; nil where that is not known
    /// any more. Counted only for an order with a choice.
    var placedPathEnd: Double? = -Double.infinity
    var attempts = 0
    var failures = 0
    var missedTaskDeadline = false
    var hasTransfers: Bool
    var hasChoices: Bool
    var hasDeadlines: Bool
    /// The node of each group of tasks that must share one; -1 before the first of them is placed.
    var groupNodes: [Int32]
    /// What is told of how uncertain its tasks' durations are; nil: nothing.
    var deviations: [Double]?
    /// How often attempts at its tasks fail; nil where none does but for the settings.
    var failureShares: [FailureShares]?
    /// Its tasks that ended well and were believed to take some time, and the sum of ln of their seconds over those believed.
    var judged = 0
    var overruns = 0.0
    var isAlive = true
}

extension WorkflowState {
    /// Whether an attempt at one of its tasks may fail whatever the settings say.
    var isUncertain: Bool { mayLackMemory || failureShares != nil }

    /// By how much longer its tasks took than was believed, in ln, as far as they tell: two tasks of 0 stand beside them.
    var overrun: Double { overruns / Double(judged + 2) }
}

/// The tasks of a workflow that wait, where the order is one of workflows.
struct WorkflowQueue {
    var waiting = WaitingLine()
    /// How the workflow stands in the line of workflows.
    var listed: WaitingLine.Entry?
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
    /// When the repair that goes on ends.
    var repairedAt = Double.infinity
}
