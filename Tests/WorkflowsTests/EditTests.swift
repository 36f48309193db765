import Files
import Kernels
import Testing

@testable import Workflows

/// Which tasks lie behind which, by trying every path.
private func closure(_ graph: WorkflowGraph) -> [[Bool]] {
    var behind = [[Bool]](repeating: [Bool](repeating: false, count: graph.count), count: graph.count)
    for task in graph.topologicalOrder.reversed() {
        for child in graph.children(of: task) {
            behind[task][child] = true
            for other in 0..<graph.count where behind[child][other] { behind[task][other] = true }
        }
    }
    return behind
}

/// Pairs of tasks of which the one needs data of the other, or overwrites what the other uses, from the definition.
private func dataPairs(_ workflow: Workflow) -> [(Int, Int)] {
    let behind = closure(workflow.graph)
    var pairs: [(Int, Int)] = []
    for from in workflow.tasks.indices {
        for to in workflow.tasks.indices where behind[from][to] {
            let (written, read) = (Set(workflow.tasks[from].outputFiles), Set(workflow.tasks[to].inputFiles))
            let (overwritten, readBefore) = (Set(workflow.tasks[to].outputFiles), workflow.tasks[from].inputFiles)
            let isEdge = workflow.graph.children(of: from).contains(to)
            if !written.isDisjoint(with: read.union(overwritten)) || !overwritten.isDisjoint(with: readBefore)
                || read.isEmpty || (isEdge && written.isEmpty)
            {
                pairs.append((from, to))
            }
        }
    }
    return pairs
}

private func edges(_ workflow: Workflow) -> Set<String> {
    Set(
        workflow.tasks.indices.flatMap { task in
            workflow.graph.children(of: task).map { "\(workflow.tasks[task].id) -> \(workflow.tasks[$0].id)" }
        })
}

/// 2,000 random workflows, with up to three random edits each: what is not refused keeps every dependency of data, the
/// document says what the workflow is, and the difference leads there and back.
@Test func editsOfRandomWorkflowsKeepDataAndLeadBack() throws {
    var generator = SeededGenerator(seed: 1)
    var (done, refused) = (0, 0)
    for _ in 0..<2_000 {
        let document = try randomDocument(Int.random(in: 3...9, using: &generator), using: &generator)
        let old = document.workflow
        let edits = (0..<Int.random(in: 1...3, using: &generator)).map { _ in randomEdit(of: old, using: &generator) }
        guard let edited = try? old.applying(edits) else {
            refused += 1
            #expect(throws: InputError.self) { try document.applying(edits) }
            #expect(throws: InputError.self) { try old.applying(edits.reversed()) }
            continue
        }
        done += 1
        let changed = try document.applying(edits)
        #expect(changed.workflow.tasks == edited.workflow.tasks, "\(edits)")
        #expect(edges(changed.workflow) == edges(edited.workflow), "\(edits)")
        #expect(changed.workflow.fileBytes == edited.workflow.fileBytes)
        let reversed = try old.applying(edits.reversed())
        #expect(Set(reversed.workflow.tasks.map(\.id)) == Set(edited.workflow.tasks.map(\.id)))
        #expect(edges(reversed.workflow) == edges(edited.workflow) && reversed.quality == edited.quality)
        expectData(old, edited, edits)
        try expectWayBack(document, changed)
    }
    #expect(done > 600 && refused > 400, "\(done) done, \(refused) refused")
}

private func expectData(_ old: Workflow, _ edited: EditedWorkflow, _ edits: [WorkflowEdit]) {
    let sources = edited.sources ?? old.tasks.indices.map { [$0] }
    let behind = closure(edited.workflow.graph)
    let skipped = Set(
        edits.compactMap { edit -> String? in if case .skip(let task) = edit { task } else { nil } })
    for (from, to) in dataPairs(old) {
        guard !skipped.contains(old.tasks[from].id), !skipped.contains(old.tasks[to].id) else { continue }
        for a in sources.indices where sources[a].contains(from) {
            for b in sources.indices where sources[b].contains(to) && a != b {
                #expect(behind[a][b], "\(edits): \(old.tasks[to].id) lost \(old.tasks[from].id)")
            }
        }
    }
    #expect(Set(sources.joined()).count == old.tasks.count)
}

