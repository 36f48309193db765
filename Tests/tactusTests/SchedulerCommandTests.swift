import Files
import Foundation
import TestSupport
import Testing

private func workload(load: Double) -> String {
    """
    schemaVersion: 1
    arrivals: {process: poisson, load: \(load)}
    count: 30
    applications:
      - {name: trees, family: in-tree, tasks: 15, width: 3}
      - {name: forks, family: fork-join, tasks: 24, width: 6}
    """
}

@Test func aSchedulerIsTrainedPublishedAndComparedWithRules() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try folder.write(#"{"nodes":[{"name":"a","cores":4},{"name":"b","cores":2}]}"#, to: "c.json")
        try folder.write(workload(load: 0.7), to: "light.yaml")
        try folder.write(workload(load: 0.95), to: "heavy.yaml")
        func json(_ arguments: [String]) throws -> JSONField {
            let result = try run(program, arguments + ["--json"], in: folder.path)
            #expect(result.status == 0, "\(result.errors)")
            return JSONField(try JSONValue(parsing: Array(result.output.utf8)))
        }
        func train(_ arguments: String...) throws -> JSONField {
            try json(
                [
                    "train", "scheduler", "--workload", "light.yaml", "--workload", "heavy.yaml", "--cluster", "c.json",
                    "--streams", "4", "--search-steps", "1", "--search-pairs", "6",
                ] + arguments)
        }
        let trained = try train("--log-dir", "logs")
        #expect(try trained["kind"].string() == "dqn" && trained["version"].int() == 1)
        let metrics = try trained["metrics"].elements()
        #expect(try metrics.map { try $0["target"].string() } == ["light.yaml", "heavy.yaml"])
        for metric in metrics {
            // Over the better rule, as the accuracy is: that one has 0, and the other one is not above.
            let rules = try ["srpt", "srpt-path"].map { try metric["heuristics"][$0].double() }
            #expect(rules.max() == 0 && rules.allSatisfy { $0 <= 0 })
        }
        #expect(kind(of: folder("logs/run.jsonl")) == .file)
        let verified = try json(["models", "verify", "scheduler", "1"])
        #expect(try verified["verified"].bool())
        let card = try run(program, ["models", "show", "scheduler", "1"], in: folder.path)
        #expect(card.output.contains("| heavy.yaml |") && card.output.contains("- Chosen: "), "\(card.output)")
        #expect(card.output.contains("- Split: by the seed") && card.output.contains("- Training: "), "\(card.output)")

        let stream = ["--workload", "heavy.yaml", "--cluster", "c.json", "--streams", "3"]
        let unknown = try run(program, ["evaluate", "scheduler", "--policy", "srpt,dqn"] + stream, in: folder.path)
        #expect(unknown.status != 0 && unknown.errors.contains("no champion"), "\(unknown.errors)")
        for name in ["dqn@", "dqn@scheduler@01", "dqn@scheduler@1@1"] {
            let refused = try run(program, ["evaluate", "scheduler", "--policy", name] + stream, in: folder.path)
            #expect(refused.status != 0 && refused.errors.contains("--policy"), "\(name) \(refused.errors)")
        }
        _ = try json(["models", "promote", "scheduler", "1", "--force", "a test"])
        let report = try json(
            ["evaluate", "scheduler", "--policy", "srpt,dqn,dqn@scheduler@1"] + stream)
        let variants = try report["variants"].elements()
        #expect(try variants.map { try $0["name"].string() } == ["srpt", "dqn", "dqn@scheduler@1"])
        let portfolios = ["evaluate", "scheduler", "--policy", "portfolio,portfolio+dqn@scheduler@1"] + stream
        for (variant, members) in try zip(json(portfolios)["variants"].elements(), [5, 6]) {
            for run in try variant["runs"].elements() { #expect(try run["choices"].elements().count == members) }
        }
        let alone = ["simulate", "run", "--policy", "portfolio", "--workload", "heavy.yaml", "--cluster", "c.json"]
        #expect(try json(alone)["choices"].elements().count == 5)
        let untried = try run(program, alone + ["--iterations", "0"], in: folder.path)
        #expect(untried.status != 0 && untried.errors.contains("--iterations is 0, not positive"), "\(untried.errors)")
        let shares = try run(program, portfolios, in: folder.path)
        #expect(shares.output.contains("portfolio+dqn@scheduler@1: in charge behind an arrival"), "\(shares.output)")
        let noMember = try run(
            program, ["evaluate", "scheduler", "--policy", "portfolio+srpt"] + stream, in: folder.path)
        #expect(noMember.status != 0 && noMember.errors.contains("no learned scheduler"), "\(noMember.errors)")
        let means = try variants.map { try $0["runs"].elements().map { try $0["meanCompletion"].double() } }
        #expect(means[1] == means[2] && means[1].count == 3)
        for (learned, srpt) in zip(means[1], means[0]) { #expect(learned < 1.3 * srpt) }
        try checkPlansAndRuns(in: folder, json, means: means[1])

        // The next one is compared with the champion, which the same training has made.
        for metric in try train()["metrics"].elements() {
            #expect(try metric["champion"]["version"].int() == 1 && metric["champion"]["difference"].double() == 0)
        }
        let second = try run(program, ["models", "show", "scheduler", "2"], in: folder.path)
        #expect(second.output.contains("| champion |"), "\(second.output)")
    }
}

@Test func damagedAliasesEndATrainingOfASchedulerAtItsBeginning() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try folder.write(#"{"nodes":[{"name":"a","cores":4}]}"#, to: "c.json")
        try folder.write(workload(load: 0.7), to: "w.yaml")
        try folder.write("{", to: "models/scheduler/aliases.json")
        let refused = try run(
            program,
            [
                "train", "scheduler", "--workload", "w.yaml", "--cluster", "c.json", "--rounds", "0", "--search-steps",
                "1",
                "--search-pairs", "2",
            ], in: folder.path)
        #expect(refused.status != 0 && refused.errors.contains("aliases.json"), "\(refused.errors)")
        #expect(!refused.errors.contains("train dqn"), "\(refused.errors)")
    }
}

