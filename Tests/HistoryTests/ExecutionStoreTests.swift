import Files
import Foundation
import History
import Kernels
import TestSupport
import Testing
import Workflows

/// Executions with everything that can be there or not be there.
func randomBatch(seed: UInt64, count: Int) -> HistoryBatch {
    var generator = SeededGenerator(seed: seed)
    func some<Value>(_ value: Value) -> Value? { generator.next() % 3 == 0 ? nil : value }
    func number() -> Double { Double(generator.next() % 1_000_000) / 7 }
    let words = ["", "sort", "größe", "a/b.c%", "日本", "with \"quotes\", and commas"]
    func word() -> String { words[Int(generator.next() % UInt64(words.count))] }
    let executions = (0..<count).map { row in
        var task = TaskSpec(
            workflow: some(word()), process: word(), tool: some(word()), inputBytes: some(number()),
            cores: some(number()),
            memoryRequestBytes: some(number()), attempt: Int(generator.next() % 3) + 1, run: some(word()),
            node: some(word()), submittedAt: some(number()))
        task.features["n"] = some(FeatureValue.number(number()))
        task.features["both"] = generator.next() % 2 == 0 ? .number(number()) : .word(word())
        task.features["od/d.na%me"] = some(FeatureValue.word(word()))
        return TaskExecution(
            task: task, taskID: "\(row)", sample: some(word()), startedAt: some(number()), completedAt: some(number()),
            cpu: some(number()), memory: some(number()), duration: some(number()),
            exit: some(Int(generator.next() % 256)), status: TaskExecution.Status.allCases[Int(generator.next() % 4)])
    }
    let graph = RecordedGraph(
        workflow: "w", run: "r\(seed)", taskIDs: ["a", "b"], edges: [.init(parent: 0, child: 1, bytes: 2.5)])
    return HistoryBatch(
        source: ImportedSource(name: "s\(seed)", digest: "d\(seed)", format: "wfformat"), executions: executions,
        graphs: seed % 2 == 0 ? [graph] : [])
}

@Test(arguments: 1...8)
func bothStoresKeepTheSame(seed: Int) throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        var file = HDF5ExecutionStore(path: folder("h.h5"))
        var memory = InMemoryExecutionStore()
        for part in 0..<3 {
            let batch = randomBatch(seed: UInt64(seed * 10 + part), count: part * 13)
            #expect(try file.append([batch]) == memory.append([batch]))
        }
        #expect(try file.content() == memory.content())
        #expect(try file.content().executions.count == 39)
    }
}

@Test func theSameFileAddsNothing() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        var store = HDF5ExecutionStore(path: folder("h.h5"))
        let batch = randomBatch(seed: 1, count: 5)
        #expect(try store.append([batch, batch]) == [.appended(rows: 5), .alreadyThere])
        let before = try readBytes(of: folder("h.h5"))
        #expect(try store.append([batch]) == [.alreadyThere])
        #expect(try readBytes(of: folder("h.h5")) == before)
    }
}

@Test func damagedAndForeignFilesAreRefusedByName() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        var store = HDF5ExecutionStore(path: folder("h.h5"))
        _ = try store.append([randomBatch(seed: 2, count: 50)])
        let whole = try readBytes(of: folder("h.h5"))
        for length in [0, 1, 100, whole.count / 4, whole.count / 2, whole.count - 1] {
            try folder.write(Data(whole.prefix(length)), to: "cut.h5")
            let error = #expect(throws: InputError.self) { try HDF5ExecutionStore(path: folder("cut.h5")).content() }
            #expect(error?.file == folder("cut.h5"), "at length \(length)")
        }
        let text = try folder.write("no HDF5", to: "text.h5")
        #expect(throws: InputError("is no HDF5 file, or a damaged one", file: text)) {
            try HDF5ExecutionStore(path: text).content()
        }
        #expect(throws: InputError("no such file or folder", file: folder("no.h5"))) {
            try HDF5ExecutionStore(path: folder("no.h5")).content()
        }
    }
}

@Test(.enabled(if: python != nil)) func h5pyReadsWhatIsWritten() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        var store = HDF5ExecutionStore(path: folder("h.h5"))
        let batch = randomBatch(seed: 4, count: 20)
        _ = try store.append([batch])
        let result = try runPython(
            """
            import h5py, json, sys, math
            h = h5py.File(sys.argv[1])
            assert h.attrs["schemaVersion"] == 2 and h.attrs["format"].decode() == "tactus-history"
            strings = h["strings"].asstr()[:]
            e = h["executions"]
            assert e["memory"].chunks and e["memory"].compression == "gzip" and e["memory"].maxshape == (None,)
            text = lambda c: [None if i < 0 else strings[i] for i in e[c][:]]
            number = lambda c: [None if math.isnan(v) else v for v in e[c][:]]
            print(json.dumps([text("process"), text("node"), number("memory"), [int(v) for v in e["attempt"][:]]]))
            """, [folder("h.h5")])
        #expect(result.status == 0, "\(result.errors)")
        let read = try JSONValue(parsing: Array(result.output.utf8))
        let rows = batch.executions
        #expect(read.array?[0].array?.map(\.string) == rows.map(\.task.process))
        #expect(read.array?[1].array?.map(\.string) == rows.map(\.task.node))
        #expect(read.array?[2].array?.map(\.double) == rows.map(\.memory))
        #expect(read.array?[3].array?.map(\.int) == rows.map(\.task.attempt))
    }
}

