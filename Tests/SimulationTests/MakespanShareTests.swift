import Files
import Simulation
import Testing
import Workflows

/// `b` waits 2 s for files of `a` on another node and 3 s for room behind `x`.
private func example() throws -> SchedulingInstance {
    var tasks = ["a", "x", "b"].map { Workflow.Task(id: $0) }
    for (place, seconds) in [4.0, 9, 5].enumerated() { tasks[place].runtimeSeconds = seconds }
    tasks[0].outputFiles = ["f"]
    tasks[2].inputFiles = ["f"]
    let workflow = try Workflow(name: "w", tasks: tasks, edges: [("a", "b")], fileBytes: ["f": 20])
    let nodes = ["n", "m"].map { Cluster.Node(name: $0, cores: 1) }
    return try SchedulingInstance(workflow, on: Cluster(nodes: nodes, bandwidthBytesPerSecond: 10))
}

private let schedule = Schedule(tasks: [
    .init(id: "b", node: "m", start: 9, end: 14), .init(id: "a", node: "n", start: 0, end: 4),
    .init(id: "x", node: "m", start: 0, end: 9),
])

@Test func theTimeUpToTheEndIsDividedByWhatItWentInto() throws {
    let instance = try example()
    let timetable = try Timetable(schedule, of: instance)
    try timetable.check(against: instance)
    let shares = MakespanShares(timetable, of: instance)
    #expect(shares.running == 9 && shares.transfers == 2 && shares.room == 3)
    let links = DelayChain(timetable, of: instance).links
    #expect(links.map(\.task) == [2, 1] && links[0].cause == .room(holder: 1) && links[0].waited == 5)
}

@Test func aScheduleBecomesATimetable() throws {
    let instance = try example()
    let timetable = try Timetable(schedule, of: instance)
    #expect(timetable.nodes == [0, 1, 1] && timetable.ready == [0, 0, 4] && timetable.placed == timetable.starts)
    #expect(Set(timetable.schedule(of: instance).tasks) == Set(schedule.tasks))
    for (wrong, problem) in [
        (Schedule.Placement(id: "c", node: "m", start: 0, end: 1), "\"c\" is no task"),
        (.init(id: "b", node: "o", start: 0, end: 1), "\"o\" is no node"),
    ] {
        let error = #expect(throws: InputError.self) {
            try Timetable(Schedule(tasks: schedule.tasks.dropFirst() + [wrong]), of: instance)
        }
        #expect(error?.problem == problem)
    }
    let error = #expect(throws: InputError.self) {
        try Timetable(Schedule(tasks: Array(schedule.tasks.dropLast())), of: instance)
    }
    #expect(error?.problem == "the task \"x\" has no place")
}
