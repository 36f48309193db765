import Files
import Workflows

/// A workflow on a cluster as a scheduling problem: what each task holds, for how long, and where it may run.
///
/// Tasks and nodes are numbered as in their files. A task runs for `runtime / speed + overhead` of its node and holds its
/// cores and its memory there for that time; a child starts no earlier than each parent's end, plus, on different nodes,
/// the bytes that go between them over the bandwidth. A task of no length holds nothing and has no overhead.
public struct SchedulingInstance: Sendable {
    /// The workflow.
    public let workflow: Workflow
    /// The cluster.
    public let cluster: Cluster
    /// Seconds of each task at speed 1.
    public internal(set) var runtimes: [Double]
    /// Cores that each task holds.
    public let cores: [Double]
    /// Bytes of memory that each task holds.
    public let memory: [Double]
    /// Bytes that each task needs at the least; an attempt that holds less fails.
    public let neededMemory: [Double]
    /// Larger is more urgent.
    public let priorities: [Double]
    /// Seconds from the start of the workflow by which each task should have ended; infinite without a deadline.
    public let deadlines: [Double]
    let hasDeadlines: Bool
    /// Whether some task runs by chance, or several times.
    var hasChoices: Bool
    /// The group of tasks that must share a node; -1 for none.
    @usableFromInline let groups: [Int]
    /// What tasks need of a node to run there, those that must share a node with them included; each of them once.
    private(set) var needs: [NodeNeed]
    /// The place of each task's need there.
    private(set) var needOf: [Int]
    /// The nodes, those that are alike as one.
    let kinds: NodeKinds
    /// The parents of all tasks, those of a task behind those of the one before, the seconds that their files take between
    /// nodes, and where each task's begin.
    @usableFromInline let parents: [Int32]
    @usableFromInline let transfers: [Double]
    @usableFromInline let parentOffsets: [Int32]
    /// Whether files between nodes take time at all.
    let hasTransfers: Bool
    /// The children of all tasks in the same way.
    let children: [Int32]
    let childOffsets: [Int32]
    /// Speeds and overheads of the nodes.
    @usableFromInline let speeds: [Double]
    @usableFromInline let overheads: [Double]

    /// The problem of running `workflow` on `cluster`.
    ///
    /// - Parameters:
    ///   - durations: seconds of each task at speed 1 instead of the recorded ones.
    ///   - retriesWithMoreMemory: lets a task ask for less memory than it was recorded with: an attempt that holds less
    ///     than that fails in a ``VirtualCluster`` and is tried again with more. The task must fit on a node with what it
    ///     needs in the end.
    /// - Throws: `InputError` that names the task: without a runtime, with a request under its recorded memory, or one
    ///   that fits on no node; or what is no amount, or too large to be counted; or what is more than ``mostTasks``,
    ///   ``mostPairs`` or ``mostSharedFiles``.
    public init(
        _ workflow: Workflow, on cluster: Cluster, durations: [Double]? = nil, retriesWithMoreMemory: Bool = false
    ) throws {
        let tasks = workflow.tasks
        precondition(durations.map { $0.count == tasks.count } ?? true, "one duration for each task")
        self.workflow = workflow
        self.cluster = cluster
        kinds = NodeKinds(cluster.nodes)
        try Self.checkSize(tasks: tasks.count, kinds: kinds.all.count)
        // By their places: going through tasks copies each of them, and counts the references to all that it holds.
        let places = tasks.indices
        runtimes = try durations ?? places.map { try Self.runtime($0, tasks) }
        cores = places.map { tasks[$0].wishes.cores ?? Self.positive(tasks[$0].cores) ?? 1 }
        memory = places.map { tasks[$0].wishes.memoryBytes ?? tasks[$0].memoryBytes ?? 0 }
        neededMemory = places.map { tasks[$0].memoryBytes ?? 0 }
        priorities = places.map { tasks[$0].wishes.priority }
        deadlines = places.map { tasks[$0].wishes.deadline ?? .infinity }
        hasDeadlines = deadlines.contains { $0 < .infinity }
        hasChoices = places.contains {
            tasks[$0].wishes.branchProbability != nil || tasks[$0].wishes.expectedIterations != nil
        }
        speeds = cluster.nodes.map(\.speed)
        overheads = cluster.nodes.map(\.taskOverheadSeconds)
        transfers = try Self.transfers(workflow, bandwidth: cluster.bandwidthBytesPerSecond)
        hasTransfers = transfers.contains { $0 > 0 }
        let graph = workflow.graph
        (parents, parentOffsets) = Self.neighbours(graph, of: { graph.parents(of: $0) })
        (children, childOffsets) = Self.neighbours(graph, of: { graph.children(of: $0) })
        groups = try Self.groups(of: workflow)
        var ownNeeds: [NodeNeed] = []
        ownNeeds.reserveCapacity(tasks.count)
        for task in places {
            let pool = kinds.number(ofPool: tasks[task].wishes.pool)
            ownNeeds.append(NodeNeed(cores: cores[task], memory: max(memory[task], neededMemory[task]), pool: pool))
        }
        (needs, needOf) = NodeNeed.distinct(ownNeeds)
        try checkNodes()
        try checkTasks(requestsMayBeShort: retriesWithMoreMemory)
        try checkThatAllFit()
        guard retriesWithMoreMemory || groups.contains(where: { $0 >= 0 }) else { return }
        // What is short at first may begin on a small node, unless it must then stay there.
        for task in places where groups[task] < 0 { ownNeeds[task].memory = memory[task] }
        (needs, needOf) = NodeNeed.distinct(NodeNeed.joined(ownNeeds, groups: groups))
        try checkThatGroupsFit()
    }

