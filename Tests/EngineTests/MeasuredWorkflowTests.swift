import Files
import Testing
import Workflows

@testable import Engine

/// a, which may be divided, skipped and replaced, b and c; on nodes of speed 1 and 2, which take a second for each task.
private func workflow() throws -> Workflow {
    var tasks = [("a", 40.0), ("b", 60.0), ("c", 20.0)].map { Workflow.Task(id: $0.0, runtimeSeconds: $0.1) }
    tasks[0].wishes.divisible = 1...4
    tasks[0].wishes.isUnchanged = true
    tasks[0].wishes.alternatives = [.init(name: "quick", runtimeSeconds: 10)]
    return try Workflow(name: "w", tasks: tasks, edges: [("b", "c")])
}

private let cluster = Cluster(nodes: [
    .init(name: "slow", cores: 4, taskOverheadSeconds: 1),
    .init(name: "fast", cores: 4, speed: 2, taskOverheadSeconds: 1),
])

private func ran(
    _ task: String, _ seconds: Double?, on node: String = "slow", from start: Double = 0, to end: Double = 500,
    _ status: TaskExecution.Status = .completed
) -> TaskExecution {
    TaskExecution(
        task: TaskSpec(workflow: "w", process: "p", node: node), taskID: task, startedAt: start, completedAt: end,
        duration: seconds, status: status)
}

private func measured(_ edits: [WorkflowEdit], _ executions: [TaskExecution]) throws -> MeasuredWorkflows {
    try MeasuredWorkflows(workflow(), changedBy: edits, executions: executions, on: cluster)
}

private func seconds(_ workflow: Workflow?) -> [Double?] { workflow?.tasks.map(\.runtimeSeconds) ?? [] }

private let inTwo = [WorkflowEdit.split(task: "a", chunks: 2)]

/// What runs as before is the same before and after; of what was divided the parts are measured, and the whole is thought.
@Test func bothSidesHaveTheMeasuredDurations() throws {
    let run = try measured(
        inTwo, [ran("a#1", 71, from: 40, to: 200), ran("a#2", 91), ran("b", 181), ran("c", 31, on: "fast", to: 640)])
    // b took three times as long as thought, c as well at the speed of its node.
    #expect(seconds(run.measured.before) == [120, 180, 60])
    #expect(seconds(run.measured.after) == [70, 90, 180, 60])
    #expect(seconds(run.expected?.before) == [120, 180, 60] && seconds(run.expected?.after) == [60, 60, 180, 60])
    #expect(run.makespan == 640)
}

/// The pace is the median of those that run as before; where there are none, nothing can be expected.
@Test func thePaceIsThatOfUnchangedTasks() throws {
    let one = try measured(inTwo, [ran("a#1", 5), ran("a#2", 5), ran("b", 61)])
    #expect(seconds(one.expected?.before) == [40, 60, 20] && seconds(one.measured.before) == [40, 60, 20])
    let two = try measured(inTwo, [ran("b", 61), ran("c", 61)])
    #expect(seconds(two.expected?.before) == [80, 120, 40] && seconds(two.measured.before) == [80, 60, 60])
    let none = try measured(inTwo, [ran("a#1", 5), ran("a#2", 5)])
    #expect(none.expected == nil)
    #expect(seconds(none.measured.before) == [40, 60, 20] && seconds(none.measured.after) == [4, 4, 60, 20])
}

/// What was taken from an earlier run takes no time before and after, whatever was measured then.
@Test func cachedTasksTakeNoTime() throws {
    let run = try measured(
        inTwo,
        [ran("a#1", 21, from: -9000, to: -8000, .cached), ran("a#2", 21), ran("b", 61, .cached), ran("c", 41, to: 90)])
    #expect(seconds(run.expected?.before) == [40, 0, 40] && seconds(run.expected?.after) == [0, 40, 0, 40])
    #expect(seconds(run.measured.before) == [40, 0, 40] && seconds(run.measured.after) == [0, 20, 0, 40])
    #expect(run.makespan == 500)
    // Of what is skipped the result is taken too: that is what the change does.
    let skipped = try measured(
        [.skip(task: "a")], [ran("a", 41, .cached), ran("b", 61), ran("c", 21)])
    #expect(seconds(skipped.measured.before) == [40, 60, 20] && seconds(skipped.measured.after) == [0, 60, 20])
    // Where nothing ran nothing was gained.
    let all = ["a#1", "a#2", "b", "c"].map { ran($0, 50, .cached) }
    let nothing = try measured(inTwo, all)
    #expect(seconds(nothing.measured.before) == [0, 0, 0] && seconds(nothing.measured.after) == [0, 0, 0, 0])
    #expect(nothing.makespan == 0)
    // And where no task runs in another way nothing was to be gained.
    let turns = try measured(
        [.change(TaskChange(task: "a", priority: 3))], ["a", "b", "c"].map { ran($0, 50, .cached) })
    #expect(seconds(turns.expected?.before) == [0, 0, 0] && seconds(turns.expected?.after) == [0, 0, 0])
}

/// What the change lets run in another way is thought before, at the pace of the others: all took twice as long.
@Test(
    arguments: [
        (WorkflowEdit.replace(task: "a", alternative: "quick"), [31.0, 121, 41], [30.0, 120, 40]),
        (.pin(task: "a", pool: "p"), [31, 121, 41], [30, 120, 40]),
        (.change(TaskChange(task: "a", cores: 2)), [31, 121, 41], [30, 120, 40]),
        (.change(TaskChange(task: "a", memoryBytes: 2)), [31, 121, 41], [30, 120, 40]),
        (.merge(tasks: ["b", "c"]), [81, 101], [80, 100]),
    ] as [(WorkflowEdit, [Double], [Double])])
func whatRunsInAnotherWayIsThoughtBefore(edit: WorkflowEdit, took: [Double], after: [Double]) throws {
    let new = try workflow().applying([edit]).workflow
    let run = try measured([edit], zip(new.tasks, took).map { ran($0.id, $1) })
    #expect(seconds(run.measured.before) == [80, 120, 40] && seconds(run.measured.after) == after)
    #expect(seconds(run.expected?.before) == [80, 120, 40])
    #expect(seconds(run.expected?.after) == new.tasks.map { $0.runtimeSeconds.map { 2 * $0 } })
}

@Test func aRunThatTookLongerThanCanBeToldIsRefused() throws {
    let error = #expect(throws: InputError.self) {
        try measured([], [ran("a", 1, from: -1e308, to: 5), ran("b", 1, from: 5, to: 1e308)])
    }
    #expect(error?.field == "completedAt")
}

/// Of each task of the changed workflow the last execution that ended well counts.
@Test func theLastExecutionOfEachTaskCounts() throws {
    let run = try measured(
        [.change(TaskChange(task: "a", priority: 3))],
        [
            ran("a", 11), ran("a", 41), ran("a", 99, .failed), ran("b", 61, .aborted), ran("b", 31),
            ran("b", 81, .cached),
            ran("c", 5, .cached), ran("c", nil, from: 10, to: 31), ran("stranger", 7, from: -100, to: 9000),
        ])
    #expect(seconds(run.measured.before) == [40, 30, 20] && seconds(run.measured.after) == [40, 30, 20])
    #expect(run.makespan == 500)
    #expect(TaskExecution(task: TaskSpec(workflow: "w", process: "p"), taskID: "a", status: .cached).tellsItsEnd)
    var unknown = ran("a", 7)
    unknown.completedAt = nil
    #expect(!unknown.tellsItsEnd && !ran("a", 7, .failed).tellsItsEnd)
}
