import Simulation
import Workflows

/// Starts early what gates a late join: of a task that waits for several, everything behind which the last of them stands.
enum StartingEarly: SuggestionSource {
    static let type = "start-early"
    /// Joins that are looked at.
    private static let joins = 4

    static func candidates(in context: SuggestionContext) -> [Candidate] {
        let (graph, table) = (context.instance.graph, context.timetable)
        let late = context.chain.links.map(\.task).compactMap { task -> (join: Int, gate: Int, seconds: Double)? in
            let parents = graph.parents(of: task)
            guard parents.count > 1, let gate = parents.max(by: { table.ends[$0] < table.ends[$1] }) else { return nil }
            let next = parents.filter { $0 != gate }.map { table.ends[$0] }.max() ?? 0
            return (task, gate, table.ends[gate] - next)
        }.filter { $0.seconds > 0 }.sorted { $0.seconds != $1.seconds ? $0.seconds > $1.seconds : $0.join < $1.join }
        let levels = PriorityLevels(context.workflow)
        return late.prefix(joins).compactMap { late in
            let gating = gating(late.gate, context)
            guard gating.contains(where: { table.starts[$0] > table.ready[$0] }) else { return nil }
            return Candidate(
                id: "start-early-\(Candidate.slug(context.id(late.gate)))", type: type,
                reason:
                    "\(context.id(late.join)) waits \(BottleneckFinder.seconds(late.seconds)) longer for \(context.id(late.gate)) than for anything else",
                risk: 0,
                edits: gating.map { RaisingPriority.raise(context.workflow.tasks[$0], levels, by: 1, of: 2) })
        }
    }

    /// `gate` and everything that it waits for, directly or not, in the order of the file.
    private static func gating(_ gate: Int, _ context: SuggestionContext) -> [Int] {
        let graph = context.instance.graph
        var seen: Set<Int> = [gate]
        var stack = [gate]
        while let task = stack.popLast() {
            for parent in graph.parents(of: task) where seen.insert(parent).inserted { stack.append(parent) }
        }
        return seen.sorted()
    }
}