private func expectWayBack(_ document: WfFormatDocument, _ changed: WfFormatDocument) throws {
    let difference = DocumentDifference(from: document, to: changed)
    #expect(try difference.applied(to: document).json == changed.json)
    #expect(try difference.reversed.applied(to: changed).json == document.json)
    #expect(try DocumentDifference(JSONField(difference.json)) == difference)
    #expect(difference.text.isEmpty == (changed.json == document.json))
}

/// Where only dependencies are removed, exactly that is refused which loses data.
@Test func removalsAreRefusedIfAndOnlyIfDataWouldBeLost() throws {
    var generator = SeededGenerator(seed: 2)
    var counts = [0, 0]
    for _ in 0..<2_000 {
        let workflow = try randomDocument(Int.random(in: 3...8, using: &generator), using: &generator).workflow
        let all = workflow.tasks.indices.flatMap { task in workflow.graph.children(of: task).map { (task, $0) } }
        let removed = all.filter { _ in Int.random(in: 0..<4, using: &generator) == 0 }
        let kept = all.filter { edge in !removed.contains { $0 == edge } }
        let graph = try WorkflowGraph(
            names: workflow.tasks.map(\.id), edges: kept.map { (parent: $0.0, child: $0.1) })
        let behind = closure(graph)
        let isLost = dataPairs(workflow).contains { !behind[$0.0][$0.1] }
        let edits = removed.map {
            WorkflowEdit.removeEdge(parent: workflow.tasks[$0.0].id, child: workflow.tasks[$0.1].id)
        }
        let result = try? workflow.applying(edits)
        #expect((result == nil) == isLost)
        counts[isLost ? 1 : 0] += 1
    }
    #expect(counts.min() ?? 0 > 200)
}