/// A file from before tools were kept is read, and so is the digest of such data the one of before.
@Test(.enabled(if: python != nil)) func historiesWithoutToolsAreRead() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        var store = HDF5ExecutionStore(path: folder("h.h5"))
        var batch = randomBatch(seed: 8, count: 30)
        _ = try store.append([batch])
        let result = try runPython(
            "import h5py, sys\nh = h5py.File(sys.argv[1], 'a')\ndel h['executions/tool']\nh.close()", [folder("h.h5")])
        #expect(result.status == 0, "\(result.errors)")
        let read = try store.content().executions
        let digest = DatasetDigest(batch.executions).sha256
        #expect(batch.executions.contains { $0.task.tool != nil } && digest != DatasetDigest(read).sha256)
        for place in batch.executions.indices { batch.executions[place].task.tool = nil }
        #expect(read == batch.executions)
        // What is added goes on in the same file, with its tools.
        let more = randomBatch(seed: 9, count: 10)
        _ = try store.append([more])
        #expect(try store.content().executions == batch.executions + more.executions)
    }
}

/// The digest that a version states of the data that it was trained on does not depend on what a later schema has room for.
@Test func theDigestOfDataWithoutToolsStaysAsItWas() throws {
    let content = try HDF5ExecutionStore(path: repository + "/datasets/corpus.h5").content()
    let manifest = try JSONField(
        JSONValue(parsing: readBytes(of: repository + "/models/predictor/1/manifest.json")))
    let digest = DatasetDigest(content.executions, benchmarks: content.benchmarks).sha256
    #expect(try manifest["dataset"]["sha256"].string() == digest)
}

@Test(
    .enabled(if: python != nil),
    arguments: [
        ("h.attrs['schemaVersion'] = 99", "schemaVersion"), ("h.attrs['format'] = 'other'", "another program"),
        ("del h['executions/memory']", "executions/memory"),
        ("h['executions/process'][3] = 10**12", "executions/process"),
        ("del h['executions/cpu']; h['executions/cpu'] = [1.0, 2.0]", "executions/cpu"),
        ("del h['executions/cpu']; h['executions/cpu'] = [[1.0]]", "executions/cpu"),
        ("h['graphs/tasks'][0] = 2**62", "graphs/tasks"), ("h['graphs/children'][0] = -5", "graphs/parents"),
        ("del h['strings']; h['strings'] = [1, 2]", "strings"), ("h['executions/source'][0] = 7", "executions/source"),
        ("h['executions/exit'][0] = 1e300", "executions/exit"),
    ])
func hostileFilesAreRefused(change: String, complaint: String) throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        var store = HDF5ExecutionStore(path: folder("h.h5"))
        _ = try store.append([randomBatch(seed: 6, count: 10)])
        let result = try runPython(
            "import h5py, sys\nh = h5py.File(sys.argv[1], 'a')\n\(change)\nh.close()", [folder("h.h5")])
        #expect(result.status == 0, "\(result.errors)")
        let error = #expect(throws: InputError.self) { try store.content() }
        #expect(error?.description.contains(complaint) == true, "\(String(describing: error))")
    }
}

@Test func theDigestFollowsTheContentAlone() throws {
    let rows = randomBatch(seed: 1, count: 20).executions
    #expect(DatasetDigest(rows) == DatasetDigest(rows))
    var changed = rows
    changed[7].task.features["n"] = .number(-1)
    #expect(DatasetDigest(changed).sha256 != DatasetDigest(rows).sha256)
    let changes: [(inout TaskExecution) -> Void] = [
        { $0.task.process += "x" }, { $0.taskID = "another" }, { $0.duration = 0.125 }, { $0.exit = 77 },
        { $0.task.attempt += 1 }, { $0.task.node = "another" }, { $0.task.tool = "another" },
        { $0.task.features["n"] = .word("-1") },
    ]
    var digests: Set = [DatasetDigest(rows).sha256, DatasetDigest(changed).sha256]
    for change in changes {
        var other = rows
        change(&other[7])
        digests.insert(DatasetDigest(other).sha256)
    }
    #expect(digests.count == 2 + changes.count)
    #expect(DatasetDigest(Array(rows.reversed())).sha256 != DatasetDigest(rows).sha256)
}

@Test func validationFindsWhatCannotBe() throws {
    var content = HistoryContent()
    var task = TaskSpec(process: "p", submittedAt: 10)
    let good = TaskExecution(task: task, taskID: "1", startedAt: 11, completedAt: 12, duration: 1)
    task.submittedAt = 100
    let early = TaskExecution(task: task, taskID: "2", startedAt: 11, completedAt: 5, duration: -1)
    _ = try content.append([
        HistoryBatch(source: .init(name: "s", digest: "d", format: "csv"), executions: [good, early, good])
    ])
    let validation = HistoryValidation(content)
    #expect(validation.problems.map(\.row) == [1, 1, 1, 2])
    #expect(validation.problems.map(\.field) == ["startedAt", "completedAt", "duration", "taskId"])
    #expect(content.cleaned().executions == [good])
}
