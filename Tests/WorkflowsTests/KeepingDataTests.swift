import Files
import Testing

@testable import Workflows

/// Tasks that read and write files and wait for others.
private func workflow(_ tasks: [(id: String, parents: [String], reads: [String], writes: [String])]) throws
    -> Workflow
{
    try Workflow(
        name: "w",
        tasks: tasks.map { entry in
            var task = Workflow.Task(id: entry.id, runtimeSeconds: 1)
            (task.inputFiles, task.outputFiles) = (entry.reads, entry.writes)
            task.wishes.isUnchanged = true
            return task
        }, edges: tasks.flatMap { entry in entry.parents.map { ($0, entry.id) } })
}

/// What waits for a task that waits again for the writer need not wait for the writer twice.
@Test func noDependencyIsAddedThatAnotherImplies() throws {
    let chained = try chain([(["in"], ["x"]), (["in"], ["y"]), (["x"], ["z"]), (["x"], []), ([], [])])
    let cut = WorkflowEdit.removeEdge(parent: "t0", child: "t1")
    #expect(try chained.keepingData([cut]) == [cut, .addEdge(parent: "t0", child: "t2")])
    #expect(try chained.applying(chained.keepingData([cut])).workflow.graph.edgeCount == 4)
}

/// The search is for the new dependencies only, however many of those that were there say nothing new.
@Test func onlyNewDependenciesAreLookedAt() throws {
    let count = 30
    let dense = (0..<count).map {
        (id: "d\($0)", parents: (0..<$0).map { "d\($0)" }, reads: [String](), writes: [String]())
    }
    let new = ["x", "y", "z"].map { (id: $0, parents: [String](), reads: [String](), writes: [String]()) }
    let workflow = try workflow(dense + new)
    let pairs = [(count, count + 1), (count, count + 2), (count + 1, count + 2)].map { (from: $0.0, to: $0.1) }
    let kept = try workflow.withoutImplied(pairs, beside: workflow.graph, steps: 8)
    #expect(kept.map(\.from) == [count, count + 1] && kept.map(\.to) == [count + 1, count + 2])
    #expect(try workflow.withoutImplied(pairs, beside: workflow.graph, steps: 0).count == 3)
}

/// Of a task that is skipped, what waited for it waits for its parents where it may read what they wrote, and else does not.
@Test func whatWaitedForASkippedTaskWaitsForTheDataBeforeIt() throws {
    let skip = WorkflowEdit.skip(task: "t1")
    for (last, isKept) in [([], true), (["x"], true), (["y"], false), (["in"], false)] as [([String], Bool)] {
        let workflow = try chain([(["in"], ["x"]), (["x"], ["y"]), (last, ["z"])])
        let edits = try workflow.keepingData([skip])
        #expect(edits == (isKept ? [skip, .addEdge(parent: "t0", child: "t2")] : [skip]), "\(last)")
    }
    // Over several that are skipped, each waits for the nearest that is not.
    let long = try chain([(["in"], ["x"]), (["x"], ["y"]), (["y"], ["u"]), ([], ["z"])])
    let both = ["t1", "t2"].map { WorkflowEdit.skip(task: $0) }
    #expect(try long.keepingData(both) == both + [.addEdge(parent: "t0", child: "t3")])
}

/// k tasks before another and k behind it that read the files of all: k² new dependencies at the place of k.
private func hourglass(_ count: Int) throws -> (workflow: Workflow, cuts: [WorkflowEdit]) {
    let first = (0..<count).map { (id: "w\($0)", parents: [String](), reads: ["in"], writes: ["f\($0)"]) }
    let middle = (id: "m", parents: first.map(\.id), reads: ["in"], writes: ["h"])
    let files = first.flatMap(\.writes)
    let last = (0..<count).map { (id: "r\($0)", parents: ["m"], reads: ["h"] + files, writes: ["g\($0)"]) }
    return (try workflow(first + [middle] + last), first.map { .removeEdge(parent: $0.id, child: "m") })
}

