/// One change of a workflow: what a suggestion carries out.
///
/// Edits are a set: their order does not matter, and those that contradict each other are refused. They are carried out in
/// one order: another way to a result first, then what a task asks for and where it runs, then dependencies, then what is
/// divided, then what is joined.
public enum WorkflowEdit: Sendable, Hashable {
    /// Holds other resources, or is taken sooner. Of a task that is replaced by an alternative the resources are left as that
    /// one has them, for those here are of the way that it took before.
    case change(TaskChange)
    /// Lets `child` wait for `parent`.
    case addEdge(parent: String, child: String)
    /// Lets `child` no longer wait for `parent` itself.
    case removeEdge(parent: String, child: String)
    /// Divides a task into `chunks` equal parts that run beside each other.
    case split(task: String, chunks: Int)
    /// Runs tasks as one, one behind the other.
    case merge(tasks: [String])
    /// Takes another of the task's ways to its result.
    case replace(task: String, alternative: String)
    /// Lets a task run in a pool of nodes only.
    case pin(task: String, pool: String)
    /// Lets tasks run on one node.
    case together(tasks: [String])
    /// Uses the result that there is: the task takes no time and waits for nothing.
    case skip(task: String)

    /// The tasks that it is about.
    public var tasks: [String] {
        switch self {
        case .change(let change): [change.task]
        case .addEdge(let parent, let child), .removeEdge(let parent, let child): [parent, child]
        case .merge(let tasks), .together(let tasks): tasks
        case .split(let task, _), .replace(let task, _), .pin(let task, _), .skip(let task): [task]
        }
    }

    /// Whether tasks or dependencies are others afterwards.
    var isStructural: Bool {
        switch self {
        case .addEdge, .removeEdge, .split, .merge, .skip: true
        case .change, .replace, .pin, .together: false
        }
    }
}
