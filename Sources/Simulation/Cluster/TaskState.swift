/// A task of a workflow that is alive.
struct TaskState {
    enum Stage: UInt8 {
        /// Parents have not ended.
        case blocked
        /// It waits to be placed.
        case waiting
        /// A node is held for it.
        case placed
        /// It ended well.
        case done
        /// It lies on a branch that was not taken.
        case skipped
        /// Its workflow was given up.
        case dropped
    }

    /// Seconds at speed 1, and what rules take for them.
    var seconds: Double
    var expected: Double
    var cores: Double
    var memory: Double
    var priority: Double
    /// Where it stands in its queue.
    var key = 0.0
    var ready = 0.0
    var placed = 0.0
    var start = 0.0
    var end = 0.0
    /// When it is planned to start, where a rule plans.
    var plannedStart = 0.0
    /// Where it is placed or planned.
    var node: Int32 = -1
    var workflow: Int32
    /// Parents that have not ended.
    var blockers: Int32 = 0
    var pool: Int32
    var group: Int32
    var attempt: Int32 = 1
    /// Counts placements, so that the end of one that was lost is known from that of the next.
    var stamp: Int32
    var stage = Stage.blocked
    /// How the attempt that is placed will end.
    var outcome = TaskRecord.Outcome.completed
    /// Whether an attempt ran out of memory.
    var hasRunOut = false
    /// Whether its own branch is taken, and whether a parent's was.
    var isTaken = true
    var hasTakenParent = false
    /// Whether it stands in the line of its node.
    var isPlanned = false
    /// Whether its node is held for some time.
    var isHeld = false
}

/// Rows among the tasks of the workflows that are alive, one for each workflow.
///
/// They are as long as a power of two, halved when a shorter one is wanted and used again when their workflow has ended, so
/// that the memory is linear in the tasks alive.
struct TaskRows {
    /// Where unused rows begin, by the logarithm of their length.
    private var unused = [[Int]](repeating: [], count: Int.bitWidth)

    private static func level(_ count: Int) -> Int {
        count <= 1 ? 0 : Int.bitWidth - (count - 1).leadingZeroBitCount
    }

    /// The beginning of a row of at least `count` tasks, which `tasks` are made longer for if there is none.
    mutating func allocate(_ count: Int, in tasks: inout [TaskState]) -> Int {
        let level = Self.level(count)
        if let found = (level..<unused.count).first(where: { !unused[$0].isEmpty }) {
            let base = unused[found].removeLast()
            for half in level..<found { unused[half].append(base + (1 << half)) }
            return base
        }
        let base = tasks.count
        let empty = TaskState(
            seconds: 0, expected: 0, cores: 0, memory: 0, priority: 0, workflow: -1, pool: 0, group: -1, stamp: 0,
            stage: .done)
        tasks.append(contentsOf: repeatElement(empty, count: 1 << level))
        return base
    }

    /// Gives the row of `count` tasks at `base` back.
    mutating func release(_ base: Int, _ count: Int) {
        unused[Self.level(count)].append(base)
    }
}