@Test(arguments: 1...30) func redundantDependenciesAreThoseOfTheClosure(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let count = Int.random(in: 2...40, using: &generator)
    let density = Int.random(in: 2...12, using: &generator)
    var edges: [(parent: Int, child: Int)] = []
    for child in 0..<count {
        for parent in 0..<child where Int.random(in: 0..<density, using: &generator) == 0 {
            edges.append((parent, child))
        }
    }
    // Under names that are in no order.
    let names = (0..<count).shuffled(using: &generator)
    let graph = try WorkflowGraph(
        names: (0..<count).map { "\($0)" }, edges: edges.map { (names[$0.parent], names[$0.child]) })
    let behind = closure(graph)
    let expected = (0..<count).flatMap { parent in
        graph.children(of: parent).filter { child in
            graph.children(of: parent).contains { $0 != child && behind[$0][child] }
        }.map { [parent, $0] }
    }
    let found = graph.redundantEdges(steps: .max)
    #expect(found.edges.map { [$0.parent, $0.child] } == expected && found.undecided == 0)
    var search = Reachability(graph)
    for a in 0..<count {
        for b in 0..<count { #expect(search.reaches(a, b) == (a == b || behind[a][b])) }
    }
    let short = graph.redundantEdges(steps: 3)
    #expect(short.edges.allSatisfy { edge in found.edges.contains { $0 == edge } })
    #expect(short.edges.count + short.undecided >= found.edges.count || short.undecided > 0 || expected.isEmpty)
}

@Test func editsByHand() throws {
    var generator = SeededGenerator(seed: 3)
    func document(_ tasks: String) throws -> WfFormatDocument {
        try WfFormatDocument(
            parsing: Array(
                """
                {"schemaVersion":"1.5","workflow":{"specification":{"tasks":[\(tasks)],
                "files":[{"id":"x","sizeInBytes":8}]},"execution":{"tasks":[
                {"id":"a","runtimeInSeconds":8,"coreCount":1,"avgCPU":50},{"id":"b","runtimeInSeconds":4,"coreCount":2,"avgCPU":100}]}}}
                """.utf8))
    }
    let source = try document(
        #"{"id":"a","outputFiles":["x"],"tactus":{"divisible":{"maximumChunks":2}}},{"id":"b","parents":["a"],"inputFiles":["x"]}"#
    )
    let split = try source.applying([.split(task: "a", chunks: 2)])
    #expect(split.workflow.tasks.map(\.id) == ["a#1", "a#2", "b"])
    #expect(split.workflow.tasks.map(\.runtimeSeconds) == [4, 4, 4])
    #expect(split.workflow.tasks[2].inputFiles == ["x#1", "x#2"])
    #expect(split.workflow.fileBytes == ["x": 8, "x#1": 4, "x#2": 4])
    #expect(split.workflow.graph.parents(of: 2) == [0, 1])
    let merged = try source.applying([.merge(tasks: ["a", "b"])]).workflow
    #expect(merged.tasks.map(\.id) == ["a+1"] && merged.tasks[0].runtimeSeconds == 12 && merged.tasks[0].cores == 2)
    #expect(abs((merged.tasks[0].cpu ?? 0) - 8 / 12.0) < 1e-12 && merged.tasks[0].inputFiles.isEmpty)
    for refused: [WorkflowEdit] in [
        [.split(task: "a", chunks: 3)], [.split(task: "b", chunks: 2)], [.removeEdge(parent: "a", child: "b")],
        [.removeEdge(parent: "b", child: "a")], [.addEdge(parent: "b", child: "a")], [.skip(task: "a")],
        [.replace(task: "a", alternative: "z")], [.pin(task: "a", pool: "p"), .pin(task: "a", pool: "q")],
        [.split(task: "a", chunks: 2), .merge(tasks: ["a", "b"])], [.pin(task: "nobody", pool: "p")],
        [.addEdge(parent: "a", child: "a")],
    ] {
        #expect(throws: InputError.self, "\(refused)") { try source.applying(refused) }
    }
    let text = DocumentDifference(from: source, to: split).text
    #expect(text.contains("- a\n") && text.contains("+ a#1") && text.contains("~ b: parents − a, + a#1, + a#2"))
    #expect(throws: InputError.self) { try DocumentDifference(from: source, to: split).applied(to: split) }
    for _ in 0..<200 {
        let edit = randomEdit(of: source.workflow, using: &generator)
        #expect(try WorkflowEdit(JSONField(JSONValue(parsing: Array(edit.json.text().utf8)))) == edit)
    }
}

func chain(_ tasks: [(reads: [String], writes: [String])]) throws -> Workflow {
    let tasks = tasks.enumerated().map { place, files in
        var task = Workflow.Task(id: "t\(place)", runtimeSeconds: 1)
        (task.inputFiles, task.outputFiles) = (files.reads, files.writes)
        return task
    }
    return try Workflow(
        name: "chain", tasks: tasks, edges: tasks.indices.dropFirst().map { ("t\($0 - 1)", "t\($0)") })
}

/// What overwrites a file waits for those that read and wrote it, next to it or far before it; what names no file it reads
/// waits for all that it waited for.
@Test func whatOverwritesAFileAndWhatNamesNoneStillWaits() throws {
    let cut = WorkflowEdit.removeEdge(parent: "t0", child: "t1")
    for (first, last, isKept) in [
        ((["in"], ["x"]), (["in"], ["x"]), true), ((["x"], ["a"]), (["in"], ["x"]), true),
        ((["in"], ["x"]), (["x"], ["b"]), true), ((["in"], ["a"]), ([], ["b"]), true),
        ((["in"], ["a"]), (["in"], ["b"]), false), ((["x"], ["a"]), (["x"], ["b"]), false),
    ] {
        let between: (reads: [String], writes: [String]) = (["in"], ["c"])
        let (near, far) = (try chain([first, last]), try chain([first, between, last]))
        #expect(near.carriesData(from: 0, to: 1) == isKept && !far.carriesData(from: 0, to: 1))
        for workflow in [near, far] {
            #expect(((try? workflow.applying([cut])) == nil) == isKept, "\(first) \(last)")
        }
        let mended = try far.keepingData([cut])
        #expect(mended == (isKept ? [cut, .addEdge(parent: "t0", child: "t2")] : [cut]))
    }
}

/// Only what a cut parts is compared, and no more than can be: 10,000 tasks that each write and read one file are 50 million
/// pairs.
@Test func aFileThatAllTasksShareIsNotComparedPairByPair() throws {
    var files: [(reads: [String], writes: [String])] = (0..<10_000).map { _ in (["log"], ["log"]) }
    (files[0], files[5_001]) = ((["in"], ["a"]), (["in"], ["b"]))
    let workflow = try chain(files)
    let atStart = WorkflowEdit.removeEdge(parent: "t0", child: "t1")
    #expect(try workflow.applying([atStart]).workflow.graph.edgeCount == 9_998)
    let error = #expect(throws: InputError.self) {
        try workflow.applying([.removeEdge(parent: "t5000", child: "t5001")])
    }
    #expect("\(try #require(error))".contains("more than \(DataDependencies.most) pairs"))
}