/// With a champion: one workflow alone is planned by its paths, and a stream runs as it does where streams are compared.
private func checkPlansAndRuns(
    in folder: TemporaryFolder, _ json: ([String]) throws -> JSONField, means: [Double]
) throws {
    let workflow = ["schedule", "--workflow", repository + "/datasets/example/workflow.json", "--cluster", "c.json"]
    let byPath = try json(workflow + ["--policy", "critical-path"])
    for name in ["dqn", "dqn@scheduler@1"] {
        let plan = try json(workflow + ["--policy", name])
        #expect(try plan["policy"].string() == "dqn" && plan["foundBy"].string() == "dqn")
        #expect(plan["tasks"].value == byPath["tasks"].value && plan["tasks"].value != nil)
    }
    let simulated = try json(
        [
            "simulate", "run", "--workload", "heavy.yaml", "--cluster", "c.json", "--policy", "dqn@scheduler@1",
            "--seed",
            "2", "--what-if", "policy=dqn", "--what-if", "policy=fifo", "--what-if", "policy=dqn,add=a",
        ])
    let runs = try [simulated] + simulated["whatIf"].elements()
    #expect(try runs.map { try $0["policy"].string() } == ["dqn@scheduler@1", "dqn", "fifo", "dqn"])
    let completions = try runs.map { try $0["meanCompletion"].double() }
    #expect(completions[0] == means[1] && completions[1] == means[1])
    #expect(completions[2] != means[1] && completions[3] < means[1])
    for (arguments, complaint) in [
        (workflow + ["--policy", "dqn@nobody"], "nobody"), (workflow + ["--policy", "dqn@scheduler@7"], "7"),
        (workflow + ["--policy", "dqm"], "portfolio, gcn, dqn"),
        (["simulate", "run", "--workload", "heavy.yaml", "--cluster", "c.json", "--policy", "dqn@"], "--policy"),
        (
            [
                "simulate", "run", "--workload", "heavy.yaml", "--cluster", "c.json", "--policy", "srpt", "--what-if",
                "policy=dqn@",
            ], "--what-if"
        ),
        (["simulate", "run", "--workload", "heavy.yaml", "--cluster", "c.json", "--policy", "dqm"], "portfolio, dqn"),
    ] {
        let refused = try run(program, arguments, in: folder.path)
        #expect(refused.status != 0 && refused.errors.contains(complaint), "\(arguments): \(refused.errors)")
        #expect(refused.errors.split(separator: "\n").count == 1 && refused.output == "", "\(refused.errors)")
    }
}

