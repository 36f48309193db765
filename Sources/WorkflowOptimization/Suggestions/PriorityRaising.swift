import Simulation
import Workflows

/// Orders in which a workflow's tasks would better be taken from the queue.
enum PriorityRaising {
    /// Tasks of the chain that waited for room, which are tried one by one.
    static let single = 4

    /// Candidates from the chain behind the end of the run, and from the lengths of the paths behind the tasks.
    static func candidates(for question: OptimizationQuestion, chain: DelayChain) throws -> [Candidate] {
        let workflow = question.document.workflow
        let instance = try SchedulingInstance(workflow, on: question.cluster)
        let top = (workflow.tasks.map(\.wishes.priority).max() ?? 0) + 1
        let waited = chain.links.filter { if case .room = $0.cause { true } else { false } }
        var candidates = waited.sorted { $0.waited > $1.waited }.prefix(single).map { link in
            let task = workflow.tasks[link.task]
            return Candidate(
                id: "raise-priority-\(Candidate.slug(task.id))", type: "raise-priority",
                reason: "\(task.id) waits \(BottleneckFinder.seconds(link.waited)) for room while the end waits for it",
                risk: 0, changes: [TaskChange(task: task.id, priority: top)])
        }
        guard !waited.isEmpty else { return [] }
        let costs = instance.meanDurations
        let path = instance.graph.criticalPath(costs: costs).tasks
        candidates.append(
            Candidate(
                id: "raise-priority-critical-path", type: "raise-priority",
                reason:
                    "its \(path.count) tasks form the longest path, and each waits for no other if it is taken first",
                risk: 0, changes: path.map { TaskChange(task: workflow.tasks[$0].id, priority: top) }))
        candidates.append(byRemainingPath(workflow, instance, top: top))
        return candidates
    }

    /// The longer the path behind a task, the sooner it is taken: priorities by upward rank, in whole steps.
    private static func byRemainingPath(_ workflow: Workflow, _ instance: SchedulingInstance, top: Double) -> Candidate
    {
        let ranks = instance.graph.upwardRanks(costs: instance.meanDurations) {
            instance.transferSeconds(from: $0, to: $1)
        }
        let steps = Set(ranks).sorted()
        let places = Dictionary(uniqueKeysWithValues: steps.enumerated().map { ($1, $0) })
        let changes = ranks.enumerated().compactMap { task, rank in
            places[rank].map { TaskChange(task: workflow.tasks[task].id, priority: top + Double($0)) }
        }
        return Candidate(
            id: "raise-priority-longest-path-first", type: "raise-priority",
            reason: "of tasks that are ready together, the one with the longest path behind it is taken first", risk: 0,
            changes: changes)
    }
}
