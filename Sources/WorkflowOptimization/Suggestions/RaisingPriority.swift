import Simulation
import Workflows

/// Orders in which a workflow's tasks would better be taken from the queue.
enum RaisingPriority: SuggestionSource {
    static let type = "raise-priority"

    /// Tasks of the chain that waited for room, which are tried one by one.
    static let single = 4

    /// Candidates from the chain behind the end of the run, and from the lengths of the paths behind the tasks.
    static func candidates(in context: SuggestionContext) -> [Candidate] {
        let (workflow, instance) = (context.workflow, context.instance)
        let waited = context.chain.links.filter { if case .room = $0.cause { true } else { false } }
        guard !waited.isEmpty else { return [] }
        let levels = PriorityLevels(workflow)
        let longest = waited.sorted { $0.waited != $1.waited ? $0.waited > $1.waited : $0.task < $1.task }
        let single = longest.prefix(single).map { link in
            let task = workflow.tasks[link.task]
            return Candidate(
                id: "raise-priority-\(Candidate.slug(task.id))", type: type,
                reason: "\(task.id) waits \(BottleneckFinder.seconds(link.waited)) for room while the end waits for it",
                risk: 0, edits: [raise(task, levels, by: 1, of: 2)])
        }
        return single + [criticalPath(workflow, instance, levels), byUrgency(context, levels)]
    }

    static func raise(_ task: Workflow.Task, _ levels: PriorityLevels, by step: Int, of steps: Int)
        -> WorkflowEdit
    {
        .change(TaskChange(task: task.id, priority: levels.raised(task.wishes.priority, by: step, of: steps)))
    }

    private static func criticalPath(
        _ workflow: Workflow, _ instance: SchedulingInstance, _ levels: PriorityLevels
    ) -> Candidate {
        let path = instance.graph.criticalPath(costs: instance.meanDurations).tasks
        return Candidate(
            id: "raise-priority-critical-path", type: type,
            reason: "its \(path.count) tasks form the longest path, and each waits for no other if it is taken first",
            risk: 0, edits: path.map { raise(workflow.tasks[$0], levels, by: 1, of: 2) })
    }

    /// The more urgent a task, the sooner it is taken, in whole steps.
    private static func byUrgency(_ context: SuggestionContext, _ levels: PriorityLevels) -> Candidate {
        let steps = Set(context.urgencies).sorted()
        let places = Dictionary(uniqueKeysWithValues: steps.enumerated().map { ($1, $0) })
        let edits = zip(context.workflow.tasks, context.urgencies).compactMap { task, urgency -> WorkflowEdit? in
            guard let place = places[urgency], place > 0 else { return nil }
            return raise(task, levels, by: place, of: steps.count)
        }
        return Candidate(
            id: "raise-priority-longest-path-first", type: type,
            reason: "of tasks that are ready together, the one with the longest path behind it is taken first", risk: 0,
            edits: edits)
    }
}
