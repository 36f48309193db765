import Files
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
    func document() throws -> WfFormatDocument {
        var parents: [String: [String]] = [:]
        for edge in edges { parents[edge.child, default: []].append(edge.parent) }
        func list(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }
        let specifications = tasks.map { task in
            var object = JSONObject([
                ("id", .string(task.id)), ("name", .string(task.name)), ("parents", list(parents[task.id] ?? [])),
                ("inputFiles", list(task.inputFiles)), ("outputFiles", list(task.outputFiles)),
            ])
            let wishes = task.wishes.json
            object["tactus"] = wishes.members.isEmpty ? nil : .object(wishes)
            return JSONValue.object(object)
        }
        let records = tasks.map { task in
            var object = JSONObject([("id", .string(task.id))])
            object["runtimeInSeconds"] = task.runtimeSeconds.map(JSONValue.number)
            object["coreCount"] = task.cores.map(JSONValue.number)
            object["memoryInBytes"] = task.memoryBytes.map(JSONValue.number)
            object["avgCPU"] = task.cpu.map { .number($0 * 100) }
            object["command"] = task.program.map { .object(JSONObject([("program", .string($0))])) }
            return JSONValue.object(object)
        }
        let files = fileBytes.sorted { $0.key < $1.key }.map {
            JSONValue.object(JSONObject([("id", .string($0.key)), ("sizeInBytes", .number($0.value))]))
        }
        let body = JSONObject([
            (
                "specification",
                .object(JSONObject([("tasks", .array(specifications)), ("files", .array(files))]))
            ), ("execution", .object(JSONObject([("tasks", .array(records))]))),
        ])
        return try WfFormatDocument(
            .object(
                JSONObject([
                    ("name", .string(name)), ("schemaVersion", .string("1.5")), ("workflow", .object(body)),
                ])))
    }
}
