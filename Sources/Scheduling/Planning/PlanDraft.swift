import Simulation

/// A plan that is being made: what is placed so far, and what that leaves free.
struct PlanDraft {
    /// Where a task may start.
    enum Room {
        /// In every gap that is large enough for it.
        case gap
        /// Behind everything placed before that could stand in its way: on a node of one core, behind the last task.
        case end
    }

    /// A place for a task.
    struct Slot {
        var node = -1
        var start = Double.infinity
        var finish = Double.infinity

        /// Whether it ends before `other`, or as early on a node that stands before its.
        func precedes(_ other: Slot) -> Bool {
            finish != other.finish ? finish < other.finish : node < other.node
        }
    }

    /// The problem.
    let instance: SchedulingInstance
    /// What is placed so far.
    private(set) var timetable: Timetable
    /// What that leaves free.
    private(set) var board: PlanningBoard
    /// The nodes that each task may run on.
    let choices: NodeChoices
    /// The node of each task that was placed, the first placed first.
    private(set) var placedNodes: [Int] = []
    /// Of each node: when it first has room for the least, from when on it is empty, and whether it holds one task at a time.
    /// Most nodes are judged by these alone.
    private var openings: [Double]
    private var closings: [Double]
    private let isExclusive: [Bool]
    /// The node of each group of tasks that must share one; -1 before the first of them is placed.
    private var groupNodes: [Int]

    /// A plan for `instance` with nothing placed on `board`.
    init(of instance: SchedulingInstance, on board: PlanningBoard) {
        self.instance = instance
        self.board = board
        timetable = Timetable(count: instance.taskCount)
        choices = NodeChoices(of: instance)
        groupNodes = [Int](repeating: -1, count: instance.groupCount)
        openings = board.timelines.map(\.opening)
        closings = board.timelines.map(\.closing)
        isExclusive = board.timelines.map(\.isExclusive)
        placedNodes.reserveCapacity(instance.taskCount)
    }

    /// The node that `task` must run on, since one that must share it is there; -1 for none.
    func bound(of task: Int) -> Int { instance.group(of: task).map { groupNodes[$0] } ?? -1 }

    /// The nodes that `task` may run on, in order; there is one at least.
    func nodes(for task: Int) -> ArraySlice<Int> { choices.nodes(of: task, boundTo: bound(of: task)) }

    /// The earliest start of `task`, which takes `length` seconds, on `node`; nil where that is not before `limit`.
    func start(
        of task: Int, _ arrival: FileArrival, on node: Int, length: Double, in room: Room,
        before limit: Double = .infinity
    ) -> Double? {
        let ready = arrival.moment(on: node)
        guard max(ready, length > 0 ? openings[node] : ready) < limit else { return nil }
        if length == 0 || ready >= closings[node] { return ready }
        switch room {
        case .gap:
            return board.earliestStart(
                on: node, ready: ready, length: length, cores: instance.cores[task], memory: instance.memory[task],
                before: limit)
        case .end:
            let start = lastingRoom(for: task, ready: ready, on: node)
            return start < limit ? start : nil
        }
    }

    /// When `node` has room for `task` for good, not before `ready`.
    func lastingRoom(for task: Int, ready: Double, on node: Int) -> Double {
        if isExclusive[node] { return max(ready, closings[node]) }
        return board.lastingRoom(on: node, ready: ready, cores: instance.cores[task], memory: instance.memory[task])
    }

    /// The slot of `task` on `node`.
    func slot(of task: Int, _ arrival: FileArrival, on node: Int, in room: Room) -> Slot {
        let length = instance.duration(task, on: node)
        guard let start = start(of: task, arrival, on: node, length: length, in: room) else { return Slot() }
        return Slot(node: node, start: start, finish: start + length)
    }

    /// Where `task` ends first; of equally good nodes the first.
    func earliestFinish(of task: Int, _ arrival: FileArrival, in room: Room) -> Slot {
        var best = Slot()
        for node in nodes(for: task) {
            let length = instance.duration(task, on: node)
            guard
                let start = start(
                    of: task, arrival, on: node, length: length, in: room, before: best.finish - length),
                start + length < best.finish
            else { continue }
            best = Slot(node: node, start: start, finish: start + length)
        }
        return best
    }

    /// Places `task` at `slot`.
    mutating func place(_ task: Int, _ arrival: FileArrival, at slot: Slot) {
        precondition(slot.node >= 0, "a task of a checked instance fits on a node, and ends on it")
        timetable.nodes[task] = slot.node
        timetable.ready[task] = arrival.ready
        timetable.placed[task] = slot.start
        timetable.starts[task] = slot.start
        timetable.ends[task] = slot.finish
        (openings[slot.node], closings[slot.node]) = board.hold(
            on: slot.node, from: slot.start, length: instance.duration(task, on: slot.node),
            cores: instance.cores[task], memory: instance.memory[task])
        placedNodes.append(slot.node)
        if let group = instance.group(of: task) { groupNodes[group] = slot.node }
    }

    /// Places `task` where it ends first.
    mutating func placeWhereItEndsFirst(_ task: Int, in room: Room) {
        let arrival = arrival(of: task)
        place(task, arrival, at: earliestFinish(of: task, arrival, in: room))
    }
}
