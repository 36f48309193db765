import Files
import Workflows

/// A workflow as it was and as it was changed, with the durations that its tasks had when the changed one ran, and with those that
/// they were thought to have.
///
/// Waits, start-up and whatever else a twin does not know stand on neither side, so that the difference of two runs in it is what
/// the change did.
struct MeasuredWorkflows {
    /// A workflow before and after a change.
    struct Pair {
        var before: Workflow
        var after: Workflow
    }

    /// With what was measured. Where the change made a task run in another way, what it took before is what was thought, at the
    /// pace of this run.
    private(set) var measured: Pair
    /// With what was thought, at the pace of this run: what the change was to lead to in it. Nil where no task that runs as before
    /// tells the pace, and others run in another way: what these took says nothing of what they would have taken.
    private(set) var expected: Pair?
    /// Seconds from the start of the first task to the end of the last, of those that ran.
    let makespan: Double

    /// The workflow `old`, which was changed by `edits`, as `executions` on `cluster` show it.
    ///
    /// Of each task its last execution that ended well counts. One whose result was cached takes no time, before and after: what was
    /// measured of it is of another run.
    ///
    /// - Throws: `InputError` if `edits` do not go with the workflow, or the run took longer than can be told.
    init(_ old: Workflow, changedBy edits: [WorkflowEdit], executions: [TaskExecution], on cluster: Cluster) throws {
        let edited = try old.applying(edits)
        let new = edited.workflow
        let ends = Self.ends(of: new, in: executions)
        let ran = ends.compactMap { $0 }.filter { $0.status == .completed }
        makespan = max((ran.compactMap(\.completedAt).max() ?? 0) - (ran.compactMap(\.startedAt).min() ?? 0), 0)
        guard makespan.isFinite else {
            throw InputError(
                "lies so far from when the first task started that no time is between", field: "completedAt")
        }
        let nodes = Dictionary(cluster.nodes.map { ($0.name, $0) }) { first, _ in first }
        let seconds = ends.map { $0.flatMap { $0.seconds(on: $0.task.node.flatMap { nodes[$0] }) } }
        let isCached = ends.map { $0?.status == .cached }

        let places = old.places
        let others = Set(edits.filter(\.changesHowTasksRun).flatMap(\.tasks).compactMap { places[$0] })
        var images = [[Int]](repeating: [], count: old.tasks.count)
        for task in new.tasks.indices {
            for source in edited.sources?[task] ?? [task] { images[source].append(task) }
        }
        let same = old.tasks.indices.filter { !others.contains($0) }
        let told = Self.pace(of: same.flatMap { images[$0] }, in: new, took: seconds, isCached: isCached)
        let pace = told ?? 1

        measured = Pair(before: old, after: new)
        measured.after.scale { isCached[$0] ? 0 : pace }
        measured.before.scale { task in pace * Self.shareThatRan(images[task], of: new, isCached) }
        expected = told == nil && !others.isEmpty ? nil : measured
        for (task, seconds) in seconds.enumerated() where !isCached[task] {
            guard let seconds else { continue }
            measured.after.update(task) { $0.runtimeSeconds = seconds }
        }
        for task in same {
            for image in images[task] where !isCached[image] {
                guard let seconds = seconds[image] else { continue }
                measured.before.update(task) { $0.runtimeSeconds = seconds }
            }
        }
    }

    /// The execution of each task that tells its end: the last that completed, or else the last that was cached.
    private static func ends(of workflow: Workflow, in executions: [TaskExecution]) -> [TaskExecution?] {
        let places = workflow.places
        var ends = [TaskExecution?](repeating: nil, count: workflow.tasks.count)
        for execution in executions where execution.tellsItsEnd {
            guard let place = places[execution.taskID] else { continue }
            if execution.status == .completed || ends[place]?.status != .completed { ends[place] = execution }
        }
        return ends
    }

    /// How many times as long as thought `tasks` took, which run as they did before: the median; nil where nothing is known.
    private static func pace(
        of tasks: [Int], in workflow: Workflow, took seconds: [Double?], isCached: [Bool]
    ) -> Double? {
        let paces = tasks.compactMap { task -> Double? in
            guard !isCached[task], let thought = workflow.tasks[task].runtimeSeconds, thought > 0,
                let took = seconds[task], took > 0
            else { return nil }
            return took / thought
        }.sorted()
        guard !paces.isEmpty else { return nil }
        return (paces[(paces.count - 1) / 2] + paces[paces.count / 2]) / 2
    }

    /// The part of what a task became that was not cached; all of it where that takes no time.
    private static func shareThatRan(_ images: [Int], of workflow: Workflow, _ isCached: [Bool]) -> Double {
        let thought = images.map { workflow.tasks[$0].runtimeSeconds ?? 0 }
        let whole = thought.reduce(0, +)
        guard whole > 0 else { return 1 }
        return zip(images, thought).reduce(0) { $0 + (isCached[$1.0] ? 0 : $1.1) } / whole
    }
}

extension Workflow {
    /// Multiplies the duration of each task.
    fileprivate mutating func scale(_ factor: (Int) -> Double) {
        for task in tasks.indices {
            let factor = factor(task)
            update(task) { $0.runtimeSeconds = $0.runtimeSeconds.map { $0 * factor } }
        }
    }
}

extension TaskExecution {
    /// Whether it ended well, and when it ran is known where it did.
    var tellsItsEnd: Bool {
        status == .cached || status == .completed && startedAt != nil && completedAt != nil
    }

    /// Seconds at speed 1, without what each task takes on `node` beside its work; nil where that was not measured.
    fileprivate func seconds(on node: Cluster.Node?) -> Double? {
        let span = completedAt.flatMap { end in startedAt.map { end - $0 } }
        guard let duration = self[.duration] ?? span, duration.isFinite else { return nil }
        return max((duration - (node?.taskOverheadSeconds ?? 0)) * (node?.speed ?? 1), 0)
    }
}

extension WorkflowEdit {
    /// Whether a task takes other resources, other nodes or another way, and not only another turn.
    fileprivate var changesHowTasksRun: Bool {
        switch self {
        case .change(let change): change.cores != nil || change.memoryBytes != nil
        case .split, .merge, .replace, .pin, .skip: true
        case .addEdge, .removeEdge, .together: false
        }
    }
}
