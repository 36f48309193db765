import Files
import TestSupport
import Workflows

/// Runs of one application of WfInstances, as a history holds them.
struct RecordedRuns {
    var executions: [TaskExecution] = []
    var graphs: [RecordedGraph] = []

    /// The runs in a folder of WfInstances, those of the application `name`.
    init(_ folder: String, application name: String) throws {
        for path in try files(inFolder: (traces ?? "") + "/wfinstances/" + folder) {
            let file = lastComponent(of: path)
            guard file.hasPrefix(name + "-"), file.hasSuffix(".json") else { continue }
            let document = try WfFormatDocument(contentsOf: path)
            let workflow = document.workflow
            let specs = document.taskSpecs(workflow: name, run: file)
            for (spec, task) in zip(specs, workflow.tasks) where task.runtimeSeconds != nil {
                executions.append(
                    TaskExecution(
                        task: spec, taskID: task.id, cpu: task.cpu, memory: task.memoryBytes,
                        duration: task.runtimeSeconds))
            }
            graphs.append(
                RecordedGraph(
                    workflow: name, run: file, taskIDs: workflow.tasks.map(\.id),
                    edges: workflow.edges().map { .init(parent: $0.parent, child: $0.child, bytes: $0.bytes) }))
        }
    }
}
