/// Decisions from outside, for agents that learn to schedule.
///
/// ```swift
/// while cluster.advanceToDecision() {
///     let task = cluster.waiting(atMost: 64)[0]
///     cluster.decide(.place(task, node: 0))
/// }
/// ```
extension VirtualCluster {
    /// A task that waits at a decision point.
    public struct WaitingTask: Sendable, Hashable {
        /// The workflow, by its place among the arrivals.
        public let arrival: Int
        /// The task, by its place in the workflow.
        public let task: Int
        /// Cores that it asks for.
        public let cores: Double
        /// Bytes that it asks for.
        public let memory: Double
        /// Seconds that it is expected to take at speed 1.
        public let seconds: Double
        /// Larger is more urgent.
        public let priority: Double
        /// When it became ready.
        public let ready: Double
        /// 1 for the first attempt.
        public let attempt: Int
        /// What its workflow holds, and what remains of it.
        public let workflow: WorkflowShare
        let slot: Int
    }

    /// What may be decided at a decision point.
    public enum Decision: Sendable {
        /// Places a task on a node that has room for it; what else waits is decided next, at the same moment.
        case place(WaitingTask, node: Int)
        /// Lets a rule place what it will at this moment, from here on another one if it is given.
        case byRule(SimulationRule?)
        /// Places nothing until something happens.
        case wait
    }

    /// Goes on to the next moment at which a task that waits has room on a node; the same one as long as there is another.
    ///
    /// - Returns: whether there is one. With tasks alive, none comes when all of them wait, nothing runs, and nothing more
    ///   will happen.
    @discardableResult
    public mutating func advanceToDecision() -> Bool {
        precondition(planned.isEmpty, "a rule that plans leaves nothing to be decided")
        hasLeftRoom = true
        if isUndecided && hasSomethingThatFits { return true }
        isUndecided = false
        while let moment = nextMoment {
            clearReleased()
            step(to: moment)
            for entry in fresh { enqueue(entry) }
            fresh.removeAll(keepingCapacity: true)
            isUndecided = hasSomethingThatFits
            if isUndecided { return true }
        }
        return false
    }

    /// Does what was decided at the decision point that ``advanceToDecision()`` went to.
    public mutating func decide(_ decision: Decision) {
        precondition(isUndecided, "nothing is to be decided")
        switch decision {
        case .place(let task, let node):
            precondition(
                tasks[task.slot].stage == .waiting && hasRoom(task, on: node),
                "the task \(task.task) of arrival \(task.arrival) cannot be placed on the node \(node)")
            dequeue(task.slot)
            _ = put(task.slot, on: node)
        case .byRule(let rule):
            if let rule { use(rule) }
            tryAll()
            isUndecided = false
        case .wait:
            isUndecided = false
        }
    }

    /// Tries all that waits on all nodes.
    mutating func tryAll() {
        releaseAll()
        place()
        hasLeftRoom = false
    }

    /// The first tasks that wait, in the order in which they became ready.
    public func waiting(atMost limit: Int) -> [WaitingTask] {
        precondition(limit >= 0, "\(limit) tasks")
        var entries: [WaitingLine.Entry] = fresh
        if ordersWorkflows {
            for workflow in workflowLine.prefix(.max) {
                entries += queues[workflow.task].waiting.prefix(.max)
            }
        } else {
            for line in lines { entries += line.prefix(keyIsReady && order.secondsPerPriority == nil ? limit : .max) }
        }
        entries.sort { ($0.ready, $0.order) < ($1.ready, $1.order) }
        return entries.prefix(limit).map { entry in
            let state = tasks[entry.task]
            let number = Int(state.workflow)
            return WaitingTask(
                arrival: workflows[number].place, task: entry.task - workflows[number].base, cores: state.cores,
                memory: state.memory, seconds: state.expected, priority: state.priority, ready: state.ready,
                attempt: Int(state.attempt), workflow: share(of: number), slot: entry.task)
        }
    }

    /// Whether a task can be placed on a node now.
    public func hasRoom(_ task: WaitingTask, on node: Int) -> Bool { hasRoom(task.slot, on: node) }

    /// The nodes, and what is free on them; nothing is on one that is down or not there.
    public var nodeViews: [CandidateNode] {
        nodes.indices.map { node in
            var view = view(of: node)
            if room.isClosed(node) { (view.freeCores, view.freeMemory) = (0, 0) }
            return view
        }
    }

    private var hasSomethingThatFits: Bool {
        if ordersWorkflows { return firstByWorkflow() != nil }
        return lines.indices.contains { line in
            var position = WaitingLine.Position()
            while let entry = lines[line].next(from: &position, where: { room.hasAnywhere($0, $1) }) {
                if node(for: entry.task) != nil { return true }
                position.advance()
            }
            return false
        }
    }
}