@Test(arguments: [
    ["schedule", "--workflow", repository + "/datasets/example/workflow.json"],
    ["simulate", "run", "--workload", "w.yaml"], ["evaluate", "scheduler", "--workload", "w.yaml"],
])
func withoutAVersionTheNameIsRefusedClearly(arguments: [String]) throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try folder.write(#"{"nodes":[{"name":"a","cores":4},{"name":"b","cores":2}]}"#, to: "c.json")
        try folder.write(workload(load: 0.7), to: "w.yaml")
        let refused = try run(program, arguments + ["--cluster", "c.json", "--policy", "dqn"], in: folder.path)
        #expect(refused.status != 0 && refused.errors.contains("no champion"), "\(refused.errors)")
        #expect(refused.errors.contains("scheduler") && refused.output == "", "\(refused.errors)")
    }
}

/// Interrupted among rollouts, behind a search that was told of: nothing is kept, and nothing is promised.
@Test func aTrainingThatIsInterruptedBeforeItsFitPromisesNothing() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try folder.write(#"{"nodes":[{"name":"a","cores":4}]}"#, to: "c.json")
        try folder.write(workload(load: 0.7), to: "w.yaml")
        let (process, errors) = (Process(), try folder.write("", to: "errors"))
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = [
            "train", "scheduler", "--workload", "w.yaml", "--cluster", "c.json", "--search-steps", "1",
            "--search-pairs", "2", "--streams", "10000",
        ]
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        process.standardError = FileHandle(forWritingAtPath: errors)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
        func told() throws -> String { String(decoding: try readBytes(of: errors), as: UTF8.self) }
        while process.isRunning, try !told().contains("train dqn") { Thread.sleep(forTimeInterval: 0.01) }
        kill(process.processIdentifier, SIGINT)
        process.waitUntilExit()
        let all = try told()
        #expect(process.terminationReason == .exit && process.terminationStatus == 130, "\(all)")
        #expect(all.contains("interrupted in epoch 1 after") && all.contains("the training starts anew"), "\(all)")
        #expect(!all.contains("--resume"), "\(all)")
    }
}

/// A workload whose tasks fail, learned from by a search alone.
@Test func failuresOfAWorkloadAreComparedOnAndTheManifestTellsOfWhatWasChosen() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try folder.write(#"{"nodes":[{"name":"a","cores":4}]}"#, to: "c.json")
        try folder.write(
            """
            schemaVersion: 1
            arrivals: {process: poisson, load: 0.8}
            count: 30
            applications:
              - name: failing
                structure: independent
                tasks:
                  - process: a
                    duration: {distribution: {name: uniform, from: 5, to: 50}}
                    failures: {outOfMemory: 0.3}
                stages: [{process: a}]
                shapes: [{counts: [6]}, {counts: [2]}]
            """, to: "w.yaml")
        let trained = try run(
            program,
            [
                "train", "scheduler", "--workload", "w.yaml", "--cluster", "c.json", "--rounds", "0", "--search-steps",
                "1", "--search-pairs", "4",
            ], in: folder.path)
        #expect(trained.status == 0, "\(trained.errors)")
        func read(_ name: String) throws -> JSONField {
            JSONField(try JSONValue(parsing: try readBytes(of: folder("models/scheduler/1/\(name)"))))
        }
        let variants = try read("metrics.json").elements()[0]["variants"].elements()
        #expect(try variants.map { try $0["name"].string() } == ["srpt", "srpt-path", "dqn"])
        for variant in variants {
            #expect(try variant["runs"].elements().allSatisfy { try $0["failuresPer100"].double() > 5 })
        }
        let manifest = try read("manifest.json")
        #expect(!manifest["curve"].isPresent)
        for name in ["epochs", "learningRate", "beginnings", "margin"] {
            #expect(!manifest["hyperparameters"][name].isPresent)
        }
        let step = try manifest["hyperparameters"]["chosenSearchStep"].ifPresent { try $0.int() }
        #expect(try manifest["dataset"]["rows"].int() == (step == nil ? 0 : 4))
    }
}

