import Files
import Workflows

/// One run of an application as a history holds it: its tasks and what they waited for.
struct RunOutline {
    /// A task of the run.
    struct Task {
        /// Its process.
        var process: String
        /// What it waited for, by its place in the run, and the bytes that came from there.
        var parents: [(task: Int, bytes: Double)] = []
        /// The size of its input in bytes.
        var inputBytes: Double?
        /// How many executions of it ended well, and the one of them that was completed last.
        var completions = 0
        var execution: TaskExecution?
    }

    /// Its tasks, each behind its parents.
    var tasks: [Task]
    /// The moment of its first submission.
    var submittedAt: Double?

    /// The run of a recorded graph.
    /// - Throws: `InputError` that names the tasks of a cycle.
    init(_ graph: RecordedGraph, executions: [TaskExecution]) throws {
        let found: WorkflowGraph
        do {
            found = try WorkflowGraph(names: graph.taskIDs, edges: graph.edges.map { ($0.parent, $0.child) })
        } catch var error as InputError {
            error.field = "graphs.\(graph.run)"
            throw error
        }
        var places: [String: Int] = [:]
        var moved = [Int](repeating: 0, count: graph.taskIDs.count)
        tasks = found.topologicalOrder.enumerated().map { place, task in
            moved[task] = place
            let id = graph.taskIDs[task]
            places[id] = places[id] ?? place
            return Task(process: Workflow.Task(id: id).process)
        }
        for edge in graph.edges { tasks[moved[edge.child]].parents.append((moved[edge.parent], edge.bytes)) }
        for execution in executions {
            guard let place = places[execution.taskID] else { continue }
            tasks[place].process = execution.task.process
            tasks[place].inputBytes = execution.task.inputBytes ?? tasks[place].inputBytes
            guard execution.endedWell else { continue }
            tasks[place].completions += 1
            // Of those that tell no moment the last one in the order of the history.
            let last = tasks[place].execution?.completedAt ?? -.infinity
            if last <= execution.completedAt ?? .infinity { tasks[place].execution = execution }
        }
        submittedAt = executions.compactMap(\.task.submittedAt).min()
    }

    /// A run without a graph: where `isChained`, each task of a sample waits for the one that ended before it started.
    init(_ executions: [TaskExecution], isChained: Bool) {
        let sorted = executions.filter(\.endedWell).enumerated().sorted {
            ($0.element.startedAt ?? 0, $0.offset) < ($1.element.startedAt ?? 0, $1.offset)
        }.map(\.element)
        tasks = []
        var last: [String: (task: Int, end: Double)] = [:]
        for execution in sorted {
            var task = Task(process: execution.task.process)
            task.inputBytes = execution.task.inputBytes
            (task.completions, task.execution) = (1, execution)
            if isChained, let sample = execution.sample, let start = execution.startedAt,
                let end = execution.completedAt
            {
                if let before = last[sample], before.end <= start { task.parents = [(before.task, 0)] }
                last[sample] = (tasks.count, end)
            }
            tasks.append(task)
        }
        submittedAt = executions.compactMap(\.task.submittedAt).min()
    }
}

extension RunOutline {
    /// The run without the tasks that are not `known`: who waited for one of them waits for what it waited for. Nil if none is
    /// left.
    func keeping(_ isKnown: (Task) -> Bool) -> RunOutline? {
        guard tasks.contains(where: { !isKnown($0) }) else { return tasks.isEmpty ? nil : self }
        var kept: [Task] = []
        var moved = [Int?](repeating: nil, count: tasks.count)
        var through = [[Int]](repeating: [], count: tasks.count)
        for (place, task) in tasks.enumerated() {
            var bytes: [Int: Double] = [:]
            for parent in task.parents {
                if let known = moved[parent.task] {
                    bytes[known, default: 0] += parent.bytes
                } else {
                    for task in through[parent.task] { bytes[task, default: 0] += 0 }
                }
            }
            let parents = bytes.sorted { $0.key < $1.key }.map { (task: $0.key, bytes: $0.value) }
            if isKnown(task) {
                moved[place] = kept.count
                var task = task
                task.parents = parents
                kept.append(task)
            } else {
                through[place] = parents.map(\.task)
            }
        }
        guard !kept.isEmpty else { return nil }
        var run = self
        run.tasks = kept
        return run
    }
}

extension TaskExecution {
    /// Whether it ran to its end, or an earlier run had its result.
    var endedWell: Bool { status == .completed || status == .cached }
}
