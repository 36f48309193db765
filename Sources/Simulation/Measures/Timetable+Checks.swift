import Files

extension Timetable {
    /// Checks that this is a valid run of `instance`: every task on a node that it fits on, for as long as it takes there,
    /// behind its parents and their files, and no node over its cores or memory at any moment, where a task holds what it
    /// asks for from its placement on.
    ///
    /// - Throws: `InputError` that names the task or the node.
    public func check(against instance: SchedulingInstance) throws {
        let slack = 1e-6 + 1e-9 * makespan
        for task in 0..<instance.taskCount {
            let id = instance.workflow.tasks[task].id
            guard (0..<instance.nodeCount).contains(nodes[task]), instance.fits(task, on: nodes[task]) else {
                throw InputError("the task \"\(id)\" is on no node that it fits on")
            }
            guard abs(ends[task] - starts[task] - instance.duration(task, on: nodes[task])) <= slack else {
                throw InputError("the task \"\(id)\" does not last as long as it takes")
            }
            let arrival = instance.arrival(of: task, on: nodes[task], ends: ends, nodes: nodes)
            guard starts[task] >= arrival - slack, placed[task] >= -slack, placed[task] <= starts[task] + slack else {
                throw InputError("the task \"\(id)\" starts before its files are there")
            }
        }
        for node in 0..<instance.nodeCount { try checkRoom(on: node, of: instance, slack: slack) }
        try checkTogether(instance)
    }

    private func checkRoom(on node: Int, of instance: SchedulingInstance, slack: Double) throws {
        var changes: [(at: Double, cores: Double, memory: Double)] = []
        for task in nodes.indices where nodes[task] == node && ends[task] - placed[task] > 2 * slack {
            changes.append((placed[task] + slack, instance.cores[task], instance.memory[task]))
            changes.append((ends[task] - slack, -instance.cores[task], -instance.memory[task]))
        }
        var (cores, memory) = (0.0, 0.0)
        let here = instance.cluster.nodes[node]
        for change in changes.sorted(by: { ($0.at, $0.cores) < ($1.at, $1.cores) }) {
            cores += change.cores
            memory += change.memory
            guard cores <= here.cores * (1 + 1e-9), memory <= (here.memoryBytes ?? .infinity) * (1 + 1e-9) else {
                throw InputError("the node \"\(here.name)\" holds more than it has")
            }
        }
    }

    private func checkTogether(_ instance: SchedulingInstance) throws {
        var nodeOfGroup: [Int: Int] = [:]
        for task in nodes.indices where instance.groups[task] >= 0 {
            let node = nodeOfGroup[instance.groups[task]] ?? nodes[task]
            guard node == nodes[task] else {
                throw InputError(
                    "the task \"\(instance.workflow.tasks[task].id)\" is apart from those together with it")
            }
            nodeOfGroup[instance.groups[task]] = node
        }
    }
}
