import Files
import Workflows

/// What a problem must be, so that every rule comes to an end with finite times.
extension SchedulingInstance {
    /// Tasks at the most.
    public static let mostTasks = 1_000_000
    /// Tasks times kinds of nodes, those being alike that have the same cores, memory, speed, overhead and pool, at the
    /// most: a rule may have to compare every task with every kind.
    public static let mostPairs = 100_000_000
    /// Files that may be looked through to see what tasks hand to each other, at the most; the files that each task's
    /// parents write or the writers of the files that it reads, whichever are fewer, added up.
    public static let mostSharedFiles = 200_000_000

    /// Refuses what would take a minute only to be looked at.
    static func checkSize(tasks: Int, kinds: Int) throws {
        guard tasks <= mostTasks else {
            throw InputError(
                "holds \(tasks) tasks, more than \(mostTasks)", field: "workflow.specification.tasks")
        }
        guard tasks == 0 || kinds <= mostPairs / tasks else {
            throw InputError(
                "holds \(kinds) different kinds of nodes for \(tasks) tasks, more than \(mostPairs / tasks)",
                field: "nodes")
        }
    }

    /// Refuses files that are shared by too many tasks; `steps` are those up to and with each task.
    static func checkFiles(_ steps: [Int]) throws {
        guard let task = steps.firstIndex(where: { $0 > mostSharedFiles }) else { return }
        throw InputError(
            "the tasks up to this one share too many files: more than \(mostSharedFiles) would have to be compared",
            field: field(task, "inputFiles"))
    }

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
    func checkTasks(requestsMayBeShort: Bool) throws {
        let (slowest, overhead) = (speeds.min() ?? 1, overheads.max() ?? 0)
        var (seconds, work) = (0.0, 0.0)
        for task in 0..<taskCount {
            try checkAmounts(of: task, requestMayBeShort: requestsMayBeShort)
            seconds += (runtimes[task] / slowest + overhead) * Double(nodeCount)
            forEachParent(of: task) { seconds += $1 }
            work += runtimes[task] * cores[task]
            guard seconds <= Self.longestSeconds, work.isFinite else {
                throw InputError(
                    "the times up to the task \"\(workflow.tasks[task].id)\" are too long to be added up",
                    field: Self.field(task, "id"))
            }
        }
    }

    private func checkAmounts(of task: Int, requestMayBeShort: Bool) throws {
        let (runtime, request) = (runtimes[task], memory[task])
        let areAmounts = cores[task] > 0 && cores[task].isFinite && request >= 0 && request.isFinite
        if runtime >= 0, areAmounts, priorities[task].isFinite, requestMayBeShort || request >= neededMemory[task] {
            return
        }
        let id = workflow.tasks[task].id
        guard runtime >= 0 else {
            throw InputError(
                "the task \"\(id)\" has the runtime \(runtime)",
                field: "workflow.execution.tasks.runtimeInSeconds")
        }
        let wrong = [
            ("request.cores", cores[task], cores[task] > 0 && cores[task].isFinite),
            ("request.memoryBytes", request, request >= 0 && request.isFinite),
            ("priority", priorities[task], priorities[task].isFinite),
        ].first { !$0.2 }
        if let wrong {
            throw InputError(
                "the task \"\(id)\" has \(wrong.0) \(wrong.1)", field: Self.field(task, "tactus.\(wrong.0)"))
        }
        throw InputError(
            "the task \"\(id)\" asks for \(JSONValue.text(of: request)) bytes and was recorded with "
                + JSONValue.text(of: neededMemory[task]), field: Self.field(task, "tactus.request.memoryBytes"))
    }

    /// Whether each of `needs` is met by a node.
    private var areMet: [Bool] { needs.map { need in kinds.all.contains { need.fits($0) } } }

    func checkThatAllFit() throws {
        let areMet = areMet
        for task in 0..<taskCount where !areMet[needOf[task]] {
            var wants = ["\(JSONValue.text(of: cores[task])) cores"]
            let bytes = needs[needOf[task]].memory
            if bytes > 0 { wants.append("\(JSONValue.text(of: bytes)) bytes") }
            if let pool = workflow.tasks[task].wishes.pool { wants.append("the pool \"\(pool)\"") }
            throw InputError(
                "the task \"\(workflow.tasks[task].id)\" fits on no node: it needs \(wants.joined(separator: ", "))",
                field: Self.field(task, "id"))
        }
    }

    func checkThatGroupsFit() throws {
        let areMet = areMet
        for task in 0..<taskCount where groups[task] >= 0 && !areMet[needOf[task]] {
            throw InputError(
                "the task \"\(workflow.tasks[task].id)\" and those together with it fit on no node",
                field: Self.field(task, "tactus.together"))
        }
    }
}
