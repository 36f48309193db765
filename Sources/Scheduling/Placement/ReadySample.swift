import Kernels
import Workflows

/// Which of very many ready tasks a search looks at.
///
/// A search that lets rules place all ready tasks to their end is for some thousands of them. Of more it looks at
/// `size`: all tasks of the largest priorities, as long as they are no more than that, and of the next priority, for
/// one half, those that are first by one of the orders that rules take tasks in (longest ready, shortest, longest,
/// longest path, earliest deadline, fewest and most cores), each order as many; for the other half a sample of the
/// rest, every one with the same chance. Tasks of smaller priorities are not looked at. All of that is a function of
/// the tasks.
struct ReadySample {
    /// The places in the list of those that are looked at, in order.
    private(set) var chosen: [Int] = []
    /// The places of the others, in order.
    private(set) var others: [Int] = []

    /// No more tasks than these are all looked at.
    static let largestWhole = 10_000
    /// How many of more than that are, at the least: twice as many as find room, by the mean of what they ask for, if
    /// that is more.
    static let leastSize = 4096

    init(of tasks: [ReadyTask], in state: ClusterState, whole: Int = largestWhole, least: Int = leastSize) {
        guard tasks.count > whole else {
            chosen = Array(tasks.indices)
            return
        }
        let cores = tasks.reduce(0) { $0 + $1.cores } / Double(tasks.count)
        let fitting = state.nodes.reduce(0) { $0 + $1.freeCores } / cores * 2
        let size = min(max(least, fitting < Double(tasks.count) ? Int(fitting) : tasks.count), tasks.count)
        let cut = Self.cut(tasks, size)
        var isChosen = tasks.map { $0.priority > cut }
        let level = tasks.indices.filter { tasks[$0].priority == cut }
        let open = size - isChosen.count { $0 }
        let keys = Self.keys(tasks)
        for key in keys {
            for task in Self.first(open / (2 * keys.count), of: level, by: key) { isChosen[task] = true }
        }
        var (left, wanted) = (level.count { !isChosen[$0] }, size - isChosen.count { $0 })
        // Algorithm S of Knuth, "The Art of Computer Programming", volume 2, section 3.4.2: each with the same chance.
        var generator = SeededGenerator(seed: UInt64(tasks.count))
        for task in level where !isChosen[task] {
            if generator.uniformDouble() * Double(left) < Double(wanted) {
                isChosen[task] = true
                wanted -= 1
            }
            left -= 1
        }
        for task in tasks.indices {
            if isChosen[task] { chosen.append(task) } else { others.append(task) }
        }
    }

    /// The largest priority that, with all above it, is that of more than `size` tasks; the least where there are no
    /// more.
    private static func cut(_ tasks: [ReadyTask], _ size: Int) -> Double {
        var counts: [Double: Int] = [:]
        for task in tasks { counts[task.priority, default: 0] += 1 }
        var (sum, cut) = (0, 0.0)
        for priority in counts.keys.sorted(by: >) where sum <= size {
            cut = priority
            sum += counts[priority] ?? 0
        }
        return cut
    }

    /// What the orders go by, smaller first.
    private static func keys(_ tasks: [ReadyTask]) -> [(Int) -> Double] {
        [
            { tasks[$0].readySince ?? .infinity }, { tasks[$0].durationSeconds ?? 0 },
            { -(tasks[$0].durationSeconds ?? 0) },
            { -(tasks[$0].remainingSeconds ?? tasks[$0].durationSeconds ?? 0) },
            { tasks[$0].deadlineAt ?? .infinity }, { tasks[$0].cores }, { -tasks[$0].cores },
        ]
    }

    private struct Candidate: Comparable {
        var key: Double
        var task: Int

        /// The last one is on top of a heap.
        static func < (a: Candidate, b: Candidate) -> Bool { a.key != b.key ? a.key > b.key : a.task > b.task }
    }

    /// The first `count` of `tasks`, which are in order, by `key`.
    private static func first(_ count: Int, of tasks: [Int], by key: (Int) -> Double) -> [Int] {
        guard count > 0 else { return [] }
        var heap = BinaryHeap<Candidate>()
        for task in tasks {
            let candidate = Candidate(key: key(task), task: task)
            if heap.count < count {
                heap.insert(candidate)
            } else if let last = heap.least, last < candidate {
                heap.replace(at: 0, with: candidate)
            }
        }
        return heap.elements.map(\.task)
    }
}
