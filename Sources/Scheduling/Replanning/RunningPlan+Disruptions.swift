import Files
import Simulation
import Workflows

/// A plan as it is after a disruption and before its repair.
struct DisturbedPlan {
    /// The plan; the times of what has not started are those planned before.
    var plan: RunningPlan
    /// Tasks that must be given a place anew, whatever else is kept.
    var lost: [Int] = []
    /// Tasks from which on others may have to move.
    var seeds: [Int] = []
    /// Nodes whose planned tasks may have to move.
    var nodes: [Int] = []
    /// Tasks that were in no plan.
    var joined: [Int] = []
}

extension RunningPlan {
    /// What is left of the plan after `disruption`.
    ///
    /// - Throws: `InputError` where a task that fails or overruns does not run, a node is not there, a node that is added
    ///   bears the name of another, or a workflow does not fit.
    func disturbed(by disruption: PlanDisruption) throws -> DisturbedPlan {
        switch disruption {
        case .failed(let task):
            try checkRuns(task)
            var disturbed = DisturbedPlan(plan: self, seeds: [task], nodes: [timetable.nodes[task]])
            disturbed.plan.restart(task)
            return disturbed
        case .overrun(let task, let expectedEnd):
            try checkRuns(task)
            guard expectedEnd >= now, expectedEnd.isFinite else {
                throw InputError("is \(expectedEnd), before the moment \(now)", field: "expectedEnd")
            }
            var disturbed = DisturbedPlan(plan: self, seeds: [task], nodes: [timetable.nodes[task]])
            disturbed.plan.timetable.ends[task] = expectedEnd
            return disturbed
        case .nodeLost(let node):
            guard isAvailable.indices.contains(node), isAvailable[node] else {
                throw InputError("the node \(node) is not there", field: "node")
            }
            return losing(node)
        case .nodeAdded(let node): return try adding(node)
        case .joined(let workflow, let runtimes): return try joining(workflow, runtimes: runtimes)
        }
    }

    private func checkRuns(_ task: Int) throws {
        guard progress.indices.contains(task), progress[task] == .running else {
            throw InputError("the task \(task) does not run", field: "task")
        }
    }

    private mutating func restart(_ task: Int) {
        progress[task] = .planned
        timetable.starts[task] = now
        timetable.placed[task] = now
        timetable.ends[task] = now + instance.duration(task, on: timetable.nodes[task])
    }

    private func losing(_ node: Int) -> DisturbedPlan {
        var disturbed = DisturbedPlan(plan: self)
        disturbed.plan.isAvailable[node] = false
        for task in 0..<instance.taskCount where timetable.nodes[task] == node && progress[task] != .ended {
            if progress[task] == .running { disturbed.plan.restart(task) }
            disturbed.lost.append(task)
        }
        disturbed.seeds = disturbed.lost
        return disturbed
    }

    private func adding(_ node: Cluster.Node) throws -> DisturbedPlan {
        guard !instance.cluster.nodes.contains(where: { $0.name == node.name }) else {
            throw InputError("\"\(node.name)\" is there already", field: "name")
        }
        var disturbed = DisturbedPlan(plan: self)
        let cluster = Cluster(
            nodes: instance.cluster.nodes + [node],
            bandwidthBytesPerSecond: instance.cluster.bandwidthBytesPerSecond)
        disturbed.plan.instance = try SchedulingInstance(
            instance.workflow, on: cluster, durations: instance.runtimes)
        disturbed.plan.isAvailable.append(true)
        // What is planned where the work would end last gains first.
        let finishes = plannedFinishes
        let last = finishes.indices.max { (finishes[$0], $1) < (finishes[$1], $0) }
        if let last, finishes[last] > now { disturbed.nodes = [last] }
        return disturbed
    }

    private func joining(_ workflow: Workflow, runtimes: [Double]?) throws -> DisturbedPlan {
        let own = instance.workflow
        for (file, bytes) in workflow.fileBytes.sorted(by: { $0.key < $1.key })
        where own.fileBytes[file].map({ $0 != bytes }) ?? false {
            throw InputError("the file \"\(file)\" is there already with another size", field: "workflow")
        }
        let alone = try SchedulingInstance(workflow, on: instance.cluster, durations: runtimes)
        let edges = [own, workflow].flatMap { source in
            source.tasks.indices.flatMap { task in
                source.graph.parents(of: task).map { (source.tasks[$0].id, source.tasks[task].id) }
            }
        }
        let joint = try Workflow(
            name: own.name, tasks: own.tasks + workflow.tasks, edges: edges,
            fileBytes: own.fileBytes.merging(workflow.fileBytes) { first, _ in first })
        var disturbed = DisturbedPlan(plan: self)
        disturbed.plan.instance = try SchedulingInstance(
            joint, on: instance.cluster, durations: instance.runtimes + alone.runtimes)
        disturbed.joined = Array(own.tasks.count..<joint.tasks.count)
        // Behind all that is planned, in the order of their ranks, until they have a place.
        let ranks = alone.upwardRanks
        let (end, longest) = (max(makespan, now), ranks.max() ?? 0)
        for rank in ranks {
            disturbed.plan.progress.append(.planned)
            disturbed.plan.timetable.nodes.append(-1)
            disturbed.plan.timetable.ready.append(now)
            disturbed.plan.timetable.placed.append(end)
            disturbed.plan.timetable.starts.append(end + longest - rank)
            disturbed.plan.timetable.ends.append(end + longest)
        }
        return disturbed
    }

    /// When the last task of each node is expected to end; now where none is left.
    var plannedFinishes: [Double] {
        var finishes = [Double](repeating: now, count: instance.nodeCount)
        for task in 0..<instance.taskCount where progress[task] != .ended {
            let node = timetable.nodes[task]
            finishes[node] = max(finishes[node], timetable.ends[task])
        }
        return finishes
    }
}
