import Files
import History
import TestSupport
import Testing
import Workflows

private let header =
    "task_id\tprocess\ttag\tstatus\texit\tcpus\tmemory\tattempt\tsubmit\tstart\tcomplete\trealtime\t%cpu\tpeak_rss\trchar\tlines\tkind"

private func importTrace(_ lines: [String], name: String = "wf.step.trace.txt", strict: Bool = false) throws -> (
    batch: HistoryBatch, problems: [InputError]
) {
    try TemporaryFolder.with { folder in
        var options = ImportOptions()
        options.isStrict = strict
        return try importFile(
            folder.write(([header] + lines).joined(separator: "\n") + "\n", to: name), options: options)
    }
}

@Test func readsRawAndHumanValuesAlike() throws {
    let raw =
        "1\tA:B:sort\ts1\tCOMPLETED\t0\t2\t1073741824\t1\t1629973353123\t1629973354000\t1629973360000\t184500\t98.5\t1288490188.8\t77\t12\tred"
    let human =
        "1\tA:B:sort\ts1\tCOMPLETED\t0\t2\t1 GB\t1\t2021-08-26 10:22:33.123\t2021-08-26 10:22:34\t2021-08-26 10:22:40\t3m 4s 500ms\t98.5%\t1.2 GB\t77 B\t12\tred"
    let batch = try importTrace([raw, human]).batch
    #expect(batch.executions[0] == batch.executions[1])
    let execution = batch.executions[0]
    #expect(execution.task.taskType == "wf:sort")
    #expect(execution.task.run == "wf.step")
    #expect(execution.duration == 184.5 && execution.cpu == 0.985 && execution.memory == 1_288_490_188.8)
    #expect(execution.task.submittedAt == 1_629_973_353.123 && execution.task.memoryRequestBytes == 1_073_741_824)
    // A task's own counters are no features.
    #expect(execution.task.features == ["lines": .number(12), "kind": .word("red")])
    #expect(execution.sample == "s1" && execution.task.cores == 2)
}

@Test func badRowsAreLeftOutAndNamed() throws {
    let good = "1\tp\t-\tCOMPLETED\t0\t1\t-\t1\t1\t2\t3\t1000\t50\t9\t-\t1\ta"
    let bad = [
        good.replacing("COMPLETED", with: "DONE"), good.replacing("\t9\t", with: "\t-9\t"), good + "\textra",
        good.replacing("\t1000\t", with: "\tsoon\t"),
    ]
    let (batch, problems) = try importTrace([good] + bad + [good.replacing("COMPLETED", with: "FAILED")])
    #expect(batch.executions.map(\.status) == [.completed, .failed])
    #expect(
        problems.map(\.line) == [5, 3, 4, 6] || problems.map(\.line).sorted { ($0 ?? 0) < ($1 ?? 0) } == [3, 4, 5, 6])
    #expect(Set(problems.map(\.field)) == ["status", "peak_rss", nil, "realtime"])
    #expect(throws: InputError.self) { try importTrace([good] + bad, strict: true) }
}

/// More than any computer has, or than any program can have run, was misread or comes of a spoiled file.
@Test func impossibleMeasurementsAreNamed() throws {
    let good = "1\tp\t-\tCOMPLETED\t0\t1\t-\t1\t1\t2\t3\t1000\t50\t9\t-\t1\ta"
    let bad = [
        good.replacing("\t50\t", with: "\t1e12\t"), good.replacing("\t9\t", with: "\t1e300\t"),
        good.replacing("\t1000\t", with: "\t1e18\t"),
    ]
    // A large machine for a long time is possible.
    let large = good.replacing("\t50\t", with: "\t819200\t").replacing("\t9\t", with: "\t64 TB\t")
        .replacing("\t1000\t", with: "\t400d\t")
    let (batch, problems) = try importTrace([good] + bad + [large])
    #expect(batch.executions.map(\.cpu) == [0.5, 8192])
    #expect(problems.map(\.line) == [3, 4, 5])
    #expect(problems.map(\.field) == ["%cpu", "peak_rss", "realtime"])
    #expect(problems.first?.description.contains("is 10000000000 cores, more than can be: 16777216") == true)
    let document = """
        {"schemaVersion": "1.5", "name": "x", "workflow": {
         "specification": {"tasks": [{"id": "a", "name": "a"}, {"id": "b", "name": "b"}]},
         "execution": {"tasks": [
          {"id": "a", "runtimeInSeconds": 1, "avgCPU": 1e20}, {"id": "b", "runtimeInSeconds": 1, "memoryInBytes": 1}]}}}
        """
    let file = try TemporaryFolder.with { try importFile($0.write(document, to: "wf-run-1.json")) }
    #expect(file.batch.executions.map(\.taskID) == ["b"] && file.problems.count == 1)
    #expect(file.problems.first?.description.contains("avgCPU") == true, "\(file.problems)")
    // A history that has one already tells, and is cleaned of it.
    var spoiled = batch.executions[0]
    spoiled.memory = 1e17
    var content = HistoryContent()
    content.executions = [batch.executions[0], spoiled]
    content.sourcePlaces = [0, 1]
    let found = HistoryValidation(content)
    #expect(found.faultyRows == [1] && found.problems.map(\.field) == ["memory"])
}

