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
    public let runtimes: [Double]
    /// Cores that each task holds.
    public let cores: [Double]
    /// Bytes of memory that each task holds.
    public let memory: [Double]
    /// Bytes that each task needs at the least; an attempt that holds less fails.
    public let neededMemory: [Double]
    /// Larger is more urgent.
    public let priorities: [Double]
    /// The group of tasks that must share a node; -1 for none.
    let groups: [Int]
    /// Whether the tasks of a group may run on a node: `[group][node]`.
    private(set) var groupNodes: [[Bool]] = []
    /// Bytes from each parent, in the order of `graph.parents(of:)`.
    private let parentBytes: [[Double]]
    /// Speeds and overheads of the nodes, side by side.
    private let nodes: [Cluster.Node]
    private let nodeMemory: [Double]
    private let poolAllows: [[Bool]]
    private let poolOf: [Int]
    private let bandwidth: Double?

    /// The problem of running `workflow` on `cluster`.
    ///
    /// - Parameter durations: seconds of each task at speed 1 instead of the recorded ones.
    /// - Throws: `InputError` that names the task: without a runtime, with a request under its recorded memory, or one
    ///   that fits on no node.
    public init(_ workflow: Workflow, on cluster: Cluster, durations: [Double]? = nil) throws {
        let tasks = workflow.tasks
        precondition(durations.map { $0.count == tasks.count } ?? true, "one duration for each task")
        self.workflow = workflow
        self.cluster = cluster
        runtimes = try durations ?? tasks.enumerated().map(Self.runtime)
        cores = tasks.map { $0.wishes.cores ?? Self.positive($0.cores) ?? 1 }
        memory = tasks.map { $0.wishes.memoryBytes ?? $0.memoryBytes ?? 0 }
        neededMemory = tasks.map { $0.memoryBytes ?? 0 }
        priorities = tasks.map(\.wishes.priority)
        for (place, task) in tasks.enumerated() where memory[place] < neededMemory[place] {
            throw InputError(
                "the task \"\(task.id)\" asks for \(JSONValue.text(of: memory[place])) bytes and was recorded with "
                    + JSONValue.text(of: neededMemory[place]),
                field: Self.field(place, "tactus.request.memoryBytes"))
        }
        nodes = cluster.nodes
        nodeMemory = cluster.nodes.map { $0.memoryBytes ?? .infinity }
        bandwidth = cluster.bandwidthBytesPerSecond
        var bytes = [[Double]](repeating: [], count: tasks.count)
        for edge in workflow.edges() { bytes[edge.child].append(edge.bytes) }
        parentBytes = bytes
        let pools = Array(Set(tasks.compactMap(\.wishes.pool))).sorted()
        poolOf = tasks.map { task in task.wishes.pool.flatMap { pools.firstIndex(of: $0) } ?? -1 }
        poolAllows = pools.map { pool in cluster.nodes.map { $0.pool == pool } }
        groups = try Self.groups(of: workflow)
        try checkThatTimeCanBeCounted()
        try checkThatAllFit()
        groupNodes = groupedNodes()
        try checkThatGroupsFit()
    }

    /// The number of tasks.
    public var taskCount: Int { runtimes.count }
    /// The number of nodes.
    public var nodeCount: Int { nodes.count }
    /// Which tasks wait for which.
    public var graph: WorkflowGraph { workflow.graph }

    /// Seconds that `task` takes on `node`.
    public func duration(_ task: Int, on node: Int) -> Double {
        runtimes[task] > 0 ? runtimes[task] / nodes[node].speed + nodes[node].taskOverheadSeconds : 0
    }

    /// Calls `body` with each parent of `task` and the seconds that its files take to another node.
    public func forEachParent(of task: Int, _ body: (_ parent: Int, _ transfer: Double) -> Void) {
        for (place, parent) in graph.parents(of: task).enumerated() {
            body(parent, transferSeconds(ofBytes: parentBytes[task][place]))
        }
    }

    /// Seconds that the files from `parent` to `child` take between different nodes.
    public func transferSeconds(from parent: Int, to child: Int) -> Double {
        let parents = graph.parents(of: child)
        guard let place = parents.firstIndex(of: parent) else { return 0 }
        return transferSeconds(ofBytes: parentBytes[child][place - parents.startIndex])
    }

    private func transferSeconds(ofBytes bytes: Double) -> Double { bandwidth.map { bytes / $0 } ?? 0 }

    /// Whether `node` is large enough for `task`, in its pool, and large enough for what must share a node with it.
    public func fits(_ task: Int, on node: Int) -> Bool {
        guard cores[task] <= nodes[node].cores, memory[task] <= nodeMemory[node],
            poolOf[task] < 0 || poolAllows[poolOf[task]][node]
        else { return false }
        return groups[task] < 0 || groupNodes.isEmpty || groupNodes[groups[task]][node]
    }

    /// The group of tasks that must share a node with `task`, itself included; nil for none.
    public func group(of task: Int) -> Int? { groups[task] < 0 ? nil : groups[task] }

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
    /// Seconds that can be added and multiplied without becoming infinite.
    static let longestSeconds = 1e250

    static func field(_ task: Int, _ name: String) -> String { "workflow.specification.tasks[\(task)].\(name)" }

    private static func positive(_ value: Double?) -> Double? { value.flatMap { $0 > 0 ? $0 : nil } }

    private static func runtime(_ place: Int, _ task: Workflow.Task) throws -> Double {
        guard let seconds = task.runtimeSeconds else {
            throw InputError(
                "the task \"\(task.id)\" has no runtimeInSeconds", field: "workflow.execution.tasks.runtimeInSeconds")
        }
        return seconds
    }

    /// Tasks that are tied to one node by `together`, joined over all that name each other.
    private static func groups(of workflow: Workflow) throws -> [Int] {
        guard workflow.tasks.contains(where: { !$0.wishes.together.isEmpty }) else {
            return [Int](repeating: -1, count: workflow.tasks.count)
        }
        let places = workflow.places
        var leaders = Array(workflow.tasks.indices)
        func leader(_ task: Int) -> Int {
            var task = task
            while leaders[task] != task { task = leaders[task] }
            return task
        }
        var tied = [Bool](repeating: false, count: workflow.tasks.count)
        for (place, task) in workflow.tasks.enumerated() {
            for id in task.wishes.together {
                guard let other = places[id] else {
                    throw InputError(
                        "\"\(id)\", together with \"\(task.id)\", is no task", field: field(place, "tactus.together"))
                }
                leaders[max(leader(place), leader(other))] = min(leader(place), leader(other))
                tied[place] = true
                tied[other] = true
            }
        }
        var numbers: [Int: Int] = [:]
        return workflow.tasks.indices.map { task in
            guard tied[task] else { return -1 }
            let leader = leader(task)
            let number = numbers[leader] ?? numbers.count
            numbers[leader] = number
            return number
        }
    }

    /// A schedule of tasks that take all the time there is would end nowhere.
    private func checkThatTimeCanBeCounted() throws {
        let speed = nodes.map(\.speed).min() ?? 1
        let overhead = nodes.map(\.taskOverheadSeconds).max() ?? 0
        var seconds = 0.0
        for task in 0..<taskCount {
            seconds += runtimes[task] / speed + overhead
            for bytes in parentBytes[task] { seconds += transferSeconds(ofBytes: bytes) }
            guard seconds <= Self.longestSeconds else {
                throw InputError(
                    "the task \"\(workflow.tasks[task].id)\" and those before it take more than "
                        + "\(JSONValue.text(of: Self.longestSeconds)) seconds on the slowest node",
                    field: "workflow.execution.tasks.runtimeInSeconds")
            }
        }
    }

    private func checkThatAllFit() throws {
        for task in 0..<taskCount where !(0..<nodeCount).contains(where: { fits(task, on: $0) }) {
            var wants = ["\(JSONValue.text(of: cores[task])) cores"]
            if memory[task] > 0 { wants.append("\(JSONValue.text(of: memory[task])) bytes") }
            if let pool = workflow.tasks[task].wishes.pool { wants.append("the pool \"\(pool)\"") }
            throw InputError(
                "the task \"\(workflow.tasks[task].id)\" fits on no node: it needs \(wants.joined(separator: ", "))",
                field: Self.field(task, "id"))
        }
    }

    private func groupedNodes() -> [[Bool]] {
        let count = (groups.max() ?? -1) + 1
        var allowed = [[Bool]](repeating: [Bool](repeating: true, count: nodeCount), count: count)
        for task in 0..<taskCount where groups[task] >= 0 {
            for node in 0..<nodeCount where !fits(task, on: node) { allowed[groups[task]][node] = false }
        }
        return allowed
    }

    private func checkThatGroupsFit() throws {
        for task in 0..<taskCount where groups[task] >= 0 && !groupNodes[groups[task]].contains(true) {
            throw InputError(
                "the task \"\(workflow.tasks[task].id)\" and those together with it fit on no node",
                field: Self.field(task, "tactus.together"))
        }
    }
}
