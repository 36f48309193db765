import Workflows

/// First in, first out on nodes that start off, written without any part of the simulator: every node is looked at, second
/// by second of what happens.
struct NaiveCostRun {
    var makespan = 0.0
    var cost = 0.0
    var failures = 0
    var gigabyteHours = 0.0
    private var intervals: [[(from: Double, to: Double)]]

    /// Runs `tasks`, which ask for `memory` bytes and `cores`, on `nodes`; an attempt that asks for less than it needs fails at
    /// its end, and is tried again with the double. Nothing is transferred.
    init(_ tasks: [CostTask], cores: [Double], memory: [Double], on nodes: [Cluster.Node]) {
        intervals = nodes.map { _ in [] }
        var (memory, ends) = (memory, [Double?](repeating: nil, count: tasks.count))
        var running: [(task: Int, node: Int, from: Double, to: Double, fails: Bool)] = []
        var queue: [(task: Int, ready: Double)] = []
        var queued = Set<Int>()
        var now = 0.0
        while true {
            // Those that become ready at one moment stand in the order of the file.
            for task in tasks.indices where !queued.contains(task) {
                guard tasks[task].parents.allSatisfy({ ends[$0].map { $0 <= now } ?? false }) else { continue }
                queued.insert(task)
                queue.append((task, now))
            }
            queue.sort { ($0.ready, $0.task) < ($1.ready, $1.task) }
            var left: [(task: Int, ready: Double)] = []
            for (task, ready) in queue {
                let found = nodes.indices.first { node in
                    let here = running.filter { $0.node == node }
                    let usedCores = here.reduce(0) { $0 + cores[$1.task] }
                    let usedMemory = here.reduce(0) { $0 + memory[$1.task] }
                    return usedCores + cores[task] <= nodes[node].cores + 1e-9
                        && usedMemory + memory[task] <= (nodes[node].memoryBytes ?? .infinity) * (1 + 1e-9)
                }
                guard let node = found else {
                    left.append((task, ready))
                    continue
                }
                let start = max(now, opening(node, at: now, nodes[node]))
                let seconds = tasks[task].seconds
                let end = seconds > 0 ? start + seconds / nodes[node].speed + nodes[node].taskOverheadSeconds : start
                if end > now { intervals[node].append((now, end)) }
                running.append((task, node, now, end, seconds > 0 && memory[task] < tasks[task].memory))
            }
            queue = left
            guard let next = running.map(\.to).min() else { break }
            now = next
            for entry in running where entry.to == next {
                gigabyteHours += memory[entry.task] / 1e9 * (entry.to - entry.from) / 3600
                if entry.fails {
                    failures += 1
                    memory[entry.task] *= 2
                    queue.append((entry.task, now))
                } else {
                    ends[entry.task] = now
                    makespan = max(makespan, now)
                }
            }
            running.removeAll { $0.to == next }
        }
        cost = zip(nodes, intervals).reduce(0) { $0 + $1.0.pricePerHour / 3600 * Self.secondsOn($1.1) }
    }

    /// When a node can start a task that is placed there now.
    private func opening(_ node: Int, at now: Double, _ here: Cluster.Node) -> Double {
        // The beginning of the stretch in which it is on, if it is.
        var (from, to) = (now, -Double.infinity)
        for interval in intervals[node].sorted(by: { $0.from < $1.from }) {
            if interval.from > to + 60 { from = interval.from }
            to = max(to, interval.to)
        }
        return now <= to + 60 ? from + here.startupSeconds : now + here.startupSeconds
    }

    private static func secondsOn(_ intervals: [(from: Double, to: Double)]) -> Double {
        var (total, on) = (0.0, -Double.infinity)
        for interval in intervals.sorted(by: { $0.from < $1.from }) {
            total += interval.from > on ? interval.to + 60 - interval.from : max(0, interval.to + 60 - on)
            on = max(on, interval.to + 60)
        }
        return total
    }
}
