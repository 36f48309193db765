import Simulation

/// How many parents each task still waits for.
struct ParentCounts {
    private var counts: [Int]

    /// Nothing of `instance` is placed.
    init(of instance: SchedulingInstance) {
        counts = (0..<instance.taskCount).map { instance.graph.parents(of: $0).count }
    }

    /// The tasks that wait for none, in the order of the file.
    var roots: [Int] { counts.indices.filter { counts[$0] == 0 } }

    /// Says that `task` is placed, and calls `body` with each child that waits for none now.
    mutating func place(_ task: Int, of instance: SchedulingInstance, _ body: (_ ready: Int) -> Void) {
        for child in instance.graph.children(of: task) {
            counts[child] -= 1
            if counts[child] == 0 { body(child) }
        }
    }
}