    /// The number of tasks.
    public var taskCount: Int { runtimes.count }
    /// The number of nodes.
    public var nodeCount: Int { speeds.count }
    /// Which tasks wait for which.
    public var graph: WorkflowGraph { workflow.graph }

    /// The number of tasks that `task` waits for.
    func parentCount(of task: Int) -> Int { Int(parentOffsets[task + 1] - parentOffsets[task]) }

    /// Seconds that `task` takes on `node`.
    @inlinable public func duration(_ task: Int, on node: Int) -> Double {
        runtimes[task] > 0 ? runtimes[task] / speeds[node] + overheads[node] : 0
    }

    /// Calls `body` with each parent of `task` and the seconds that its files take to another node.
    @inlinable public func forEachParent(of task: Int, _ body: (_ parent: Int, _ transfer: Double) -> Void) {
        for place in Int(parentOffsets[task])..<Int(parentOffsets[task + 1]) {
            body(Int(parents[place]), transfers[place])
        }
    }

    /// Seconds that the files from `parent` to `child` take between different nodes; 0 where the one is no parent.
    public func transferSeconds(from parent: Int, to child: Int) -> Double {
        guard let place = graph.place(of: parent, amongParentsOf: child) else { return 0 }
        return transfers[Int(parentOffsets[child]) + place]
    }

    /// The same problem with other seconds of each task at speed 1.
    public func with(runtimes: [Double]) -> SchedulingInstance {
        precondition(runtimes.count == taskCount, "\(runtimes.count) times for \(taskCount) tasks")
        var changed = self
        changed.runtimes = runtimes
        return changed
    }

    /// Whether `node` is large enough for `task`, in its pool, and large enough for what must share a node with it.
    public func fits(_ task: Int, on node: Int) -> Bool { needs[needOf[task]].fits(kinds.of(node)) }

    /// The group of tasks that must share a node with `task`, itself included; nil for none.
    @inlinable public func group(of task: Int) -> Int? { groups[task] < 0 ? nil : groups[task] }

    /// The earliest moment at which the files of `task` can be on `node`, given when and where its parents end.
    public func arrival(of task: Int, on node: Int, ends: [Double], nodes places: [Int]) -> Double {
        var arrival = 0.0
        forEachParent(of: task) { parent, transfer in
            arrival = max(arrival, ends[parent] + (places[parent] == node ? 0 : transfer))
        }
        return arrival
    }
}

extension SchedulingInstance {
    private static func positive(_ value: Double?) -> Double? { value.flatMap { $0 > 0 ? $0 : nil } }

    private static func runtime(_ place: Int, _ tasks: [Workflow.Task]) throws -> Double {
        guard let seconds = tasks[place].runtimeSeconds else {
            throw InputError(
                "the task \"\(tasks[place].id)\" has no runtimeInSeconds",
                field: "workflow.execution.tasks.runtimeInSeconds")
        }
        return seconds
    }

    /// The neighbours of all tasks behind each other, and where those of each task begin and those of the last end.
    private static func neighbours(
        _ graph: WorkflowGraph, of neighboursOf: (_ task: Int) -> ArraySlice<Int>
    ) -> (neighbours: [Int32], offsets: [Int32]) {
        var (neighbours, offsets): ([Int32], [Int32]) = ([], [0])
        neighbours.reserveCapacity(graph.edgeCount)
        offsets.reserveCapacity(graph.count + 1)
        for task in 0..<graph.count {
            for neighbour in neighboursOf(task) { neighbours.append(Int32(neighbour)) }
            offsets.append(Int32(neighbours.count))
        }
        return (neighbours, offsets)
    }

    private static func transfers(_ workflow: Workflow, bandwidth: Double?) throws -> [Double] {
        guard let bandwidth else { return [Double](repeating: 0, count: workflow.graph.edgeCount) }
        let files = SharedFiles(workflow)
        try checkFiles(files.steps)
        return files.bytes().map { $0 / bandwidth }
    }
}
