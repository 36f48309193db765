import Files
import Simulation
import TestSupport
import Workflows

/// Runs of one application of WfInstances, as a history holds them.
struct RecordedRuns {
    var executions: [TaskExecution] = []
    var graphs: [RecordedGraph] = []

    /// The runs in a folder of WfInstances, those of the application `name`; of more than ten every other one.
    init(_ folder: String, application name: String) throws {
        let paths = try files(inFolder: (traces ?? "") + "/wfinstances/" + folder).filter {
            lastComponent(of: $0).hasPrefix(name + "-") && $0.hasSuffix(".json")
        }
        for path in paths.enumerated().filter({ paths.count <= 10 || $0.offset % 2 == 0 }).map(\.element) {
            let file = lastComponent(of: path)
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

extension Workload {
    /// Its first application, which must be a fitted one.
    func fittedApplication() throws -> FittedApplication {
        guard case .fitted(let fitted) = applications[0].source else {
            throw InputError("\(applications[0].name) is not fitted")
        }
        return fitted
    }
}
