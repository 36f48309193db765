import Workflows

/// What is expected to be free on each node from a moment on, given what runs there.
struct NodeOutlook {
    private let instance: SchedulingInstance
    private var timelines: [NodeTimeline]
    private let least: (cores: Double, memory: Double)
    private let now: Double
    private var isOpenOn: [Bool]
    private var openNodes = 0

    /// The outlook at `now`, when `running` are the tasks on each node.
    init(_ instance: SchedulingInstance, running: [[Int]], timetable: Timetable, at now: Double) {
        self.instance = instance
        self.now = now
        least = (instance.cores.min() ?? 0, instance.memory.min() ?? 0)
        isOpenOn = [Bool](repeating: false, count: instance.nodeCount)
        timelines = []
        timelines.reserveCapacity(instance.nodeCount)
        // The soonest that differs from now.
        let soon = now + max(now, 1) * 1e-12
        for (node, here) in instance.cluster.nodes.enumerated() {
            var timeline = NodeTimeline(cores: here.cores, memory: here.memoryBytes ?? .infinity)
            for task in running[node] {
                let start = timetable.starts[task]
                var end = start + instance.duration(task, on: node)
                if end <= now { end = now + (now - start) * DispatchExecution.overrunShare }
                timeline.hold(
                    from: now, length: max(end, soon) - now, cores: instance.cores[task], memory: instance.memory[task])
            }
            timelines.append(timeline)
            openNodes += 1
            isOpenOn[node] = true
            look(at: node)
        }
    }

    /// Whether a node has room at this moment for what asks for the least.
    var isOpen: Bool { openNodes > 0 }

    /// Closes `node` if it has no room left at this moment.
    private mutating func look(at node: Int) {
        guard isOpenOn[node] else { return }
        let room = timelines[node].earliestStart(
            ready: now, length: .leastNormalMagnitude, cores: least.cores, memory: least.memory, before: now.nextUp)
        if room != nil { return }
        isOpenOn[node] = false
        openNodes -= 1
    }

    /// The earliest start of `task` on `node` from `ready` on; nil where it would be at `limit` or later.
    func earliestStart(_ task: Int, on node: Int, ready: Double, length: Double, before limit: Double) -> Double? {
        timelines[node].earliestStart(
            ready: ready, length: length, cores: instance.cores[task], memory: instance.memory[task], before: limit)
    }

    /// Gives room to `task`.
    mutating func hold(_ task: Int, on node: Int, from start: Double, length: Double) {
        timelines[node].hold(
            from: start, length: length, cores: instance.cores[task], memory: instance.memory[task])
        look(at: node)
    }
}
