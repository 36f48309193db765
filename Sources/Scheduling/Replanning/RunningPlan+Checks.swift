import Files
import Simulation

extension RunningPlan {
    /// Checks what is still to come: every task that has not started is on a node that is there and that it fits on, no
    /// earlier than now, for as long as it is expected to take, behind its parents and their files; no node is over its
    /// cores or memory from now on; tasks that must share a node do. What has ended is taken as it was.
    ///
    /// - Throws: `InputError` that names the task or the node.
    public func check() throws {
        let slack = 1e-6 + 1e-9 * makespan
        for task in 0..<instance.taskCount where progress[task] == .planned {
            let id = instance.workflow.tasks[task].id
            let node = timetable.nodes[task]
            guard isAvailable.indices.contains(node), isAvailable[node], instance.fits(task, on: node) else {
                throw InputError("the task \"\(id)\" is planned on no node that is there and that it fits on")
            }
            guard abs(timetable.ends[task] - timetable.starts[task] - instance.duration(task, on: node)) <= slack
            else { throw InputError("the task \"\(id)\" is planned for another time than it takes") }
            let arrival = instance.arrival(of: task, on: node, ends: timetable.ends, nodes: timetable.nodes)
            guard timetable.starts[task] >= max(arrival, now) - slack else {
                throw InputError("the task \"\(id)\" is planned before its files are there, or in the past")
            }
        }
        for node in 0..<instance.nodeCount { try checkRoom(on: node, slack: slack) }
        try checkGroups()
    }

    private func checkRoom(on node: Int, slack: Double) throws {
        var changes: [(at: Double, cores: Double, memory: Double)] = []
        for task in 0..<instance.taskCount where timetable.nodes[task] == node && progress[task] != .ended {
            let (start, end) = (timetable.starts[task], timetable.ends[task])
            guard isAvailable[node] else {
                throw InputError("the task \"\(instance.workflow.tasks[task].id)\" is on a node that is gone")
            }
            guard end - start > 2 * slack else { continue }
            changes.append((max(start, now) + slack, instance.cores[task], instance.memory[task]))
            changes.append((end - slack, -instance.cores[task], -instance.memory[task]))
        }
        var (cores, memory) = (0.0, 0.0)
        let here = instance.cluster.nodes[node]
        for change in changes.sorted(by: { ($0.at, $0.cores) < ($1.at, $1.cores) }) {
            cores += change.cores
            memory += change.memory
            guard cores <= here.cores * (1 + 1e-9), memory <= (here.memoryBytes ?? .infinity) * (1 + 1e-9) else {
                throw InputError("the node \"\(here.name)\" would hold more than it has")
            }
        }
    }

    /// A node that is gone binds nobody.
    private func checkGroups() throws {
        var nodes: [Int: Int] = [:]
        for task in 0..<instance.taskCount {
            guard let group = instance.group(of: task), isAvailable[timetable.nodes[task]] else { continue }
            guard nodes[group] ?? timetable.nodes[task] == timetable.nodes[task] else {
                throw InputError(
                    "the task \"\(instance.workflow.tasks[task].id)\" is apart from those together with it")
            }
            nodes[group] = timetable.nodes[task]
        }
    }
}