@Test func noMoreDependenciesAreAddedThanTheWorkflowHas() throws {
    let (few, fewCuts) = try hourglass(4)
    #expect(try few.keepingData(fewCuts).count == 4 + 16)
    #expect(try few.applying(few.keepingData(fewCuts)).workflow.graph.edgeCount == 4 + 16)
    let (many, cuts) = try hourglass(5)
    let error = #expect(throws: InputError.self) { try many.keepingData(cuts) }
    #expect(error?.problem.contains("25 new dependencies") == true)
}

/// The ways between tasks are looked for in so many steps, and a change is refused at the first that is lost.
@Test func waysAreLookedForInALimitedNumberOfSteps() throws {
    let (workflow, cuts) = try hourglass(4)
    let plan = try EditPlan(cuts, of: workflow, places: workflow.places)
    let rebuilt = try RebuiltWorkflow(workflow, by: plan)
    let dependencies = try DataDependencies(workflow, at: plan)
    #expect(try dependencies.lost(in: rebuilt.workflow, images: rebuilt.images).count == 16)
    let error = #expect(throws: InputError.self) {
        try dependencies.lost(in: rebuilt.workflow, images: rebuilt.images, steps: 20)
    }
    #expect(error?.problem.contains("more than 20 steps") == true)
    let refused = #expect(throws: InputError.self) {
        try dependencies.check(in: rebuilt.workflow, images: rebuilt.images, steps: 20)
    }
    #expect(refused?.problem == "\"r0\" would no longer wait for the data of \"w0\"")
    #expect(throws: InputError.self) {
        try dependencies.check(in: rebuilt.workflow, images: rebuilt.images, steps: 0)
    }
}

/// 2,001 tasks before one and as many behind it that do not say what they read: 4 million pairs that may hand over files.
@Test func aBoundOfStepsSaysWhatItIsOf() throws {
    let count = 2_001
    let first = (0..<count).map { (id: "w\($0)", parents: [String](), reads: ["in"], writes: ["f\($0)"]) }
    let middle = (id: "m", parents: first.map(\.id), reads: ["in"], writes: ["h"])
    let last = (0..<count).map { (id: "r\($0)", parents: ["m"], reads: [String](), writes: [String]()) }
    let workflow = try workflow(first + [middle] + last)
    let error = #expect(throws: InputError.self) {
        try workflow.applying(first.map { .removeEdge(parent: $0.id, child: "m") })
    }
    #expect(error?.problem.contains("those that do not say what they read") == true)
    #expect(error?.problem.contains("more than \(DataDependencies.most) steps") == true)
}

@Test func ofTwoChangesOfOneFigureTheLargerCounts() throws {
    let changes = [
        TaskChange(task: "a", cores: 2, priority: 1), TaskChange(task: "b", memoryBytes: 5),
        TaskChange(task: "a", cores: 1, priority: 3), TaskChange(task: "b", cores: 1, memoryBytes: 4),
        TaskChange(task: "b", memoryBytes: 4.5, priority: -1),
    ]
    let a = TaskChange(task: "a", cores: 2, priority: 3)
    let b = TaskChange(task: "b", cores: 1, memoryBytes: 5, priority: -1)
    for order in [changes, changes.reversed()] {
        let (first, second) = (order.filter { $0.task == "a" }, order.filter { $0.task == "b" })
        #expect(first.dropFirst().reduce(first[0]) { $0.joined(with: $1) } == a)
        #expect(second.dropFirst().reduce(second[0]) { $0.joined(with: $1) } == b)
        let both = try workflow([("a", [], [], []), ("b", [], [], [])])
        let wishes = try both.applying(order.map(WorkflowEdit.change)).workflow.tasks.map(\.wishes)
        #expect(wishes.map(\.cores) == [2, 1] && wishes.map(\.memoryBytes) == [nil, 5])
        #expect(wishes.map(\.priority) == [3, -1])
    }
}
