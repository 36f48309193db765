import Simulation
import Workflows

/// Runs in which one thing is better than it is: what limits a run, and how much a little more of it would help.
struct WhatIfRuns {
    /// Kinds of task that are looked at, those that the end waits for longest.
    static let stages = 5
    /// Kinds of node that are looked at.
    static let nodeKinds = 3
    /// The part of its time that a faster kind of task keeps.
    static let fasterShare = 0.9

    private let workflow: Workflow
    private let instance: SchedulingInstance
    /// Kinds of task by the seconds that the end of the run waits for them.
    private let stages: [(name: String, tasks: [Int])]

    init(_ finder: BottleneckFinder) {
        (workflow, instance) = (finder.instance.workflow, finder.instance)
        var seconds: [String: Double] = [:]
        for link in finder.chain.links {
            seconds[workflow.tasks[link.task].process, default: 0] += finder.weight(link)
        }
        let order = seconds.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
        var members: [String: [Int]] = [:]
        for (place, task) in workflow.tasks.enumerated() where seconds[task.process] != nil {
            members[task.process, default: []].append(place)
        }
        stages = order.prefix(Self.stages).map { ($0.key, members[$0.key] ?? []) }
    }

    private func cluster(_ change: (inout Cluster.Node) -> Void) -> Cluster {
        var cluster = instance.cluster
        for place in cluster.nodes.indices { change(&cluster.nodes[place]) }
        return cluster
    }

    private func workflow(_ tasks: [Int], times factor: Double) -> Workflow {
        var changed = workflow
        for task in tasks { changed.update(task) { $0.runtimeSeconds = ($0.runtimeSeconds ?? 0) * factor } }
        return changed
    }

    /// What limits the run, that whose relaxing shortens it most first; what the budget leaves no time for is left out.
    func limits(_ runs: inout SimulatedRuns) throws -> [ResourceLimit] {
        var limits: [ResourceLimit] = []
        func add(_ name: String, bound: Double?, _ cluster: Cluster) throws {
            guard runs.hasTime() else { return }
            limits.append(
                .init(
                    resource: name, boundSeconds: bound,
                    relaxedMakespan: try runs.run(workflow, on: cluster).timetable.makespan))
        }
        let allCores = instance.cores.reduce(0, +)
        try add("cores", bound: coreBound, cluster { $0.cores = max($0.cores, allCores) })
        if instance.cluster.nodes.contains(where: { $0.memoryBytes != nil }) {
            try add("memory", bound: memoryBound, cluster { $0.memoryBytes = nil })
        }
        if instance.cluster.bandwidthBytesPerSecond != nil {
            try add("transfer", bound: nil, Cluster(nodes: instance.cluster.nodes))
        }
        if instance.cluster.nodes.contains(where: { $0.taskOverheadSeconds > 0 }) {
            try add("overhead", bound: nil, cluster { $0.taskOverheadSeconds = 0 })
        }
        let speed = coreSpeed
        let shortest = instance.shortestDurations
        for stage in stages where runs.hasTime() {
            let work = stage.tasks.reduce(0) { $0 + instance.runtimes[$1] * instance.cores[$1] }
            let longest = stage.tasks.reduce(0) { max($0, shortest[$1]) }
            let makespan = try runs.run(workflow(stage.tasks, times: 0)).timetable.makespan
            limits.append(
                .init(
                    resource: "stage:\(stage.name)", boundSeconds: max(longest, work / speed), relaxedMakespan: makespan
                ))
        }
        return limits.sorted {
            $0.relaxedMakespan != $1.relaxedMakespan
                ? $0.relaxedMakespan < $1.relaxedMakespan : $0.resource < $1.resource
        }
    }

    private var coreSpeed: Double { instance.cluster.nodes.reduce(0) { $0 + $1.cores * $1.speed } }

    private var coreBound: Double { instance.coreSeconds > 0 ? instance.coreSeconds / coreSpeed : 0 }

    /// Byte-seconds at speed 1 over the bytes of all nodes, each times its speed; nil where a node has no limit.
    private var memoryBound: Double? {
        var speed = 0.0
        for node in instance.cluster.nodes {
            guard let memory = node.memoryBytes else { return nil }
            speed += memory * node.speed
        }
        let work = (0..<instance.taskCount).reduce(0) { $0 + instance.runtimes[$1] * (instance.memory[$1] / speed) }
        return work.isFinite ? work : nil
    }

    /// How long the run takes if one thing is a little better, the shortest run first.
    func sensitivities(_ runs: inout SimulatedRuns) throws -> [Sensitivity] {
        var found: [Sensitivity] = []
        func add(_ change: Sensitivity.Change, _ subject: String, _ timetable: Timetable) {
            found.append(.init(change: change, subject: subject, makespan: timetable.makespan))
        }
        for stage in stages where runs.hasTime() {
            add(.faster, stage.name, try runs.run(workflow(stage.tasks, times: Self.fasterShare)).timetable)
        }
        for node in nodeKinds where runs.hasTime() {
            var more = instance.cluster
            var twin = more.nodes[node]
            twin.name += "'"
            more.nodes.insert(twin, at: node + 1)
            add(.node, more.nodes[node].name, try runs.run(workflow, on: more).timetable)
        }
        for stage in stages where runs.hasTime() {
            guard let shared = withReplica(of: stage.tasks) else { continue }
            add(.replica, stage.name, try runs.run(shared).timetable)
        }
        return found.sorted {
            $0.makespan != $1.makespan
                ? $0.makespan < $1.makespan
                : ($0.change.rawValue, $0.subject) < ($1.change.rawValue, $1.subject)
        }
    }

    /// The first node of each kind, those alike in all that a run depends on.
    private var nodeKinds: [Int] {
        var seen: Set<[Double]> = []
        var pools: [String?: Double] = [:]
        let nodes = instance.cluster.nodes
        return Array(
            nodes.indices.filter { place in
                let node = nodes[place]
                let pool = pools[node.pool] ?? Double(pools.count)
                pools[node.pool] = pool
                return seen.insert([
                    node.cores, node.memoryBytes ?? .infinity, node.speed, node.taskOverheadSeconds, pool,
                ]).inserted
            }.prefix(Self.nodeKinds))
    }

    /// The workflow with the longest of `tasks` divided in two; nil where it may not be.
    private func withReplica(of tasks: [Int]) -> Workflow? {
        guard let longest = tasks.max(by: { instance.runtimes[$0] < instance.runtimes[$1] }) else { return nil }
        var divisible = workflow
        divisible.update(longest) { $0.wishes.divisible = 1...2 }
        return try? divisible.applying([.split(task: workflow.tasks[longest].id, chunks: 2)]).workflow
    }
}
