import Files
import Workflows

/// What a problem must be, so that every rule comes to an end with finite times.
extension SchedulingInstance {
    static func field(_ task: Int, _ name: String) -> String { "workflow.specification.tasks[\(task)].\(name)" }

    /// Files and the wire give nothing else; a cluster that a program makes may.
    func checkNodes() throws {
        for (place, node) in cluster.nodes.enumerated() {
            let wrong = [
                ("cores", node.cores, node.cores > 0 && node.cores.isFinite),
                ("memoryBytes", node.memoryBytes ?? 1, node.memoryBytes ?? 1 > 0),
                ("speed", node.speed, node.speed > 0 && node.speed.isFinite),
                (
                    "taskOverheadSeconds", node.taskOverheadSeconds,
                    node.taskOverheadSeconds >= 0 && node.taskOverheadSeconds.isFinite
                ),
            ].first { !$0.2 }
            if let wrong {
                throw InputError(
                    "the node \"\(node.name)\" has \(wrong.0) \(wrong.1)", field: "nodes[\(place)].\(wrong.0)")
            }
        }
        if let bandwidth = cluster.bandwidthBytesPerSecond, !(bandwidth > 0) {
            throw InputError("is \(bandwidth), not positive", field: "bandwidthBytesPerSecond")
        }
    }

    /// Seconds that can be multiplied with cores, bytes and prices, and added up, without becoming infinite.
    static let longestSeconds = 1e250

    /// Times are added up over tasks and nodes; refuses what would leave the numbers there are.
    func checkTasks() throws {
        let slowest = cluster.nodes.map(\.speed).min() ?? 1
        let overhead = cluster.nodes.map(\.taskOverheadSeconds).max() ?? 0
        var (seconds, work) = (0.0, 0.0)
        for (task, here) in workflow.tasks.enumerated() {
            let request = memory[task]
            guard runtimes[task] >= 0 else {
                throw InputError(
                    "the task \"\(here.id)\" has the runtime \(runtimes[task])",
                    field: "workflow.execution.tasks.runtimeInSeconds")
            }
            let wrong = [
                ("request.cores", cores[task], cores[task] > 0 && cores[task].isFinite),
                ("request.memoryBytes", request, request >= 0 && request.isFinite),
                ("priority", priorities[task], priorities[task].isFinite),
            ].first { !$0.2 }
            if let wrong {
                throw InputError(
                    "the task \"\(here.id)\" has \(wrong.0) \(wrong.1)", field: Self.field(task, "tactus.\(wrong.0)"))
            }
            guard request >= neededMemory[task] else {
                throw InputError(
                    "the task \"\(here.id)\" asks for \(JSONValue.text(of: request)) bytes and was recorded with "
                        + JSONValue.text(of: neededMemory[task]), field: Self.field(task, "tactus.request.memoryBytes"))
            }
            seconds += (runtimes[task] / slowest + overhead) * Double(nodeCount)
            forEachParent(of: task) { seconds += $1 }
            work += runtimes[task] * cores[task]
            guard seconds <= Self.longestSeconds, work.isFinite else {
                throw InputError(
                    "the times up to the task \"\(here.id)\" are too long to be added up",
                    field: Self.field(task, "id"))
            }
        }
    }

    func checkThatAllFit() throws {
        for task in 0..<taskCount where !(0..<nodeCount).contains(where: { fits(task, on: $0) }) {
            var wants = ["\(JSONValue.text(of: cores[task])) cores"]
            if memory[task] > 0 { wants.append("\(JSONValue.text(of: memory[task])) bytes") }
            if let pool = workflow.tasks[task].wishes.pool { wants.append("the pool \"\(pool)\"") }
            throw InputError(
                "the task \"\(workflow.tasks[task].id)\" fits on no node: it needs \(wants.joined(separator: ", "))",
                field: Self.field(task, "id"))
        }
    }

    func checkThatGroupsFit() throws {
        for task in 0..<taskCount where groups[task] >= 0 && !groupNodes[groups[task]].contains(true) {
            throw InputError(
                "the task \"\(workflow.tasks[task].id)\" and those together with it fit on no node",
                field: Self.field(task, "tactus.together"))
        }
    }
}
