import Kernels
import Testing

@testable import Workflows

private func bytes(_ workflow: Workflow) -> [[Double]] {
    workflow.edges().map { [Double($0.parent), Double($0.child), $0.bytes] }
}

@Test(arguments: 0..<30) func edgesHaveTheBytesOfTheFilesThatBothHave(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let (count, files) = (Int.random(in: 2...30, using: &generator), Int.random(in: 1...12, using: &generator))
    func some(_ most: Int) -> [String] {
        (0..<Int.random(in: 0...most, using: &generator)).map { _ in
            "f\(Int.random(in: 0..<files, using: &generator))"
        }
    }
    let tasks = (0..<count).map { place in
        var task = Workflow.Task(id: "t\(place)")
        (task.inputFiles, task.outputFiles) = (some(8), some(place % 2 == 0 ? 2 : 20))
        return task
    }
    var edges: [(parent: String, child: String)] = []
    for child in 0..<count {
        for parent in 0..<child where Bool.random(using: &generator) { edges.append(("t\(parent)", "t\(child)")) }
    }
    let sizes = Dictionary(uniqueKeysWithValues: (1...files).map { ("f\($0)", Double($0)) })
    let workflow = try Workflow(name: "w", tasks: tasks, edges: edges, fileBytes: sizes)
    let expected = (0..<count).flatMap { child in
        workflow.graph.parents(of: child).map { parent in
            let shared = Set(tasks[parent].outputFiles).intersection(tasks[child].inputFiles)
            return [Double(parent), Double(child), shared.reduce(0) { $0 + (sizes[$1] ?? 0) }]
        }
    }
    #expect(bytes(workflow) == expected)
}

/// What tasks share follows their files; a copy keeps its own.
@Test func changedFilesAreCountedAnew() throws {
    var tasks = ["a", "b"].map { Workflow.Task(id: $0, runtimeSeconds: 1) }
    (tasks[0].outputFiles, tasks[1].inputFiles) = (["f", "g", "f"], ["f", "h"])
    let sizes = ["f": 1.0, "g": 20, "h": 300]
    let workflow = try Workflow(name: "w", tasks: tasks, edges: [("a", "b")], fileBytes: sizes)
    var changed = workflow
    changed.update(1) { ($0.runtimeSeconds, $0.wishes.cores) = (7, 3) }
    #expect(bytes(changed) == [[0, 1, 1]])
    changed.update(1) { $0.inputFiles.append("g") }
    #expect(bytes(changed) == [[0, 1, 21]])
    changed.update(0) { $0.outputFiles = ["h", "new"] }
    #expect(bytes(changed) == [[0, 1, 300]] && bytes(workflow) == [[0, 1, 1]])
}

/// As long as no file changes, everyone is given the same numbers, not some that are made anew.
@Test func filesAreNumberedOnce() throws {
    var task = Workflow.Task(id: "a", runtimeSeconds: 1)
    task.outputFiles = ["f", "g"]
    let workflow = try Workflow(name: "w", tasks: [task], edges: [], fileBytes: ["f": 1])
    var (slower, other) = (workflow, workflow)
    slower.update(0) { $0.runtimeSeconds = 2 }
    other.update(0) { $0.outputFiles = ["g", "f"] }
    // All are held, so that no two of them lie at one place in turn.
    let sizes = [workflow, workflow, slower, other].map(\.files.sizes)
    let places = sizes.map { unsafe $0.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) } }
    #expect(Set(places[0...2]).count == 1 && places[3] != places[0] && sizes == [[1, 0], [1, 0], [1, 0], [0, 1]])
}

@Test func filesAreLookedThroughFromTheSideThatHasFewer() throws {
    // One task writes 100 files, and each of 100 others reads one of them; a last one reads what each of them writes.
    var tasks = [Workflow.Task(id: "first")]
    tasks[0].outputFiles = (0..<100).map { "f\($0)" }
    for place in 0..<100 {
        var task = Workflow.Task(id: "t\(place)")
        (task.inputFiles, task.outputFiles) = (["f\(place)"], ["g\(place)"])
        tasks.append(task)
    }
    tasks.append(Workflow.Task(id: "last"))
    tasks[101].inputFiles = (0..<100).map { "g\($0)" }
    let edges = (0..<100).flatMap { [(parent: "first", child: "t\($0)"), (parent: "t\($0)", child: "last")] }
    let workflow = try Workflow(name: "w", tasks: tasks, edges: edges)
    #expect(SharedFiles(workflow).steps.last == 200 && SharedFiles(workflow).steps[50] == 50)
    // Where all hand all files to all, there is no such side.
    for place in tasks.indices { (tasks[place].inputFiles, tasks[place].outputFiles) = (["f", "g"], ["f", "g"]) }
    #expect(SharedFiles(try Workflow(name: "w", tasks: tasks, edges: edges)).steps.last == 400)
}
