import Files
import History
import TestSupport
import Testing
import Workflows

/// A short stream of trees.
private let trees = """
    schemaVersion: 1
    arrivals: {process: poisson, load: 0.9}
    count: 12
    applications:
      - {name: trees, family: in-tree, tasks: 8, width: 3}
    """
private let learning = [
    "evaluate", "learning", "--cluster", "c.json", "--seeds", "1", "--epochs", "1", "--episodes", "2", "--streams", "2",
    "--without", "",
]
private let shown = ["--demonstrations", "2", "--imitation", "1"]

/// Runs of four tasks of which each waits for the one before; later runs were started first.
private func history(startedAt: (Int) -> Double? = { 1000 - Double($0) }) -> HistoryBatch {
    var content = HistoryBatch(source: ImportedSource(name: "s", digest: "d", format: "wfformat"), executions: [])
    for run in 0..<20 {
        for task in 0..<4 {
            let spec = TaskSpec(
                workflow: "w", process: "p\(task)", cores: 2, run: "r\(run)", submittedAt: 100 + Double(run))
            content.executions.append(
                TaskExecution(
                    task: spec, taskID: "t\(task)", startedAt: startedAt(run).map { $0 + 100 * Double(task) },
                    completedAt: 2000, duration: 10 + Double(run)))
        }
        content.graphs.append(
            RecordedGraph(
                workflow: "w", run: "r\(run)", taskIDs: (0..<4).map { "t\($0)" },
                edges: (1..<4).map { RecordedGraph.Edge(parent: $0 - 1, child: $0, bytes: 0) }))
    }
    return content
}

private func write(_ batch: HistoryBatch, to path: String) throws {
    var store = HDF5ExecutionStore(path: path)
    _ = try store.append([batch])
}

private func inFolder(_ body: (TemporaryFolder) throws -> Void) throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try folder.write(#"{"nodes":[{"name":"a","cores":4},{"name":"b","cores":2}]}"#, to: "c.json")
        try folder.write(trees, to: "w.yaml")
        try write(history(), to: folder("h.h5"))
        try body(folder)
    }
}

@Test func loggedExecutionsShowWhatTheyDid() throws {
    try inFolder { folder in
        func report(_ arguments: [String]) throws -> (report: JSONField, errors: String) {
            let told = try run(program, learning + arguments + ["--json"], in: folder.path)
            #expect(told.status == 0, "\(arguments): \(told.errors)")
            return (JSONField(try JSONValue(parsing: Array(told.output.utf8))), told.errors)
        }
        let from = ["--workload", "w.yaml"]
        let none = try report(from).report["entries"].value
        let rule = try report(from + shown).report["entries"].value
        let (logged, told) = try report(from + shown + ["--history", "h.h5", "--teacher", "logged"])
        let both = try report(from + shown + ["--history", "h.h5", "--teacher", "both"]).report
        #expect(told.contains("the log shows ") && told.contains("srpt-path makes"), "\(told)")
        #expect(try logged["hyperparameters"]["teacherLogged"].double() == 1)
        #expect(try logged["hyperparameters"]["teacherRule"].double() == 0)
        #expect(try both["hyperparameters"]["teacherRule"].double() == 1)
        let curves = [none, rule, logged["entries"].value, both["entries"].value]
        for place in curves.indices { #expect(!curves[..<place].contains(curves[place])) }
        // What the log says counts: with starts in another order it shows something else.
        try write(history { 1000 + Double($0) }, to: folder("other.h5"))
        let other = try report(from + shown + ["--history", "other.h5", "--teacher", "logged"]).report
        #expect(other["entries"].value != logged["entries"].value)
        // Without a workload the one that is fitted to the history is learned from.
        let fitted = try report(["--history", "h.h5", "--demonstrations", "1", "--teacher", "logged"])
        #expect(try fitted.report["entries"].elements().count == 1)
    }
}

@Test func whatShowsNothingIsRefused() throws {
    try inFolder { folder in
        try write(history { $0 == 7 ? nil : 1000 }, to: folder("without.h5"))
        try folder.write(#"{"nodes":[{"name":"a","cores":1000}]}"#, to: "large.json")
        try folder.write(#"{"nodes":[{"name":"a","cores":1}]}"#, to: "small.json")
        let logged = ["--workload", "w.yaml", "--teacher", "logged", "--demonstrations", "1", "--history"]
        for (arguments, complaint) in [
            (
                ["--workload", "w.yaml", "--teacher", "logged", "--demonstrations", "1"],
                "shows executions of a --history"
            ),
            (
                ["--workload", "w.yaml", "--history", "h.h5"],
                "--history does nothing beside --workload without --teacher"
            ),
            ([], "--workload or --history says"),
            (["--history", "h.h5", "--teacher", "both"], "--teacher is about demonstrations"),
            (["--history", "h.h5", "--teacher", "nobody", "--demonstrations", "1"], "nobody"),
            (logged + ["missing.h5"], "missing.h5"),
            (
                logged + ["without.h5"],
                "without.h5: field executions/startedAt: is not there, or beyond 1e15 s, for the task \"t0\" in the run \"r7\""
            ),
            (logged + ["h.h5", "--cluster", "large.json"], "h.h5: shows no choice"),
            (logged + ["h.h5", "--cluster", "small.json"], "h.h5: "),
        ] {
            let cluster =
                arguments.contains("--cluster") ? learning.filter { $0 != "--cluster" && $0 != "c.json" } : learning
            let refused = try run(program, cluster + arguments, in: folder.path)
            #expect(refused.status != 0 && refused.errors.contains(complaint), "\(arguments): \(refused.errors)")
        }
    }
}
