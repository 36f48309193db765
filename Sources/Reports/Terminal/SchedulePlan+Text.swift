import Workflows

extension SchedulePlan {
    /// Tasks that are listed at the most.
    private static let listed = 30

    /// The plan for a person: when it ends, how near that is to the bound, what each node does, and the tasks by their
    /// start.
    public func text(on cluster: Cluster) -> String {
        let makespan = schedule.makespan
        let finder = policy == foundBy ? policy : "\(policy), by its member \(foundBy)"
        var parts = [
            "\(schedule.tasks.count) tasks on \(cluster.nodes.count) nodes, scheduled by \(finder), in "
                + Formatting.seconds(decisionMs / 1000)
        ]
        let gap = lowerBound > 0 ? makespan / lowerBound - 1 : 0
        parts.append(
            "The last task ends after \(Formatting.seconds(makespan)). No schedule ends before "
                + "\(Formatting.seconds(lowerBound)): at most \(Formatting.percent(gap)) could be gained.")
        if let next = runnerUp {
            let cost = next.cost.map { ", at a cost of \(Formatting.short($0))" } ?? ""
            parts.append(
                "Next best of \(alternatives.count): \(next.policy), which ends after \(Formatting.seconds(next.makespan))\(cost)."
            )
        }
        return (parts + ["", nodeTable(cluster), "", taskTable]).joined(separator: "\n")
    }

    private func nodeTable(_ cluster: Cluster) -> String {
        var tasks: [String: Int] = [:]
        var busy: [String: Double] = [:]
        for task in schedule.tasks {
            tasks[task.node, default: 0] += 1
            busy[task.node, default: 0] += task.end - task.start
        }
        var table = TextTable(["node", "cores", "tasks", "task time"])
        for node in cluster.nodes.prefix(Self.listed) {
            table.append([
                node.name, Formatting.short(node.cores), "\(tasks[node.name] ?? 0)",
                Formatting.seconds(busy[node.name] ?? 0),
            ])
        }
        return table.text + Self.rest(cluster.nodes.count)
    }

    private var taskTable: String {
        var table = TextTable(["task", "node", "start", "end"], texts: 2)
        let order = schedule.tasks.indices.sorted {
            (schedule.tasks[$0].start, $0) < (schedule.tasks[$1].start, $1)
        }
        for task in order.prefix(Self.listed).map({ schedule.tasks[$0] }) {
            table.append([
                Formatting.shortened(task.id, to: 48), task.node, Formatting.seconds(task.start),
                Formatting.seconds(task.end),
            ])
        }
        return table.text + Self.rest(schedule.tasks.count)
    }

    private static func rest(_ count: Int) -> String {
        count > listed ? "\n… and \(count - listed) more; --json lists all" : ""
    }
}