@Test func processFollowsTheRules() throws {
    let document = """
        {"schemaVersion": "1.5", "name": "x", "workflow": {"specification": {"tasks": [
          {"id": "A.B.STEP_12", "name": "A.B.STEP_12"}, {"id": "b", "name": "b"}, {"id": "c_3", "name": "c_3"}]},
         "execution": {"tasks": [
          {"id": "A.B.STEP_12", "runtimeInSeconds": 1, "command": {"program": "echo hello"}},
          {"id": "b", "runtimeInSeconds": 0, "command": {"program": "blast"}},
          {"id": "c_3", "runtimeInSeconds": 2, "avgCPU": 150,
           "tactus": {"submittedAt": 5, "startedAt": 6, "completedAt": 8, "exit": 1, "attempt": 2, "features": {"k": 4}}}]}}}
        """
    let batch = try TemporaryFolder.with { try importFile($0.write(document, to: "wf-run-1.json")).batch }
    #expect(batch.executions.map(\.task.taskType) == ["wf:STEP", "wf:blast", "wf:c"])
    #expect(batch.executions.map(\.isUsable) == [true, false, false])
    let last = batch.executions[2]
    #expect(last.task.run == "wf-run-1" && last.task.attempt == 2 && last.status == .failed && last.cpu == 1.5)
    #expect(last.task.features["k"] == .number(4) && last.task.features["tasks"] == .number(3))
    #expect(last.completedAt == 8 && last.task.submittedAt == 5)
}

@Test func aFileOfNoFormatIsRefused() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let path = try folder.write("hello", to: "x.txt")
        let error = #expect(throws: UnknownFormat.self) { try importFile(path) }
        #expect(error?.description.hasPrefix(path) == true)
    }
}

@Test func theToolIsThatOfTheContainerOrTheModule() throws {
    let header = "task_id\tprocess\tstatus\trealtime\tcontainer\tmodule"
    let cells = [
        ("quay.io/biocontainers/samtools:1.17--h00cdaf9_0", "-"), ("-", "[star/2.7.9a, samtools/1.9]"), ("-", "-"),
        ("/cache/systemsgenetics-kinc-3.4.2-cpu.img", "[kinc/v3.4.2]"),
    ]
    let rows = cells.enumerated().map { "\($0)\tp\($0)\tCOMPLETED\t1000\t\($1.0)\t\($1.1)" }
    let batch = try TemporaryFolder.with { folder in
        try importFile(folder.write(([header] + rows).joined(separator: "\n"), to: "w.trace.txt")).batch
    }
    #expect(batch.executions.map(\.task.tool) == ["samtools", "star", nil, "systemsgenetics-kinc"])
    // It is no feature: it says nothing within a process.
    #expect(batch.executions.allSatisfy { $0.task.features.isEmpty })
}

@Test(.enabled(if: traces != nil)) func readsEveryTesseractTrace() throws {
    var (rows, failed, problems) = (0, 0, 0)
    var tools: Set<String> = []
    for path in try files(inFolder: try #require(traces) + "/tesseract") where path.hasSuffix(".trace.txt") {
        let file = try importFile(path)
        rows += file.batch.executions.count
        failed += file.batch.executions.count { $0.status == .failed }
        problems += file.problems.count
        tools.formUnion(file.batch.executions.compactMap(\.task.tool))
    }
    #expect(rows == 7212 && failed == 19 && problems == 0)
    #expect(tools == ["systemsgenetics-gemmaker", "kinc", "hemelb"])
}
