import Simulation
import Workflows

/// The shape of a workflow with the times of its tasks on their fastest nodes, by places.
///
/// - Complexity: linear in tasks and dependencies, but for sorting the moments of the profile, and for redundant dependencies,
///   whose search is bounded by 16 steps for each task and dependency.
struct DAGAnalysis {
    /// Part of the critical path up to which slack counts as near it.
    static let nearShare = 0.1
    /// Entries of each list that is told, at the most.
    static let told = 16
    /// Neighbours from which a task is a hot spot, if they are also ``hotFactor`` times as many as on average.
    static let hotCount = 4
    static let hotFactor = 4.0

    private let instance: SchedulingInstance
    /// Seconds of each task on its fastest node.
    let costs: [Double]
    /// Seconds from the start of the workflow to each task's, and from each task's to the end of the workflow.
    let before: [Double]
    let behind: [Double]
    /// The tasks of a longest path, and its seconds.
    let path: (tasks: [Int], length: Double)
    let levels: [Int]

    init(_ instance: SchedulingInstance) {
        self.instance = instance
        let graph = instance.graph
        costs = instance.shortestDurations
        before = graph.downwardRanks(costs: costs)
        behind = graph.upwardRanks(costs: costs)
        path = graph.criticalPath(costs: costs)
        levels = graph.levels
    }

    private var graph: WorkflowGraph { instance.graph }

    /// How many seconds longer each task could take without prolonging the longest path.
    var slack: [Double] { zip(before, behind).map { max(0, path.length - $0 - $1) } }

    /// Tasks with less slack than a part of the critical path, those with the least first.
    var nearCritical: [Int] {
        let slack = slack
        return slack.indices.filter { costs[$0] > 0 && slack[$0] <= Self.nearShare * path.length }
            .sorted { slack[$0] != slack[$1] ? slack[$0] < slack[$1] : $0 < $1 }
    }

    /// How many tasks could run at once if each started when its last parent has ended.
    var profile: [ParallelismStep] {
        Self.profile(starts: before, ends: zip(before, costs).map { $0 + $1 })
    }

    /// How many intervals hold each moment, as steps; those of no length hold none.
    static func profile(starts: [Double], ends: [Double]) -> [ParallelismStep] {
        var changes: [(at: Double, by: Int)] = []
        changes.reserveCapacity(2 * starts.count)
        for task in starts.indices where ends[task] > starts[task] {
            changes.append((starts[task], 1))
            changes.append((ends[task], -1))
        }
        changes.sort { $0.at < $1.at }
        var steps: [ParallelismStep] = []
        var (running, last) = (0, 0)
        for (place, change) in changes.enumerated() {
            running += change.by
            guard place + 1 == changes.count || changes[place + 1].at != change.at else { continue }
            if running != last { steps.append(ParallelismStep(at: change.at, tasks: running)) }
            last = running
        }
        return steps
    }

    /// The part of the longest path, each dependency with its transfer, that is transfers.
    var transferShare: Double {
        let ranks = graph.upwardRanks(costs: costs) { instance.transferSeconds(from: $0, to: $1) }
        guard var task = ranks.indices.max(by: { ranks[$0] < ranks[$1] }), ranks[task] > 0 else { return 0 }
        let length = ranks[task]
        var transfers = 0.0
        while true {
            var next: (task: Int, rank: Double, transfer: Double)?
            for child in graph.children(of: task) {
                let transfer = instance.transferSeconds(from: task, to: child)
                if next.map({ ranks[child] + transfer > $0.rank }) ?? true {
                    next = (child, ranks[child] + transfer, transfer)
                }
            }
            guard let next else { return transfers / length }
            transfers += next.transfer
            task = next.task
        }
    }

    /// Maximal chains of at least two tasks, each the only child of the one before and waiting for it alone.
    var chains: [[Int]] {
        func next(_ task: Int) -> Int? {
            let children = graph.children(of: task)
            guard children.count == 1, let child = children.first, graph.parents(of: child).count == 1 else {
                return nil
            }
            return child
        }
        var isInner = [Bool](repeating: false, count: graph.count)
        for task in 0..<graph.count { if let child = next(task) { isInner[child] = true } }
        return (0..<graph.count).compactMap { start in
            guard !isInner[start], var end = next(start) else { return nil }
            var chain = [start, end]
            while let further = next(end) {
                chain.append(further)
                end = further
            }
            return chain
        }
    }

    private func seconds(_ tasks: [Int]) -> Double { tasks.reduce(0) { $0 + costs[$1] } }

    /// Tasks with the most neighbours of a kind, of those with unusually many.
    private func hotSpots(_ count: (Int) -> Int) -> [WorkflowStructure.HotSpot] {
        guard graph.count > 0 else { return [] }
        let usual = Double(graph.edgeCount) / Double(graph.count)
        let least = max(Self.hotCount, Int((Self.hotFactor * usual).rounded(.up)))
        let hot = (0..<graph.count).filter { count($0) >= least }
        return hot.sorted { count($0) != count($1) ? count($0) > count($1) : $0 < $1 }.prefix(Self.told).map {
            .init(task: instance.workflow.tasks[$0].id, count: count($0))
        }
    }

    /// All of it by the tasks' identifiers, the lists cut off where they are long.
    var structure: WorkflowStructure {
        let tasks = instance.workflow.tasks
        var structure = WorkflowStructure()
        structure.nearCritical = nearCritical.prefix(Self.told * Self.told).map { tasks[$0].id }
        structure.widths = [Int](repeating: 0, count: (levels.max() ?? -1) + 1)
        for level in levels { structure.widths[level] += 1 }
        structure.profile = profile
        structure.transferShare = transferShare
        let redundant = graph.redundantEdges()
        structure.redundantEdges = redundant.edges.map { .init(parent: tasks[$0.parent].id, child: tasks[$0.child].id) }
        structure.undecidedEdges = redundant.undecided
        let ranked = chains.map { (tasks: $0, seconds: seconds($0)) }.filter { $0.tasks.count > 2 }
            .sorted { $0.seconds != $1.seconds ? $0.seconds > $1.seconds : $0.tasks[0] < $1.tasks[0] }
        structure.chains = ranked.prefix(Self.told).map {
            .init(tasks: $0.tasks.map { tasks[$0].id }, seconds: $0.seconds)
        }
        structure.fanIn = hotSpots { graph.parents(of: $0).count }
        structure.fanOut = hotSpots { graph.children(of: $0).count }
        return structure
    }
}
