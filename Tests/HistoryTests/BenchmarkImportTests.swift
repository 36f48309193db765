import Files
import History
import TestSupport
import Testing
import Workflows

private let table = "node_type\tcpu flops\tgpu\n1a\t0.2\t0\n18b\t0.4\t1500\n7\t0.1\t0\n"

private func batch(_ text: String, _ options: ImportOptions = ImportOptions()) throws -> (
    batch: HistoryBatch, problems: [InputError]
) {
    try TemporaryFolder.with { try importFile($0.write(text, to: "minibench.trace.txt"), options: options) }
}

@Test func aTableOfMachinesIsRecognizedByItsContent() throws {
    for text in [table, table.replacing("\t", with: ","), table.replacing("\n", with: "\r\n"), "\u{FEFF}" + table] {
        let (batch, problems) = try batch(text)
        #expect(batch.source.format == "benchmarks" && batch.executions.isEmpty && problems.isEmpty)
        #expect(batch.benchmarks.map(\.machine) == ["1a", "1a", "18b", "18b", "7", "7"])
        #expect(batch.benchmarks.map(\.name) == ["cpu flops", "gpu", "cpu flops", "gpu", "cpu flops", "gpu"])
        #expect(batch.benchmarks.map(\.value) == [0.2, 0, 0.4, 1500, 0.1, 0])
        #expect(batch.benchmarks.allSatisfy { $0.key == "node_type" })
    }
    var options = ImportOptions()
    options.ignoredColumns = ["gpu"]
    #expect(try batch(table, options).batch.benchmarks.map(\.value) == [0.2, 0.4, 0.1])
}

@Test func whatIsNoTableOfMachinesIsNone() throws {
    for text in [
        "at\tvalue\n1\t2\n", "node\ttask_id\tspeed\n1\t2\t3\n", "node\tspeed\na\tfast\n", "node\tspeed\na\t1\na\t2\n",
        "node\tspeed\n", "node\tspeed\na\t1\t2\n", "node\n1\n",
    ] {
        #expect(throws: UnknownFormat.self, "\(text)") { try batch(text) }
    }
}

@Test func badResultsAreLeftOutAndNamed() throws {
    var options = ImportOptions()
    options.format = .benchmarks
    let (batch, problems) = try batch("node\tspeed\tdisk\na\t1\t-2\na\t5\t5\nb\tsoon\tinf\n", options)
    #expect(batch.benchmarks == [MachineBenchmark(key: "node", machine: "a", name: "speed", value: 1)])
    #expect(problems.map(\.line) == [2, 3, 4, 4] && problems.map(\.field) == ["disk", "node", "speed", "disk"])
    for text in ["kind\tspeed\na\t1\n", "node\tspeed\tspeed\na\t1\t2\n", "node\tspeed\na\n", "node\tspeed\n\t1\n"] {
        #expect(throws: InputError.self, "\(text)") { try batch_(text, options) }
    }
    func batch_(_ text: String, _ options: ImportOptions) throws { _ = try HistoryTests.batch(text, options) }
}

@Test func historiesKeepTheNewestResultOfEachMachine() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        var store = HDF5ExecutionStore(path: folder("h.h5"))
        var memory = InMemoryExecutionStore()
        for (name, text) in [("a.txt", table), ("b.txt", "node_type\tcpu flops\n18b\t9\nnew\t3\n")] {
            let batch = try importFile(folder.write(text, to: name)).batch
            #expect(
                try store.append([batch, randomBatch(seed: 3, count: 4)])
                    == memory.append([batch, randomBatch(seed: 3, count: 4)]))
        }
        let content = try store.content()
        #expect(content == memory.content())
        #expect(content.benchmarks.map(\.value) == [0.2, 0, 9, 1500, 0.1, 0, 3])
        let summary = HistorySummary(content)
        #expect(summary.machines == 4 && summary.benchmarks == ["cpu flops", "gpu"] && summary.rows == 4)
        #expect(content.cleaned().benchmarks == content.benchmarks)
        let digest = DatasetDigest(content.executions, benchmarks: content.benchmarks)
        var faster = content.benchmarks
        faster[2].value += 1
        var digests: Set = [digest.sha256, DatasetDigest(content.executions).sha256]
        digests.insert(DatasetDigest(content.executions, benchmarks: faster).sha256)
        #expect(digests.count == 3)

        let script = """
            import h5py, sys
            h = h5py.File(sys.argv[1], 'a')
            texts = h['strings'].asstr()[:]
            for key, machine, name, value in zip(*(h['benchmarks/' + c][:] for c in ('key', 'machine', 'name', 'value'))):
                print(texts[key], texts[machine], texts[name], value, sep='|')
            del h['benchmarks']
            """
        let result = try runPython(script, [folder("h.h5")])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.split(separator: "\n").count == 7)
        #expect(result.output.contains("node_type|18b|cpu flops|9.0\n"))
        // A file from before there were any.
        var older = content
        older.benchmarks = []
        #expect(try store.content() == older)
    }
}

@Test(arguments: [
    ("h['benchmarks/value'][0] = -1", "-1.0 is no number from 0 on"),
    ("h['benchmarks/machine'][1] = -1", "is missing"), ("h['benchmarks/name'][1] = 10**6", "there is no text 1000000"),
    ("del h['benchmarks/key']", "the column is missing"),
])
func hostileBenchmarksAreRefused(change: String, complaint: String) throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        var store = HDF5ExecutionStore(path: folder("h.h5"))
        _ = try store.append([batch(table).batch])
        let result = try runPython(
            "import h5py, sys\nh = h5py.File(sys.argv[1], 'a')\n\(change)\nh.close()", [folder("h.h5")])
        #expect(result.status == 0, "\(result.errors)")
        let error = #expect(throws: InputError.self) { try store.content() }
        #expect(error?.description.contains(complaint) == true, "\(String(describing: error))")
    }
}

@Test func tasksKnowTheirMachineByNodeOrByAFeature() {
    let task = TaskSpec(
        process: "p", node: "n1", features: ["node_type": .word("18b"), "rack": .number(16), "half": .number(0.5)])
    #expect(task.machine(by: "node") == "n1" && task.machine(by: "node_type") == "18b")
    #expect(task.machine(by: "rack") == "16" && task.machine(by: "half") == "0.5" && task.machine(by: "x") == nil)
}
