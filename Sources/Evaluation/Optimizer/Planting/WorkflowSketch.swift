import Scheduling
import Simulation
import Workflows

/// A workflow that can still be changed.
struct WorkflowSketch: Sendable {
    var name: String
    var tasks: [Workflow.Task]
    var edges: [(parent: String, child: String)]
    var fileBytes: [String: Double]

    init(_ workflow: Workflow) {
        (name, tasks, fileBytes) = (workflow.name, workflow.tasks, workflow.fileBytes)
        edges = workflow.tasks.indices.flatMap { task in
            workflow.graph.children(of: task).map { (workflow.tasks[task].id, workflow.tasks[$0].id) }
        }
    }

    /// Adds a task that waits for `parents`.
    mutating func add(_ task: Workflow.Task, behind parents: [String]) {
        tasks.append(task)
        for parent in parents { edges.append((parent, task.id)) }
    }

    func workflow() throws -> Workflow {
        try Workflow(name: name, tasks: tasks, edges: edges, fileBytes: fileBytes)
    }

    /// How it runs, first in, first out.
    func timetable(on cluster: Cluster, policy: SchedulingPolicy = .fifo) throws -> Timetable {
        policy.timetable(of: try SchedulingInstance(workflow(), on: cluster))
    }

    /// The sketch with other durations.
    func with(runtimes: [Double]) -> WorkflowSketch {
        var changed = self
        for (place, seconds) in runtimes.enumerated() { changed.tasks[place].runtimeSeconds = seconds }
        return changed
    }

    /// It as a document.
    func document() throws -> WfFormatDocument { try WfFormatDocument(describing: workflow()) }
}
