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

/// Pairs of tasks of which the one needs data of the other, from the definition.
private func dataPairs(_ workflow: Workflow) -> [(Int, Int)] {
    let behind = closure(workflow.graph)
    var pairs: [(Int, Int)] = []
    for from in workflow.tasks.indices {
        for to in workflow.tasks.indices where behind[from][to] {
            let (written, read) = (Set(workflow.tasks[from].outputFiles), Set(workflow.tasks[to].inputFiles))
            let isEdge = workflow.graph.children(of: from).contains(to)
            if !written.isDisjoint(with: read) || (isEdge && (written.isEmpty || read.isEmpty)) {
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
