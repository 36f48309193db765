import Workflows

/// The time model and two rules, read off the contract a second time, slowly and plainly: nothing of the code that is
/// tested is used.
struct NaiveModel {
    let tasks: [Workflow.Task]
    let parents: [[Int]]
    let cluster: Cluster
    /// Seconds between nodes, by parent and child.
    let transfer: (Int, Int) -> Double
    let cores: [Double]
    let memory: [Double]
    /// Tasks that must share a node with each, itself included.
    let company: [Set<Int>]
    /// Seconds of each task on each node, instead of what runtimes and speeds give.
    var costs: [[Double]]?
    /// What nodes hold already, and the moment from which on tasks may be placed.
    var held: [Hold] = []
    var beginning = 0.0

    /// Something that a node holds.
    struct Hold {
        var node: Int
        var start: Double
        var end: Double
        var cores: Double
        var memory: Double
    }

    init(_ random: RandomInstance) {
        tasks = random.tasks
        cluster = random.cluster
        parents = random.tasks.indices.map { child in random.edges.filter { $0.child == child }.map(\.parent) }
        transfer = { parent, child in
            guard let bandwidth = random.cluster.bandwidthBytesPerSecond else { return 0 }
            let shared = Set(random.tasks[parent].outputFiles).intersection(random.tasks[child].inputFiles)
            return shared.reduce(0) { $0 + (random.fileBytes[$1] ?? 0) } / bandwidth
        }
        cores = tasks.map { $0.wishes.cores ?? $0.cores ?? 1 }
        memory = tasks.map { $0.wishes.memoryBytes ?? $0.memoryBytes ?? 0 }
        var company = tasks.indices.map { Set([$0]) }
        var isClosed = false
        while !isClosed {
            isClosed = true
            for (a, task) in random.tasks.enumerated() {
                for id in task.wishes.together {
                    let b = random.tasks.firstIndex { $0.id == id } ?? a
                    if company[a] != company[b] { isClosed = false }
                    let all = company[a].union(company[b])
                    for member in all { company[member] = all }
                }
            }
        }
        self.company = company
    }

    func length(_ task: Int, _ node: Int) -> Double {
        if let costs { return costs[task][node] }
        let seconds = tasks[task].runtimeSeconds ?? .nan
        return seconds == 0 ? 0 : seconds / cluster.nodes[node].speed + cluster.nodes[node].taskOverheadSeconds
    }

    func fits(_ task: Int, _ node: Int) -> Bool {
        company[task].allSatisfy { member in
            let wishes = tasks[member].wishes
            return cores[member] <= cluster.nodes[node].cores
                && memory[member] <= cluster.nodes[node].memoryBytes ?? .infinity
                && (wishes.pool == nil || wishes.pool == cluster.nodes[node].pool)
        }
    }

    /// One task of a schedule.
    struct Run: Equatable {
        var task: Int
        var node: Int
        var placed: Double
        var start: Double
        var end: Double
    }

    /// When the files of those parents that are placed are there.
    func arrival(_ task: Int, _ node: Int, _ done: [Int: Run]) -> Double {
        parents[task].compactMap { parent in
            done[parent].map { $0.end + ($0.node == node ? 0 : transfer(parent, task)) }
        }.max().map { max($0, beginning) } ?? beginning
    }

    /// Whether the group of `task` has a node other than `node`.
    func isBoundElsewhere(_ task: Int, _ node: Int, _ done: [Int: Run]) -> Bool {
        company[task].contains { member in done[member].map { $0.node != node } ?? false }
    }

