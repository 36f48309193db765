import Simulation
import Workflows

/// Lets a kind of task run in another pool: a faster one for what the end waits for, a cheaper one for the rest.
enum MovingPool: SuggestionSource {
    static let type = "move-pool"
    /// Kinds of task that are moved.
    private static let kinds = 8
    /// Tasks that are moved one by one.
    private static let single = 4

    static func candidates(in context: SuggestionContext) -> [Candidate] {
        let nodes = context.instance.cluster.nodes
        var pools: [String] = []
        for case let pool? in nodes.lazy.map(\.pool) where !pools.contains(pool) { pools.append(pool) }
        guard !pools.isEmpty, Set(nodes.map(\.pool)).count > 1 else { return [] }
        let tasks = context.workflow.tasks
        let named = Set(context.delaying.map(\.name))
        let rest = context.processes.filter { !named.contains($0.name) }
        let kinds = (context.delaying.prefix(kinds) + rest.prefix(kinds)).flatMap { kind -> [Candidate] in
            let free = kind.tasks.filter { tasks[$0].wishes.pool == nil }
            return pools.compactMap { free.isEmpty ? nil : candidate(free, kind.name, to: $0, context) }
        }
        let single = context.heaviestLinks.filter { tasks[$0.task].wishes.pool == nil }.prefix(single).flatMap { link in
            pools.compactMap { pool -> Candidate? in
                isFaster(pool, than: context.timetable.nodes[link.task], context)
                    ? candidate([link.task], context.id(link.task), to: pool, context) : nil
            }
        }
        return Candidate.inTurn([kinds, single])
    }

    private static func isFaster(_ pool: String, than node: Int, _ context: SuggestionContext) -> Bool {
        let nodes = context.instance.cluster.nodes
        return nodes.contains { $0.pool == pool && $0.speed > nodes[node].speed }
    }

    private static func candidate(_ places: [Int], _ name: String, to pool: String, _ context: SuggestionContext)
        -> Candidate
    {
        Candidate(
            id: "move-pool-\(Candidate.slug(name))-\(Candidate.slug(pool))", type: type,
            reason: "\(name) runs in the pool \(pool)", risk: 0, slot: nil, worth: .trade,
            edits: places.map { .pin(task: context.id($0), pool: pool) })
    }
}
