import Files
import Workflows

/// The stream of workflows that a history holds, and when each of their tasks started: what was done, to be shown to one who learns.
///
/// It is a ``TaskChooser``: of the tasks of a window it takes the one that started first. With the same arrivals on another
/// cluster other tasks may wait; it says of each choice what the log says of the tasks that are there.
public struct LoggedStream: Sendable {
    /// The workflows, in the order in which they came, the first one at 0.
    public private(set) var arrivals: [Arrival] = []
    /// By arrival and task, the moment at which it started, in seconds from the first arrival.
    public private(set) var starts: [[Double]] = []

    /// Seconds that a moment may lie before or after that of all clocks, at the most.
    private static let most = 1e15

    /// The workflows of `executions` on `cluster`, each with the tasks that ran to their end: with their cores and the memory that they
    /// asked for, for as long as they took, after what they waited for by `graphs` or, without them, as in a fitted ``Workload``.
    ///
    /// - Throws: `InputError` that names the run, the task and the field of the history that is missing or no amount; one that
    ///   says that nothing ended well; what `SchedulingInstance` throws of a task that the cluster has no node for.
    public init(executions: [TaskExecution], graphs: [RecordedGraph], on cluster: Cluster) throws {
        var runs: [(at: Double, starts: [Double], instance: SchedulingInstance)] = []
        let graphsByName = Dictionary(grouping: graphs, by: \.workflow)
        let byName = Dictionary(grouping: executions) { $0.task.workflow ?? "workflow" }
        for name in byName.keys.sorted() {
            for run in try RunOutline.runs(of: byName[name] ?? [], graphs: graphsByName[name] ?? []).runs {
                // What an earlier run had done was not chosen in this one, and its moments are of that one.
                guard let run = run.keeping({ $0.execution?.status == .completed }) else { continue }
                runs.append(try Self.logged(run, name, on: cluster))
            }
        }
        guard !runs.isEmpty else { throw InputError("holds no execution that ran to its end", field: "executions") }
        let order = runs.indices.sorted { (runs[$0].at, $0) < (runs[$1].at, $1) }
        let began = runs[order[0]].at
        for place in order {
            arrivals.append(Arrival(at: runs[place].at - began, runs[place].instance))
            starts.append(runs[place].starts.map { $0 - began })
        }
    }

    private init(_ arrivals: ArraySlice<Arrival>, _ starts: ArraySlice<[Double]>) {
        (self.arrivals, self.starts) = (Array(arrivals), Array(starts))
    }

    private static func logged(
        _ run: RunOutline, _ name: String, on cluster: Cluster
    ) throws -> (at: Double, starts: [Double], instance: SchedulingInstance) {
        var tasks: [Workflow.Task] = []
        var edges: [(parent: String, child: String)] = []
        var (starts, at): ([Double], Double) = ([], .infinity)
        for (place, outlined) in run.tasks.enumerated() {
            guard let execution = outlined.execution else { continue }
            func value(_ value: Double?, _ field: String) throws -> Double {
                guard let value, abs(value) <= Self.most else {
                    let run = execution.task.run.map { "the run \"\($0)\" of " } ?? ""
                    throw InputError(
                        "is not there, or beyond 1e15 s, for the task \"\(execution.taskID)\" in \(run)\(name), so that the log does not say what was "
                            + "chosen", field: "executions/\(field)")
                }
                return value
            }
            at = min(at, try value(execution.task.submittedAt, "submittedAt"))
            starts.append(try value(execution.startedAt, "startedAt"))
            var task = Workflow.Task(
                id: "t\(place)", runtimeSeconds: max(0, try value(execution.duration, "duration")))
            task.cores = execution.task.cores.flatMap { $0 > 0 ? $0 : nil }
            task.wishes.memoryBytes = execution.task.memoryRequestBytes
            tasks.append(task)
            edges += Set(outlined.parents.map(\.task)).sorted().map { (parent: "t\($0)", child: "t\(place)") }
        }
        let workflow = try Workflow(name: name, tasks: tasks, edges: edges)
        return (at, starts, try SchedulingInstance(workflow, on: cluster))
    }

    /// A digest of the workflows and of what was chosen.
    public var digest: String { arrivals.digest(and: starts) }

    /// It in `count` consecutive parts of as many workflows each, none of them empty: fewer where it has fewer workflows.
    public func parts(_ count: Int) -> [LoggedStream] {
        precondition(count > 0, "\(count) parts")
        let parts = min(count, arrivals.count)
        return (0..<parts).map { part in
            let range = part * arrivals.count / parts..<(part + 1) * arrivals.count / parts
            return LoggedStream(arrivals[range], starts[range])
        }
    }

    /// The place of the candidate that started first; of equal ones the first in the window.
    public func place(in window: ReadyWindow) -> Int {
        var (best, least) = (0, Double.infinity)
        for (place, candidate) in window.candidates.enumerated() {
            let start = starts[candidate.workflow.place][candidate.task]
            if start < least { (best, least) = (place, start) }
        }
        return best
    }

    /// Goes through the stream as the log does, and counts the choices, and those at which `chooser` takes the same task.
    ///
    /// - Parameter order: an order with a window, as ``QueueOrder/choosing(window:tasksPerWorkflow:by:)`` makes it.
    public func agreement(of chooser: some TaskChooser, in order: QueueOrder) -> (agreed: Int, choices: Int) {
        var left = arrivals[...]
        var simulation = VirtualCluster(
            arrivals[0].instance.cluster, rule: .list(order), settings: .init(nodesStartOff: false)
        ) { left.popFirst() }
        var (agreed, choices, scratch) = (0, 0, ChoiceScratch())
        while simulation.advanceToChoice() {
            let window = simulation.readyWindow
            let place = place(in: window)
            choices += 1
            if chooser.choose(from: window, using: &scratch) == place { agreed += 1 }
            simulation.choose(candidate: place)
        }
        return (agreed, choices)
    }
}

extension LoggedStream: TaskChooser {
    /// The place of the candidate that started first.
    public func choose(from window: ReadyWindow, using scratch: inout ChoiceScratch) -> Int { place(in: window) }
}

/// Takes the first task of every window, which is the one that the rule of its order would take.
public struct FirstOfWindow: TaskChooser {
    /// There is one.
    public init() {}

    /// 0
    public func choose(from window: ReadyWindow, using scratch: inout ChoiceScratch) -> Int { 0 }
}
