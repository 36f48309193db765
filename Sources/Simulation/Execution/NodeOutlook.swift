import Workflows

/// What is expected to be free on each node from a moment on, given what runs there and what was given room since.
///
/// From one look to the next only those nodes are made up anew on which something has changed.
struct NodeOutlook {
    private let instance: SchedulingInstance
    private var timelines: [NodeTimeline]
    private let least: (cores: Double, memory: Double)
    private var now = 0.0
    /// Nodes that must be made up anew: something started or ended there, or was given room that it did not take.
    private var isStale: [Bool]
    /// When the first of what runs on each node is expected to end; what runs longer changes the outlook at every moment.
    private var nextEnds: [Double]
    private var isOpenOn: [Bool]
    private var openNodes = 0

    /// Nodes on which nothing runs.
    init(_ instance: SchedulingInstance) {
        self.instance = instance
        least = (instance.cores.min() ?? 0, instance.memory.min() ?? 0)
        timelines = instance.cluster.nodes.map {
            NodeTimeline(cores: $0.cores, memory: $0.memoryBytes ?? .infinity)
        }
        isStale = [Bool](repeating: false, count: instance.nodeCount)
        isOpenOn = isStale
        nextEnds = [Double](repeating: .infinity, count: instance.nodeCount)
    }

    /// Says that something has started or ended on `node`.
    mutating func change(_ node: Int) { isStale[node] = true }

    /// Looks again at `now`, when `running` are the tasks on each node.
    mutating func look(at now: Double, running: [[Int]], timetable: Timetable) {
        self.now = now
        openNodes = 0
        for node in timelines.indices {
            if isStale[node] || nextEnds[node] <= now { makeUp(node, running[node], timetable) }
            isStale[node] = false
            isOpenOn[node] = true
            openNodes += 1
            closeIfFull(node)
        }
    }

    private mutating func makeUp(_ node: Int, _ running: [Int], _ timetable: Timetable) {
        let here = instance.cluster.nodes[node]
        var timeline = NodeTimeline(cores: here.cores, memory: here.memoryBytes ?? .infinity)
        nextEnds[node] = .infinity
        // The soonest that differs from now.
        let soon = now + max(now, 1) * 1e-12
        for task in running {
            let start = timetable.starts[task]
            var end = start + instance.duration(task, on: node)
            nextEnds[node] = min(nextEnds[node], end)
            if end <= now { end = now + (now - start) * DispatchExecution.overrunShare }
            timeline.hold(
                from: now, length: max(end, soon) - now, cores: instance.cores[task], memory: instance.memory[task])
        }
        timelines[node] = timeline
    }

    /// Whether a node has room at this moment for what asks for the least.
    var isOpen: Bool { openNodes > 0 }

    private mutating func closeIfFull(_ node: Int) {
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

    /// Gives room to `task` until the next look.
    mutating func hold(_ task: Int, on node: Int, from start: Double, length: Double) {
        isStale[node] = true
        timelines[node].hold(
            from: start, length: length, cores: instance.cores[task], memory: instance.memory[task])
        closeIfFull(node)
    }
}
