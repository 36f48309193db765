import Workflows

/// A discrete-event simulation of workflows that arrive at a cluster, of which a single workflow is the case of one arrival.
///
/// Whenever tasks end or workflows arrive, what waits is tried in the order of the rule; each task goes to the first node, in
/// the file's order, that has room at that moment, and its room is held from then on, also while it waits for its files or
/// for the node to start. One that fits nowhere at that moment waits, and later ones may pass it unless the order is strict.
/// Rules that plan say the node themselves.
///
/// It is a value: a copy runs on by itself, under another rule if it is told so. Arrivals are pulled one at a time, so that
/// the memory is linear in the tasks that are alive.
///
/// ```swift
/// var cluster = VirtualCluster(nodes, rule: .list(.arrival)) { arrivals.next() }
/// let result = cluster.run()
/// ```
public struct VirtualCluster {
    let cluster: Cluster
    let kinds: NodeKinds
    var settings: SimulationSettings
    /// What decides.
    public internal(set) var rule: SimulationRule
    /// The order of the rule; that of arrival for what a rule that plans has no place for.
    var order: QueueOrder
    var mode = QueueMode.lines
    var ordersWorkflows: Bool { mode == .workflows }
    /// Whether tasks stand in the order in which they become ready, and whether the order is asked when one does.
    var keyIsReady = true
    var asksForKeys = false
    var hasPatience = false
    /// Tells the next arrival, and the one that it told last.
    var pull: (() -> Arrival?)?
    var nextArrival: Arrival?
    var nextArrivalAt = Double.infinity
    var isStarted = false
    /// The moment of the simulation.
    public internal(set) var now = -Double.infinity

    /// The tasks of the workflows that are alive, those of one workflow in a row.
    var tasks: [TaskState] = []
    var rows = TaskRows()
    /// Workflows, and beside each what of it is large: a small state is quickly looked at.
    var workflows: [WorkflowState] = []
    var instances: [SchedulingInstance] = []
    var children: [[Int32]] = []
    var childOffsets: [[Int32]] = []
    var queues: [WorkflowQueue] = []
    var unusedWorkflows: [Int] = []
    /// Workflows that have arrived and not ended.
    public internal(set) var alive = 0
    /// Tasks of all arrivals so far.
    var taskCount = 0
    var running = 0
    var usedCores = 0.0
    var availableCores = 0.0
    var clusterCores = 0.0
    var clusterMemory = 0.0

    var nodes: [NodeState]
    var room: NodeRoom
    var events = EventQueue()
    var downNodes = 0
    var disruptionsLeft = 0

    /// Tasks that were tried and found no room, by the pool that they need, those that need none first: what waits for one
    /// pool is not looked at when another has room again. A strict order, and one that chooses node by node, has one line.
    var lines: [WaitingLine] = []
    /// The workflows with such tasks, where the order is one of workflows.
    var workflowLine = WaitingLine()
    /// The number of tasks in the lines.
    var waitingCount = 0
    /// Tasks that became ready since the last try.
    var fresh: [WaitingLine.Entry] = []
    /// Nodes on which room was given back since the last try.
    var released: [Int] = []
    var isReleased: [Bool]
    /// The room on those nodes, where they are many.
    var releasedRoom: RoomTree?
    /// Space that is used again at every try.
    var heads: [LineHead] = []
    var late: [WaitingLine.Entry] = []
    var untaken: [Int] = []
    /// The node that the last task went to, for an order that takes nodes in turn.
    var lastNode = -1
    /// Waiting tasks in the order in which they became ready, with the stamps they had then, where patience is bounded.
    var oldest: [(slot: Int, stamp: Int32)] = []
    var firstOldest = 0
    /// The task that a node is kept free for.
    var reservation: (slot: Int, stamp: Int32, node: Int)?
    /// What is chosen from.
    var window = ReadyWindow()
    var choiceScratch = ChoiceScratch()
    /// Whether an agent has been asked at this moment, and may be again.
    var isChoosing = false
    /// Expected core-seconds and longest paths of the workflows that have arrived, added up.
    var arrivedCoreSeconds = 0.0
    var arrivedPathSeconds = 0.0
    /// The largest magnitude of a priority among their tasks.
    var arrivedPriority = 0.0
    var waitingCores = 0.0
    /// Planned tasks by their nodes.
    var planned: [PlannedLine] = []

    /// Whether something is to be decided from outside at this moment, and whether something that waits may have room since
    /// it was not placed where it could have been.
    var isUndecided = false
    var hasLeftRoom = false

    var result = SimulationResult()
    /// The core-seconds held, counted moment by moment, to be compared with what the attempts held.
    var heldCoreSeconds = 0.0
    /// Workflows that are there, times seconds: up to the end, their completion times added up.
    var workflowSeconds = 0.0
    /// Workflows that have ended and missed a deadline.
    var missedDeadlines = 0

    /// A cluster on which nothing runs yet.
    ///
    /// - Parameters:
    ///   - arrivals: tells the next workflow, none of them before the one told last, and nil when no more come. Copies of the
    ///     simulation share it.
    public init(
        _ cluster: Cluster, rule: SimulationRule, settings: SimulationSettings = .init(),
        arrivals: @escaping () -> Arrival?
    ) {
        self.cluster = cluster
        self.rule = rule
        self.settings = settings
        kinds = NodeKinds(cluster.nodes)
        room = NodeRoom(cluster.nodes, kinds)
        nodes = cluster.nodes.map {
            NodeState(
                cores: $0.cores, speed: $0.speed, overhead: $0.taskOverheadSeconds, startupSeconds: $0.startupSeconds,
                price: $0.pricePerHour)
        }
        isReleased = [Bool](repeating: false, count: nodes.count)
        pull = arrivals
        order = rule.order
        for node in cluster.nodes {
            availableCores += node.cores
            clusterMemory += node.memoryBytes ?? 0
        }
        clusterCores = availableCores
        prepare(rule)
    }

    /// Runs `instance` to its end, taking ready tasks in `order`; nodes are on, every branch is taken, and loops take the time
    /// that is given.
    public static func run(_ instance: SchedulingInstance, order: QueueOrder) -> Timetable {
        var instance = instance
        instance.hasChoices = false
        var arrival: Arrival? = Arrival(at: 0, instance)
        var cluster = VirtualCluster(
            instance.cluster, rule: .list(order), settings: SimulationSettings(nodesStartOff: false)
        ) {
            defer { arrival = nil }
            return arrival
        }
        cluster.advance(until: .infinity)
        precondition(cluster.alive == 0, "every task of a checked instance finds room at last")
        // The tasks lie there still, since no other workflow came.
        var timetable = Timetable(count: instance.taskCount)
        for task in 0..<instance.taskCount {
            let state = cluster.tasks[task]
            timetable.nodes[task] = Int(state.node)
            timetable.ready[task] = state.ready
            timetable.placed[task] = state.placed
            timetable.starts[task] = state.start
            timetable.ends[task] = state.end
        }
        return timetable
    }

    /// Runs to the end of all arrivals, and tells what came of them.
    public mutating func run() -> SimulationResult {
        advance(until: .infinity)
        return finish()
    }
}
