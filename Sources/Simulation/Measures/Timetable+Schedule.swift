import Files
import Workflows

extension Timetable {
    /// The timetable of `schedule`, a run of `instance` in which nothing is held before it starts.
    ///
    /// - Throws: `InputError` that names a task or a node that is not there, or a task without a place.
    public init(_ schedule: Schedule, of instance: SchedulingInstance) throws {
        self.init(count: instance.taskCount)
        let places = instance.workflow.places
        let nodePlaces = Dictionary(
            instance.cluster.nodes.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        for placement in schedule.tasks {
            guard let task = places[placement.id] else { throw InputError("\"\(placement.id)\" is no task") }
            guard let node = nodePlaces[placement.node] else { throw InputError("\"\(placement.node)\" is no node") }
            nodes[task] = node
            (placed[task], starts[task], ends[task]) = (placement.start, placement.start, placement.end)
        }
        for task in nodes.indices {
            guard nodes[task] >= 0 else {
                throw InputError("the task \"\(instance.workflow.tasks[task].id)\" has no place")
            }
            ready[task] = instance.graph.parents(of: task).reduce(0) { max($0, ends[$1]) }
        }
    }
}
