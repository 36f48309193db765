import Simulation
import Workflows

/// Joins tasks so short that starting each costs more than it should: beside each other on a level, or one behind the other.
///
/// Horizontal and vertical clustering: Singh and others, "Workflow task clustering for best effort systems with Pegasus",
/// 2008. A task is tiny if it takes less than ``tinyFactor`` times what starting it costs.
enum Clustering: SuggestionSource {
    static let type = "cluster"
    /// Times its overhead under which a task is tiny.
    static let tinyFactor = 4.0
    /// Groups that are tried of each direction.
    private static let groups = 12

    static func candidates(in context: SuggestionContext) -> [Candidate] {
        let overhead = context.instance.cluster.nodes.map(\.taskOverheadSeconds).min() ?? 0
        guard overhead > 0 else { return [] }
        let isTiny = context.instance.runtimes.map { $0 > 0 && $0 < tinyFactor * overhead }
        guard isTiny.contains(true) else { return [] }
        return vertical(context, isTiny) + horizontal(context, isTiny)
    }

    // MARK: One behind the other

    /// Runs of tiny tasks within chains; chains of the same kinds of step are joined together.
    private static func vertical(_ context: SuggestionContext, _ isTiny: [Bool]) -> [Candidate] {
        var order: [[String]] = []
        var alike: [[String]: [[Int]]] = [:]
        for chain in context.shape.chains {
            for run in chain.split(whereSeparator: { !isTiny[$0] }) where run.count > 1 {
                let kinds = run.map { context.workflow.tasks[$0].process }
                if alike[kinds] == nil { order.append(kinds) }
                alike[kinds, default: []].append(Array(run))
            }
        }
        return order.prefix(groups).map { kinds in
            let runs = alike[kinds] ?? []
            let name = context.id(runs[0][0])
            return Candidate(
                id: "cluster-chain-\(Candidate.slug(name))", type: type,
                reason:
                    "\(runs.count == 1 ? "" : "\(runs.count) times ")\(kinds.count) tasks one behind the other, such as \(name), take little beside what starting each costs",
                risk: 0, edits: runs.map { .merge(tasks: $0.map(context.id)) })
        }
    }

    // MARK: Beside each other

    private struct Row: Hashable {
        var level: Int
        var process: String
    }

    /// Tiny tasks of one kind on one level, joined to as many as have room at once, or to fewer.
    private static func horizontal(_ context: SuggestionContext, _ isTiny: [Bool]) -> [Candidate] {
        var order: [Row] = []
        var rows: [Row: [Int]] = [:]
        for task in isTiny.indices where isTiny[task] {
            let row = Row(level: context.shape.levels[task], process: context.workflow.tasks[task].process)
            if rows[row] == nil { order.append(row) }
            rows[row, default: []].append(task)
        }
        let wide = order.filter { rows[$0].map { $0.count > 1 } ?? false }
        let widest = wide.sorted { (rows[$0]?.count ?? 0, $0.level) > (rows[$1]?.count ?? 0, $1.level) }
        return widest.prefix(groups).flatMap { row -> [Candidate] in
            let tasks = rows[row] ?? []
            let slots = slots(for: tasks[0], context)
            let counts = Set([slots, 2 * slots, max(slots / 2, 1), 1]).filter { $0 < tasks.count }.sorted(by: >)
            return counts.map { count in
                Candidate(
                    id: "cluster-\(Candidate.slug(row.process))", type: type,
                    reason:
                        "\(tasks.count) tasks of \(row.process) beside each other take little beside what starting each costs; \(count) do",
                    risk: 0, slot: "cluster \(row.level) \(row.process)",
                    edits: balanced(tasks, count, context).map { .merge(tasks: $0.map(context.id)) })
            }
        }
    }

    /// How many tasks like this one run at once.
    private static func slots(for task: Int, _ context: SuggestionContext) -> Int {
        let (instance, cores) = (context.instance, context.instance.cores[task])
        let room = instance.cluster.nodes.indices.reduce(0.0) { sum, node in
            guard instance.fits(task, on: node) else { return sum }
            return sum + max(1, (instance.cluster.nodes[node].cores / cores).rounded(.down))
        }
        return Int(min(room, Double(instance.taskCount)))
    }

    /// `count` groups of about equal time: the longest task first, each to the group with the least (Graham, 1969).
    private static func balanced(_ tasks: [Int], _ count: Int, _ context: SuggestionContext) -> [[Int]] {
        let runtimes = context.instance.runtimes
        var groups = [[Int]](repeating: [], count: count)
        var loads = BinaryHeap((0..<count).map { Load(seconds: 0, group: $0) })
        for task in tasks.sorted(by: { runtimes[$0] != runtimes[$1] ? runtimes[$0] > runtimes[$1] : $0 < $1 }) {
            guard var least = loads.popLeast() else { break }
            groups[least.group].append(task)
            least.seconds += runtimes[task]
            loads.insert(least)
        }
        return groups.filter { $0.count > 1 }.map { $0.sorted() }
    }

    private struct Load: Comparable {
        var seconds: Double
        var group: Int

        static func < (a: Load, b: Load) -> Bool { (a.seconds, a.group) < (b.seconds, b.group) }
    }
}
