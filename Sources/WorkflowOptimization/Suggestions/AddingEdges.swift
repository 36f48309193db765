import Simulation
import Workflows

/// Lets a task that takes room from a more urgent one wait for that: the room then stays free for it, which no priority can
/// do while it is not ready yet.
///
/// Hua and others, "Learning to schedule DAG tasks", 2021, add such edges before a list rule runs.
enum AddingEdges: SuggestionSource {
    static let type = "add-edge"
    /// Tasks that waited for room, which are looked at.
    private static let waiting = 8

    static func candidates(in context: SuggestionContext) -> [Candidate] {
        let waited = context.chain.links.filter { if case .room = $0.cause { true } else { false } }
            .sorted { $0.waited != $1.waited ? $0.waited > $1.waited : $0.task < $1.task }
        return waited.prefix(waiting).flatMap { link -> [Candidate] in
            guard case .room(let holder) = link.cause else { return [] }
            let rivals = rivals(of: link.task, in: context)
            let one = rivals.contains(holder) ? [candidate([holder], behind: link, context)] : []
            return one + (rivals.count > 1 ? [candidate(rivals, behind: link, context)] : [])
        }
    }

    /// What held room on the task's node while it waited, less urgent than it, and does not have to run before it.
    private static func rivals(of task: Int, in context: SuggestionContext) -> [Int] {
        let table = context.timetable
        let (ready, start) = (table.ready[task], table.starts[task])
        return context.instance.graph.topologicalOrder.filter { other in
            table.nodes[other] == table.nodes[task] && other != task && table.placed[other] < start
                && table.ends[other] > ready && context.urgencies[other] < context.urgencies[task]
                && table.ends[other] > table.starts[other]
        }
    }

    private static func candidate(_ rivals: [Int], behind link: DelayChain.Link, _ context: SuggestionContext)
        -> Candidate
    {
        let task = context.id(link.task)
        let names = rivals.count == 1 ? context.id(rivals[0]) : "\(rivals.count) others"
        return Candidate(
            id: "add-edge-\(Candidate.slug(task))", type: type,
            reason:
                "\(task) waits \(BottleneckFinder.seconds(link.waited)) for room that \(names) took, which could wait for it",
            risk: 0, slot: "add-edge \(task)",
            edits: rivals.map { .addEdge(parent: task, child: context.id($0)) })
    }
}