/// The window is stated by the option, else by the version that learns on, else by the settings, and the version keeps it.
@Test func theWindowOfASchedulerIsStatedInOneWay() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try folder.write(#"{"nodes":[{"name":"a","cores":4}]}"#, to: "c.json")
        try folder.write(workload(load: 0.7), to: "w.yaml")
        func window(_ options: [String], _ settings: String = "") throws -> (told: Double, kept: Int?) {
            try folder.write(settings, to: "tactus.yaml")
            let trained = try run(
                program,
                [
                    "train", "scheduler", "--workload", "w.yaml", "--cluster", "c.json", "--rounds", "0",
                    "--search-steps", "1", "--search-pairs", "2", "--json",
                ] + options, in: folder.path)
            #expect(trained.status == 0, "\(trained.errors)")
            let version = try JSONField(try JSONValue(parsing: Array(trained.output.utf8)))["version"].int()
            let manifest = JSONField(
                try JSONValue(parsing: try readBytes(of: folder("models/scheduler/\(version)/manifest.json"))))
            let card = try run(program, ["models", "show", "scheduler", "\(version)"], in: folder.path).output
            let told = try manifest["hyperparameters"]["window"].double()
            #expect(card.contains("chooses among \(Int(told)) ready tasks"), "\(card)")
            return (told, try manifest["architecture"]["window"].ifPresent { try $0.int() })
        }
        #expect(try window([]) == (64, nil))
        let stated = "orchestration:\n  scheduling: {action_size: 5}\n"
        #expect(try window([], stated) == (5, 5))
        #expect(try window(["--window", "7"], stated) == (7, 7))
        #expect(try window(["--from", "3"], stated) == (7, 7))
        #expect(try window(["--from", "3", "--window", "64"], stated) == (64, nil))
    }
}

@Test(arguments: [
    (["--cluster", "c.json"], "either --workload or --history"),
    (["--workload", "w.yaml", "--cluster", "c.json", "--window", "1"], "--window is 1, not between 2 and 4096"),
    (["--workload", "w.yaml", "--history", "h.h5", "--cluster", "c.json"], "either --workload or --history"),
    (["--workload", "none.yaml", "--cluster", "c.json"], "none.yaml"),
    (["--workload", "w.yaml", "--cluster", "c.json", "--resume"], "nothing to resume"),
    (["--workload", "w.yaml", "--cluster", "c.json", "--streams", "0"], "--streams"),
    (["--workload", "w.yaml", "--cluster", "c.json", "--rounds", "0", "--resume"], "leave out --resume"),
    (["--workload", "w.yaml", "--cluster", "c.json", "--rounds", "0", "--log-dir", "l"], "leave out --log-dir"),
    (["--workload", "w.yaml", "--cluster", "c.json", "--rounds", "0", "--search-steps", "0"], "0 choices"),
])
func whatNoSchedulerIsTrainedFromIsTold(arguments: [String], complaint: String) throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try folder.write(#"{"nodes":[{"name":"a","cores":4}]}"#, to: "c.json")
        try folder.write(workload(load: 0.7), to: "w.yaml")
        let told = try run(program, ["train", "scheduler"] + arguments, in: folder.path)
        #expect(told.status != 0 && told.errors.contains(complaint), "\(told.errors)")
    }
}
