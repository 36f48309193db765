import Workflows

/// What comes first among ready tasks of equal priority; of what is equal here too, the longest ready, then the first
/// in the list.
enum ReadyOrder {
    /// The longest ready.
    case arrival
    /// That of the workflow whose first task was ready first, and of its tasks the longest ready.
    case workflowArrival
    /// The least seconds.
    case shortest
    /// The most seconds.
    case longest
    /// The earliest deadline; what has none comes last.
    case deadline
    /// Priority and waiting together, instead of priority first.
    case ageing(Ageing)
    /// That of the workflow with the least core-seconds left, and of its tasks the longest ready.
    case leastWork
    /// That of the workflow with the least core-seconds left, and of its tasks the one with the longest path from its start to
    /// the end of its workflow.
    case leastWorkByPath
    /// The longest path from its start to the end of its workflow.
    case longestPath
    /// The longest path from its end to the end of its workflow.
    case longestPathBehind
    /// The one that is most like the best in all: little to hold, for a short time, long ready.
    case closest

    /// The ready tasks, the most urgent first.
    func sorted(_ ready: ReadySet) -> [Int] {
        if case .ageing = self { return ready.sorted(keys(ready), isPriorityFirst: false) }
        return ready.sorted(keys(ready))
    }

    /// What they are sorted by, smaller first.
    private func keys(_ ready: ReadySet) -> [Double] {
        switch self {
        case .arrival: ready.since
        case .workflowArrival: ready.byWorkflow { Self.least(ready.since, $0) }
        case .shortest: ready.needs.map(\.seconds)
        case .longest: ready.needs.map { -$0.seconds }
        case .deadline: ready.tasks.map { $0.deadlineAt ?? .infinity }
        case .ageing(let ageing):
            ready.tasks.indices.map { ageing.key(priority: ready.tasks[$0].priority, since: ready.since[$0]) }
        case .leastWork: ready.byWorkflow(ready.work)
        case .leastWorkByPath: ready.places(by: ready.byWorkflow(ready.work), then: ready.remaining.map { -$0 })
        case .longestPath: ready.remaining.map { -$0 }
        case .longestPathBehind: zip(ready.remaining, ready.needs).map { $1.seconds - $0 }
        case .closest: Self.distances(ready)
        }
    }

    private static func least(_ values: [Double], _ tasks: [Int]) -> Double {
        tasks.reduce(.infinity) { min($0, values[$1]) }
    }

    private static func distances(_ ready: ReadySet) -> [Double] {
        Closeness.toIdeal([
            (ready.needs.map(\.cores), .least), (ready.needs.map(\.memory), .least),
            (ready.needs.map(\.seconds), .least), (ready.since.map { max(0, ready.now - $0) }, .most),
        ]).map { -$0 }
    }
}
