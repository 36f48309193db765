import Simulation
import Workflows

/// Runs tasks that hand each other much data on one node.
enum Colocation: SuggestionSource {
    static let type = "colocate"
    /// Pairs of the chain that are tried one by one.
    private static let single = 8
    /// The part of the makespan from which a transfer counts as long.
    private static let longShare = 0.01
    /// The part of the longest transfer from which others are placed together with it: what changes many tasks for the sake
    /// of one pair is not offered beside that pair.
    private static let heavyShare = 0.25

    static func candidates(in context: SuggestionContext) -> [Candidate] {
        let least = longShare * context.timetable.makespan
        let links = context.chain.links
            .filter { if case .transfer = $0.cause { $0.waited > least } else { false } }
            .sorted { $0.waited != $1.waited ? $0.waited > $1.waited : $0.task < $1.task }
        guard !links.isEmpty else { return [] }
        let single = links.prefix(single).compactMap { link -> Candidate? in
            guard case .transfer(let parent) = link.cause else { return nil }
            let (from, to) = (context.id(parent), context.id(link.task))
            return Candidate(
                id: "colocate-\(Candidate.slug(to))", type: type,
                reason: "\(to) waits \(BottleneckFinder.seconds(link.waited)) for the files of \(from) on another node",
                risk: 0, edits: [.together(tasks: [from, to])])
        }
        let pairs = heaviestPairs(context)
        guard pairs.count > 1 else { return single }
        return single + [
            Candidate(
                id: "colocate-heaviest", type: type,
                reason:
                    "\(pairs.count) pairs of tasks on different nodes hand each other files for longer than a hundredth of the run, none for less than a quarter of the longest",
                risk: 0, edits: pairs.map { .together(tasks: [context.id($0.parent), context.id($0.child)]) })
        ]
    }

    /// Pairs that run apart and whose transfer is long, also beside the longest, which comes first; each task gives to one and
    /// takes from one. What runs on one node hands over its files there, however large they are.
    private static func heaviestPairs(_ context: SuggestionContext) -> [(parent: Int, child: Int)] {
        let (instance, nodes) = (context.instance, context.timetable.nodes)
        var edges: [(parent: Int, child: Int, seconds: Double)] = []
        let least = longShare * context.timetable.makespan
        for child in 0..<instance.taskCount {
            instance.forEachParent(of: child) { parent, seconds in
                if seconds > least, nodes[parent] != nodes[child] { edges.append((parent, child, seconds)) }
            }
        }
        let longest = edges.reduce(0) { max($0, $1.seconds) }
        edges.removeAll { $0.seconds < heavyShare * longest }
        edges.sort {
            $0.seconds != $1.seconds ? $0.seconds > $1.seconds : ($0.parent, $0.child) < ($1.parent, $1.child)
        }
        var (gives, takes): (Set<Int>, Set<Int>) = ([], [])
        return edges.compactMap { edge in
            guard !gives.contains(edge.parent), !takes.contains(edge.child) else { return nil }
            gives.insert(edge.parent)
            takes.insert(edge.child)
            return (edge.parent, edge.child)
        }
    }
}
