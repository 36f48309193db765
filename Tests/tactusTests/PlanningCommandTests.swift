import Files
import TestSupport
import Testing
import Workflows

/// Two nodes of two cores, and a workflow whose short tasks stand before the long one.
private let cluster = #"{"nodes":[{"name":"n1","cores":2,"pricePerHour":1}]}"#
private let workflow = #"""
    {"name":"crowd-1","schemaVersion":"1.5","unknown":{"kept":[1,2.0]},"workflow":{
      "specification":{"tasks":[
        {"id":"s1","name":"s1"},{"id":"s2","name":"s2"},{"id":"s3","name":"s3"},
        {"id":"long","name":"long","tactus":{"request":{"cores":1}}}]},
      "execution":{"machines":[{"nodeName":"m","cpu":{"coreCount":2}}],"tasks":[
        {"id":"s1","runtimeInSeconds":30},{"id":"s2","runtimeInSeconds":30},{"id":"s3","runtimeInSeconds":30},
        {"id":"long","runtimeInSeconds":100}]}}}
    """#

private func run(_ arguments: String..., in folder: TemporaryFolder) throws -> ProgramResult {
    try TestSupport.run(program, arguments, in: folder.path)
}

private func json(_ result: ProgramResult) throws -> JSONField {
    JSONField(try JSONValue(parsing: Array(result.output.utf8)))
}

private func withFiles(_ body: (TemporaryFolder) throws -> Void) throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try folder.write(cluster, to: "c.json")
        try folder.write(workflow, to: "w.json")
        try body(folder)
    }
}

@Test func aWorkflowIsScheduled() throws {
    try withFiles { folder in
        let files = ["schedule", "--workflow", "w.json", "--cluster", "c.json", "--budget-ms", "20000"]
        for (policy, makespan) in [("fifo", 130.0), ("heft", 100), ("portfolio", 100)] {
            let result = try TestSupport.run(program, files + ["--policy", policy, "--json"], in: folder.path)
            #expect(result.status == 0 && result.errors == "", "\(result.errors)")
            let plan = try json(result)
            #expect(try plan["policy"].string() == policy && plan["makespan"].double() == makespan)
            let keys = [
                "policy", "foundBy", "makespan", "lowerBound", "gap", "decisionMs", "iterations", "alternatives",
            ]
            #expect(try plan.object().keys == keys + (policy == "portfolio" ? ["runnerUp"] : []) + ["tasks"])
            #expect(try plan["tasks"].elements()[3].object().keys == ["id", "node", "start", "end"])
        }
        let text = try TestSupport.run(program, files, in: folder.path)
        #expect(text.output.contains("portfolio, by its member heft") && text.output.contains("after 100 s"))
        try folder.write("orchestration:\n  scheduling:\n    algorithm: fifo\n", to: "tactus.yaml")
        #expect(try TestSupport.run(program, files, in: folder.path).output.contains("scheduled by fifo"))
    }
}

@Test func durationsCanBePredicted() throws {
    try withFiles { folder in
        let rows = (0..<30).map {
            "\($0)\t\($0 % 2 == 0 ? "s" : "long")\tCOMPLETED\t0\t1\t\($0 * 9000)\t\($0 * 9000 + 5000)\t\($0 % 2 == 0 ? 7000 : 9000)"
        }
        let header = "task_id\tprocess\tstatus\texit\tcpus\tsubmit\tcomplete\trealtime"
        try folder.write(([header] + rows).joined(separator: "\n"), to: "crowd.x.trace.txt")
        #expect(try run("import", "crowd.x.trace.txt", "--into", "h.h5", "--workflow", "w", in: folder).status == 0)
        #expect(try run("train", "predictor", "--history", "h.h5", "--model", "statistics", in: folder).status == 0)
        #expect(try run("models", "promote", "predictor", "1", "--force", "a test", in: folder).status == 0)
        let plan = try json(
            run(
                "schedule", "--workflow", "w.json", "--cluster", "c.json", "--durations", "predicted", "--policy",
                "fifo",
                "--json", in: folder))
        // s1 and s2 begin, s3 and long follow.
        #expect(abs(try plan["makespan"].double() - 16) < 0.1)
    }
}

@Test func suggestionsAreAppliedAndKeepWhatTheFileSaysBeside() throws {
    try withFiles { folder in
        let text = try run(
            "optimize", "--budget-ms", "20000", "--workflow", "w.json", "--cluster", "c.json", in: folder)
        #expect(text.status == 0 && text.output.contains("Recommended:") && text.output.contains("raise-priority"))
        let plan = try json(
            run("optimize", "--budget-ms", "20000", "--workflow", "w.json", "--cluster", "c.json", "--json", in: folder)
        )
        #expect(
            try plan.object().keys == [
                "bottlenecks", "analysis", "suggestions", "pareto", "recommended", "before", "after", "gainSeconds",
            ])
        #expect(try plan["before"]["makespan"].double() == 130 && plan["after"]["makespan"].double() == 100)
        let applied = try run(
            "optimize", "--budget-ms", "20000", "--workflow", "w.json", "--cluster", "c.json", "--apply", "recommended",
            "--output", "w2.json",
            in: folder)
        #expect(applied.status == 0 && applied.output.contains("written to w2.json"), "\(applied.errors)")
        let changed = try WfFormatDocument(contentsOf: folder("w2.json"))
        #expect(changed.json["unknown"] == .object(JSONObject([("kept", .array([.integer(1), .number(2)]))])))
        let again = try json(
            run("schedule", "--workflow", "w2.json", "--cluster", "c.json", "--policy", "fifo", "--json", in: folder))
        #expect(try again["makespan"].double() == 100)
        let answer = try run(
            "optimize", "--budget-ms", "20000", "--workflow", "w.json", "--cluster", "c.json", "--apply", "recommended",
            "--output", "w2.json", "--json", in: folder)
        try folder.write(answer.output, to: "applied.json")
        let undone = try run(
            "optimize", "--workflow", "w2.json", "--undo", "applied.json", "--output", "w3.json", in: folder)
        #expect(undone.status == 0, "\(undone.errors)")
        #expect(
            try WfFormatDocument(contentsOf: folder("w3.json")).json
                == WfFormatDocument(contentsOf: folder("w.json")).json)
        let drawn = try run(
            "optimize", "--budget-ms", "20000", "--workflow", "w.json", "--cluster", "c.json", "--report", "p.html",
            "--json", in: folder)
        let page = try readText(of: folder("p.html"))
        #expect(drawn.errors.contains("wrote p.html") && page.contains("raise-priority"))
        #expect(page.contains("<h3>Before: 2.17 min</h3>") && page.contains("<h3>After: 100 s</h3>"))
        // Without a cluster, the machines that it was recorded on.
        #expect(
            try json(run("optimize", "--budget-ms", "20000", "--workflow", "w.json", "--json", in: folder))["before"][
                "makespan"
            ].double()
                == 130)
    }
}

/// Both policies end after 10 s; HEFT puts the long task on the first node, first in, first out on the second.
@Test func aPageShowsTheRunOfItsPolicy() throws {
    try withFiles { folder in
        try folder.write(
            """
            {"name":"two","schemaVersion":"1.5","workflow":{
            "specification":{"tasks":[{"id":"short","name":"short"},{"id":"long","name":"long"}]},
            "execution":{"tasks":[{"id":"short","runtimeInSeconds":4},{"id":"long","runtimeInSeconds":10}]}}}
            """, to: "two.json")
        try folder.write(#"{"nodes":[{"name":"n","cores":1},{"name":"m","cores":1}]}"#, to: "both.json")
        for (policy, node) in [("heft", "n"), ("fifo", "m")] {
            let drawn = try run(
                "optimize", "--budget-ms", "20000", "--workflow", "two.json", "--cluster", "both.json", "--policy",
                policy,
                "--report", "p.html", "--json", in: folder)
            #expect(try json(drawn)["analysis"]["policy"].string() == policy)
            let page = try readText(of: folder("p.html"))
            #expect(page.contains("long on \(node): 0 ms to 10.0 s") && page.contains("Under \(policy) the workflow"))
        }
    }
}

/// Too few trials in too little time to be as good as promised; it then says so and fails.
@Test func anOptimizerIsScoredOnPlantedFaults() throws {
    try withFiles { folder in
        let result = try run(
            "evaluate", "optimizer", "--cluster", "c.json", "--workflow", "w.json", "--trials", "1", "--budget-ms",
            "200",
            "--json", in: folder)
        #expect(result.status == 0 || result.errors.contains("less is found or gained"), "\(result.errors)")
        let report = try json(result)
        let kinds = try report["detection"].elements().map { try $0["kind"].string() }
        #expect(Set(kinds).count == 6 && kinds.count == 21)
        #expect(try report["asTheyAre"].elements().map { try $0["fifo"].double() } == [130])
        #expect(try report["searches"].elements().count == 4)
    }
}

/// What goes in, and what the one line of the error must say.
@Test(arguments: [
    (["schedule", "--workflow", "none.json", "--cluster", "c.json"], "none.json: no such file"),
    (["schedule", "--workflow", "w.json", "--cluster", "w.json"], "w.json: field name: is not known here"),
    (["schedule", "--workflow", "c.json", "--cluster", "c.json"], "c.json: field schemaVersion: is missing"),
    (["schedule", "--workflow", "w.json", "--cluster", "empty.json"], "empty.json: field nodes: is empty"),
    (
        ["schedule", "--workflow", "w.json", "--cluster", "small.json"],
        "w.json: field workflow.specification.tasks[0].id"
    ),
    (["schedule", "--workflow", "w.json", "--cluster", "c.json", "--policy", "magic"], "\"magic\" is no policy"),
    (["schedule", "--workflow", "w.json", "--cluster", "c.json", "--budget-ms", "0"], "--budget-ms"),
    (["schedule", "--workflow", "cycle.json", "--cluster", "c.json"], "the tasks form a cycle"),
    (["schedule", "--workflow", "w.json", "--cluster", "c.json", "--durations", "predicted"], "has no champion"),
    (["optimize", "--workflow", "w.json", "--apply", "a"], "--apply and --output go together"),
    (
        ["optimize", "--budget-ms", "20000", "--workflow", "w.json", "--apply", "a", "--output", "o.json"],
        "\"a\" was not suggested; there are"
    ),
    (["optimize", "--workflow", "cycle.json"], "the tasks form a cycle"),
    (["token", "../x"], "is no name"), (["token", "a", "--role", "king"], "\"king\" is no role"),
])
func badPlansGiveOneClearLine(arguments: [String], complaint: String) throws {
    try withFiles { folder in
        try folder.write(#"{"nodes":[]}"#, to: "empty.json")
        try folder.write(#"{"nodes":[{"name":"n","cores":0.5}]}"#, to: "small.json")
        try folder.write(
            #"{"schemaVersion":"1.5","workflow":{"specification":{"tasks":[{"id":"a","parents":["b"]},{"id":"b","parents":["a"]}]}}}"#,
            to: "cycle.json")
        let result = try TestSupport.run(program, arguments, in: folder.path)
        #expect(result.status != 0 && result.output == "")
        #expect(result.errors.contains(complaint), "\(result.errors)")
        #expect(result.errors.split(separator: "\n").count { $0.hasPrefix("Error") } == 1, "\(result.errors)")
    }
}