@Test func aTaskIsNotDividedIntoMoreThanCanBeHeld() throws {
    var workflow = try chain([(["in"], ["a"])])
    var task = workflow.tasks[0]
    task.wishes.divisible = 1...Int.max
    workflow = try Workflow(name: "w", tasks: [task], edges: [])
    #expect(try workflow.applying([.split(task: "t0", chunks: 1_000)]).workflow.tasks.count == 1_000)
    for chunks in [1_001, Int.max] {
        #expect(throws: InputError.self) { try workflow.applying([.split(task: "t0", chunks: chunks)]) }
    }
}

/// What was measured of the way that a task took says nothing about another.
@Test func anAlternativeKeepsItsOwnResources() throws {
    var task = Workflow.Task(id: "a", runtimeSeconds: 8)
    (task.cores, task.memoryBytes) = (2, 4e9)
    task.wishes.alternatives = [
        .init(name: "wide", runtimeSeconds: 2, cores: 8, memoryBytes: 16e9, quality: 1),
        .init(name: "plain", runtimeSeconds: 4, quality: 1),
    ]
    let workflow = try Workflow(name: "w", tasks: [task], edges: [])
    let change = WorkflowEdit.change(TaskChange(task: "a", cores: 1, memoryBytes: 1e9, priority: 3))
    for (name, cores, memory) in [("wide", 8.0, 16e9), ("plain", 2, 4e9)] {
        let replace = WorkflowEdit.replace(task: "a", alternative: name)
        for edits in [[change, replace], [replace, change]] {
            let changed = try workflow.applying(edits).workflow.tasks[0]
            #expect(changed.wishes.cores ?? changed.cores == cores, "\(name)")
            #expect(changed.wishes.memoryBytes ?? changed.memoryBytes == memory, "\(name)")
            #expect(changed.wishes.priority == 3)
        }
    }
    #expect(try workflow.applying([change]).workflow.tasks[0].wishes.cores == 1)
}

@Test func aDifferenceWhosePlacesAreNotReachedIsRefused() throws {
    let document = try WfFormatDocument(
        parsing: Array(
            #"{"schemaVersion":"1.5","workflow":{"specification":{"tasks":[{"id":"a"},{"id":"b"}],"files":[]}}}"#.utf8))
    func adding(_ ids: [(String, Int)]) -> DocumentDifference {
        DocumentDifference(
            entries: ids.map { id, place in
                let value = JSONValue.object(JSONObject([("id", .string(id))]))
                return .init(section: .tasks, id: id, before: nil, after: .init(place: place, value: value))
            })
    }
    #expect(try adding([("c", 1), ("d", 3)]).applied(to: document).workflow.tasks.map(\.id) == ["a", "c", "b", "d"])
    for refused in [[("c", 3)], [("c", -1)], [("c", 1), ("d", 1)]] {
        #expect(throws: InputError.self) { try adding(refused).applied(to: document) }
    }
}
