import Files
import TestSupport
import Testing

private func run(_ arguments: String..., in folder: TemporaryFolder) throws -> ProgramResult {
    try TestSupport.run(program, arguments, in: folder.path)
}

private func json(_ result: ProgramResult) throws -> JSONField {
    JSONField(try JSONValue(parsing: Array(result.output.utf8)))
}

/// A workflow of one task that takes so many seconds, holds a core and needs 6 GB.
private func workflow(_ seconds: Int, request: Double = 6e9) -> String {
    #"""
    {"name":"one-\#(seconds)","schemaVersion":"1.5","workflow":{
      "specification":{"tasks":[{"id":"t","name":"t","tactus":{"request":{"memoryBytes":\#(request)}}}]},
      "execution":{"machines":[],"tasks":[{"id":"t","runtimeInSeconds":\#(seconds),"memoryInBytes":6e9}]}}}
    """#
}

/// A long workflow, then two short ones, on one core.
private func withFiles(_ body: (TemporaryFolder) throws -> Void) throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try folder.write(
            #"{"nodes":[{"name":"n1","cores":1,"memoryBytes":16e9,"pricePerHour":3.6,"startupSeconds":10,"pool":"p"}]}"#,
            to: "c.json")
        try folder.write(workflow(100), to: "workflows/long.json")
        try folder.write(workflow(40), to: "workflows/middle.json")
        try folder.write(workflow(20), to: "workflows/short.json")
        try folder.write(
            """
            {"arrivals":[{"at":0,"workflow":"workflows/long.json"},{"at":2,"workflow":"workflows/middle.json"},
              {"at":1,"workflow":"workflows/short.json"},{"at":3,"workflow":"workflows/short.json"}]}
            """, to: "a.json")
        try body(folder)
    }
}

@Test func aStreamOfArrivalsRunsUnderAPolicy() throws {
    try withFiles { folder in
        let result = try run(
            "simulate", "run", "--workload", "a.json", "--cluster", "c.json", "--policy", "fifo", "--tasks", "--json",
            in: folder)
        #expect(result.status == 0 && result.errors == "", "\(result.errors)")
        let run = try json(result)
        // The node starts for 10 s; then 100, 20 (the second to arrive), 40 and 20 s.
        let completed = try run["workflows"].elements().map { try $0["completed"].double() }
        #expect(completed == [110, 130, 170, 190])
        #expect(try run["workflows"].elements().map { try $0["arrived"].double() } == [0, 1, 2, 3])
        #expect(try run["workflows"].elements()[1]["workflow"].string() == "workflows/short.json")
        #expect(try run["meanCompletion"].double() == (110 + 129 + 168 + 187) / 4.0)
        #expect(try run["p95Completion"].double() == 187 && run["makespan"].double() == 190)
        #expect(try run["failures"].int() == 0 && run["taskEvents"].int() == 8 && run["policy"].string() == "fifo")
        #expect(try abs(run["coreHours"].double() - 190 / 3600.0) < 1e-12)
        #expect(try abs(run["gigabyteHours"].double() - 6 * 190 / 3600.0) < 1e-12)
        // On for 190 s, and 60 s more.
        #expect(try abs(run["cost"].double() - 0.25) < 1e-12)
        let tasks = try run["tasks"].elements()
        #expect(try tasks.map { try $0["arrival"].int() } == [0, 2, 1, 3])
        #expect(try tasks[1].object().keys == ["arrival", "id", "node", "start", "end"])
        #expect(
            try tasks[1]["id"].string() == "t" && tasks[1]["start"].double() == 110 && tasks[1]["node"].string() == "n1"
        )
    }
}

@Test func whatIfRunsTheSameStreamWithAChange() throws {
    try withFiles { folder in
        let result = try run(
            "simulate", "run", "--workload", "a.json", "--cluster", "c.json", "--policy", "fifo", "--what-if",
            "policy=srpt", "--what-if", "add=n1,speed=p*2", "--report", "r.html", "--json", in: folder)
        #expect(result.status == 0, "\(result.errors)")
        let changes = try json(result)["whatIf"].elements()
        #expect(try changes.map { try $0["change"].string() } == ["policy=srpt", "add=n1,speed=p*2"])
        #expect(try changes[0]["policy"].string() == "srpt")
        // The two short ones come before the middle one.
        #expect(try changes[0]["workflows"].elements().map { try $0["completed"].double() } == [110, 130, 190, 150])
        // Two nodes at twice the speed: 10 to 60, 11 to 21, 21 to 41 and 41 to 51.
        #expect(try changes[1]["workflows"].elements().map { try $0["completed"].double() } == [60, 21, 41, 51])
        let page = String(decoding: try readBytes(of: folder("r.html")), as: UTF8.self)
        #expect(page.contains("policy=srpt") && page.contains("sooner than under fifo"))
        // One has the same colour in all drawings, whichever comes to most.
        for drawing in ["distribution of time from arrival to completion", "cores held"] {
            #expect(page.contains("\(drawing): fifo, policy=srpt, add=n1,speed=p*2"))
        }
        let text = try run(
            "simulate", "run", "--workload", "a.json", "--cluster", "c.json", "--policy", "fifo", "--what-if",
            "policy=srpt", "--tasks", in: folder)
        #expect(text.output.contains("Mean completion") && text.output.contains("long.json"), "\(text.errors)")
    }
}

/// A node that leaves takes its task with it; a change of the cluster takes along what happens to the nodes that stay.
@Test func nodesComeAndGoAsAWorkloadSays() throws {
    try withFiles { folder in
        let text = """
            schemaVersion: 1
            arrivals: {process: poisson, meanGapSeconds: 1000}
            count: 3
            trouble: {nodes: [{at: 0, node: b, change: leaves}, {at: 100, node: c, change: leaves}]}
            applications: [{name: w, family: fork-join, tasks: 12, width: 10, meanSeconds: 500}]
            """
        try folder.write(text, to: "w.yaml")
        let names = ["a", "b", "c"].map { #"{"name": "\#($0)", "cores": 2}"# }.joined(separator: ", ")
        try folder.write(#"{"nodes": [\#(names)]}"#, to: "three.json")
        let result = try run(
            "simulate", "run", "--workload", "w.yaml", "--cluster", "three.json", "--policy", "fifo", "--tasks",
            "--what-if", "remove=b", "--what-if", "remove=a", "--json", in: folder)
        #expect(result.status == 0, "\(result.errors)")
        let run = try json(result)
        func nodes(_ run: JSONField) throws -> Set<String> {
            Set(try run["tasks"].elements().map { try $0["node"].string() })
        }
        #expect(try nodes(run) == ["a"])
        let changes = try run["whatIf"].elements()
        #expect(try nodes(changes[0]) == ["a"])
        // Without the only node that stays nothing completes.
        #expect(
            try nodes(changes[1]) == [] && changes[1]["workflows"].elements().allSatisfy { !$0["completed"].isPresent })
        func simulate(on cluster: String, _ options: String...) throws -> ProgramResult {
            try TestSupport.run(
                program,
                ["simulate", "run", "--workload", "w.yaml", "--cluster", cluster, "--policy", "fifo"] + options,
                in: folder.path)
        }
        let table = try simulate(on: "three.json", "--what-if", "remove=a")
        #expect(table.output.contains("remove=a: no workflow completed."), "\(table.output)")
        #expect(table.output.contains(/remove=a +– +– +– +–/) && !table.output.contains("remove=a: workflows"))
        try folder.write(#"{"nodes": [{"name": "b", "cores": 2}, {"name": "c", "cores": 2}]}"#, to: "two.json")
        let none = try simulate(on: "two.json", "--what-if", "add=c")
        #expect(none.output.contains("add=c: no workflow completed under fifo to be compared with."), "\(none.output)")
        #expect(none.output.contains("fifo: 3 of 3 workflows did not complete"))
        try folder.write(text.replacingOccurrences(of: "node: c", with: "node: d"), to: "w.yaml")
        let wrong = try simulate(on: "three.json")
        #expect(wrong.status != 0 && wrong.errors.contains("trouble.nodes[1].node: is \"d\""), "\(wrong.errors)")
    }
}

@Test func aRequestThatIsTooSmallFailsAndIsTriedAgain() throws {
    try withFiles { folder in
        try folder.write(workflow(100, request: 2e9), to: "workflows/small.json")
        try folder.write(#"{"arrivals":[{"at":0,"workflow":"workflows/small.json"}]}"#, to: "s.json")
        let run = try json(
            run(
                "simulate", "run", "--workload", "s.json", "--cluster", "c.json", "--policy", "fifo", "--tasks",
                "--json",
                in: folder))
        // 2, then 4, then 8 GB.
        #expect(try run["failures"].int() == 2 && run["workflows"].elements()[0]["completed"].double() == 310)
        #expect(try run["tasks"].elements().count == 1)
        let failed = try run["failedAttempts"].elements()
        #expect(try failed.map { try $0["memoryBytes"].double() } == [2e9, 4e9])
        #expect(try failed.allSatisfy { try $0["outcome"].string() == "outOfMemory" })
    }
}

@Test func aHistoryBecomesAWorkloadThatRuns() throws {
    try withFiles { folder in
        let fitted = try run(
            "simulate", "fit", "--history", repository + "/datasets/corpus.h5", "--output", "w.yaml", in: folder)
        #expect(fitted.status == 0 && fitted.output.contains("corpus: 100 % of arrivals"), "\(fitted.errors)")
        let first = try run(
            "simulate", "run", "--workload", "w.yaml", "--cluster", "c.json", "--policy", "srpt", "--seed", "3",
            "--json",
            in: folder)
        #expect(first.status == 0, "\(first.errors)")
        let again = try run(
            "simulate", "run", "--workload", "w.yaml", "--cluster", "c.json", "--policy", "srpt", "--seed", "3",
            "--json",
            in: folder)
        let (one, two) = (try json(first), try json(again))
        #expect(one["workflows"].value == two["workflows"].value && one["cost"].value == two["cost"].value)
        #expect(try one["workflows"].elements().count == 200)
        let other = try run(
            "simulate", "run", "--workload", "w.yaml", "--cluster", "c.json", "--policy", "srpt", "--seed", "4",
            "--json",
            in: folder)
        #expect(try json(other)["workflows"].value != one["workflows"].value)
    }
}

@Test func policiesAreComparedOnTheSameStreams() throws {
    try withFiles { folder in
        try folder.write(
            """
            schemaVersion: 1
            arrivals: {process: poisson, load: 0.8}
            count: 40
            applications:
              - {name: long, workflow: workflows/long.json}
              - {name: short, workflow: workflows/short.json, weight: 3}
            """, to: "w.yaml")
        let result = try run(
            "evaluate", "scheduler", "--workload", "w.yaml", "--cluster", "c.json", "--policy", "fifo,srpt",
            "--streams",
            "6", "--report", "r.html", "--json", in: folder)
        #expect(result.status == 0, "\(result.errors)")
        let report = try json(result)
        let entries = try report["variants"].elements()
        #expect(
            try report["baseline"].string() == "fifo" && entries.map { try $0["name"].string() } == ["fifo", "srpt"])
        #expect(try entries[1]["runs"].elements().map { try $0["seed"].int() } == [1, 2, 3, 4, 5, 6])
        #expect(try entries[0]["completionDifference"]["value"].double() == 0)
        #expect(
            try entries[1]["completionDifference"]["high"].double() < 0 && entries[1]["verdict"].string() == "better")
        #expect(kind(of: folder("r.html")) == .file)
    }
}

@Test func whatIsWrongWithASimulationIsSaid() throws {
    try withFiles { folder in
        try folder.write(
            "schemaVersion: 1\narrivals: {process: poisson, load: 0.8}\ncount: 1\ntypo: 1\n", to: "typo.yaml")
        try folder.write(#"{"arrivals":[{"at":0,"workflow":"none.json"}]}"#, to: "none.yaml")
        try folder.write(
            #"{"nodes":[{"name":"n1","cores":1,"memoryBytes":1e9}]}"#, to: "tiny.json")
        for (workload, cluster, more, expected) in [
            ("typo.yaml", "c.json", [], "typo.yaml:4: field typo: is not known here"),
            ("none.yaml", "c.json", [], "none.json: "), ("missing.yaml", "c.json", [], "missing.yaml: "),
            (
                "a.json", "tiny.json", [],
                "workflows/long.json: field workflow.specification.tasks[0].id: the task \"t\" fits on no"
            ),
            ("a.json", "c.json", ["--what-if", "add=x"], "--what-if: \"x\" is no node"),
            ("a.json", "c.json", ["--what-if", "remove=n1"], "leaves no node"),
            ("a.json", "c.json", ["--what-if", "speed=p"], "names no factor"),
            ("a.json", "c.json", ["--what-if", "faster"], "is no change"),
            ("a.json", "c.json", ["--what-if", "policy=best"], "\"best\" is no policy"),
        ] {
            let result = try TestSupport.run(
                program, ["simulate", "run", "--workload", workload, "--cluster", cluster, "--policy", "fifo"] + more,
                in: folder.path)
            #expect(result.status != 0 && result.errors.contains(expected), "\(expected): \(result.errors)")
            #expect(result.errors.split(separator: "\n").count == 1 && result.output == "")
        }
    }
}

@Test func theDocumentedWorkloadRuns() throws {
    let page = String(decoding: try readBytes(of: repository + "/docs/workloads.md"), as: UTF8.self)
    let blocks = page.matches(of: /(?s)```yaml\n(.*?)```/).map { String($0.output.1) }
    #expect(blocks.count == 1)
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try folder.write(try #require(blocks.first), to: "w.yaml")
        let result = try run(
            "simulate", "run", "--workload", "w.yaml", "--cluster",
            repository + "/Benchmarks/peers/clusters/cluster-100.json",
            "--policy", "edf", "--tasks", "--json", in: folder)
        #expect(result.status == 0, "\(result.errors)")
        let run = try json(result)
        let names = Set(try run["workflows"].elements().map { try $0["workflow"].string() })
        #expect(try names == ["nightly", "align"] && run["workflows"].elements().count == 200)
        #expect(try run["failures"].int() > 0 && run["missedDeadlines"].int() < 200)
    }
}