    /// First in, first out.
    func fifo() -> [Run] {
        var runs: [Int: Run] = [:]
        var ended: Set<Int> = []
        var now = 0.0
        while ended.count < tasks.count {
            ended.formUnion(runs.values.filter { $0.end == now }.map(\.task))
            let ready = tasks.indices.filter { runs[$0] == nil && parents[$0].allSatisfy(ended.contains) }
            func since(_ task: Int) -> Double { parents[task].compactMap { runs[$0]?.end }.max() ?? 0 }
            let queue = ready.sorted { a, b in
                let (first, second) = (tasks[a].wishes.priority, tasks[b].wishes.priority)
                if first != second { return first > second }
                return since(a) != since(b) ? since(a) < since(b) : a < b
            }
            for task in queue {
                let node = cluster.nodes.indices.first { node in
                    let here = runs.values.filter { $0.node == node && !ended.contains($0.task) }.map(\.task)
                    return fits(task, node) && !isBoundElsewhere(task, node, runs)
                        && here.reduce(cores[task]) { $0 + cores[$1] } <= cluster.nodes[node].cores
                        && here.reduce(memory[task]) { $0 + memory[$1] } <= cluster.nodes[node].memoryBytes ?? .infinity
                }
                guard let node else { continue }
                let start = max(now, arrival(task, node, runs))
                runs[task] = Run(task: task, node: node, placed: now, start: start, end: start + length(task, node))
            }
            let next = runs.values.filter { !ended.contains($0.task) }.map(\.end).min()
            guard let next else { break }
            now = next
        }
        return tasks.indices.compactMap { runs[$0] }
    }

    /// Equation 5 of the paper, over the nodes that a task fits on; parents come before their children.
    func ranks() -> [Double] {
        var ranks = [Double](repeating: 0, count: tasks.count)
        for task in tasks.indices.reversed() {
            let nodes = cluster.nodes.indices.filter { fits(task, $0) }
            let mean = nodes.reduce(0) { $0 + length(task, $1) } / Double(nodes.count)
            let children = tasks.indices.filter { parents[$0].contains(task) }
            ranks[task] = mean + (children.map { transfer(task, $0) + ranks[$0] }.max() ?? 0)
        }
        return ranks
    }

    /// Heterogeneous earliest finish time for tasks in this order.
    func heft(order: [Int]) -> [Run] {
        var runs: [Int: Run] = [:]
        for task in order { runs[task] = firstEnd(slots(task, runs, intoGaps: true)) }
        return tasks.indices.compactMap { runs[$0] }
    }

    /// A task on each node that it may have, in order, as early as it can.
    func slots(_ task: Int, _ runs: [Int: Run], intoGaps: Bool) -> [Run] {
        cluster.nodes.indices.filter { fits(task, $0) && !isBoundElsewhere(task, $0, runs) }.map { node in
            let start = earliest(task, node, runs, from: arrival(task, node, runs), intoGaps: intoGaps)
            return Run(task: task, node: node, placed: start, start: start, end: start + length(task, node))
        }
    }

    /// Of these the one that ends first; of those the first.
    func firstEnd(_ slots: [Run]) -> Run? { slots.min { $0.end < $1.end } }

    /// The first start from `ready` on with room for the task, or, not into gaps, with room for good. It is that moment or
    /// the end of something; room can only lack where something starts.
    func earliest(_ task: Int, _ node: Int, _ runs: [Int: Run], from ready: Double, intoGaps: Bool) -> Double {
        let long = length(task, node)
        guard long > 0 else { return ready }
        let here =
            held.filter { $0.node == node }
            + runs.values.filter { $0.node == node && $0.end > $0.start }.map {
                Hold(node: node, start: $0.start, end: $0.end, cores: cores[$0.task], memory: memory[$0.task])
            }
        let end = intoGaps ? long : .infinity
        let start = ([ready] + here.map(\.end).filter { $0 > ready }).sorted().first { start in
            ([start] + here.map(\.start).filter { $0 > start && $0 < start + end }).allSatisfy { moment in
                let holders = here.filter { $0.start <= moment && moment < $0.end }
                return holders.reduce(cores[task]) { $0 + $1.cores } <= cluster.nodes[node].cores
                    && holders.reduce(memory[task]) { $0 + $1.memory } <= cluster.nodes[node].memoryBytes ?? .infinity
            }
        }
        return start ?? .nan
    }
}
