import Files
import TestSupport
import Testing

private let priced = #"{"nodes":[{"name":"a","cores":3,"pricePerHour":1},{"name":"b","cores":2,"pricePerHour":2}]}"#
private let stream = ["--workload", "w.yaml", "--cluster", "c.json"]
private let training = [
    "train", "scheduler", "--rounds", "1", "--streams", "9", "--search-steps", "1", "--search-pairs", "4",
]
private let learning = [
    "evaluate", "learning", "--seeds", "1", "--epochs", "1", "--episodes", "3", "--streams", "2", "--without", "",
]

private func inFolder(_ body: (TemporaryFolder, ([String]) throws -> JSONField) throws -> Void) throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try folder.write(priced, to: "c.json")
        try folder.write(#"{"nodes":[{"name":"a","cores":3},{"name":"b","cores":2}]}"#, to: "free.json")
        try folder.write(learningWorkload, to: "w.yaml")
        try body(folder) { arguments in
            let told = try run(program, arguments + ["--json"], in: folder.path)
            #expect(told.status == 0, "\(arguments): \(told.errors)")
            return JSONField(try JSONValue(parsing: Array(told.output.utf8)))
        }
    }
}

@Test func aVersionSaysWhatItWasRewardedFor() throws {
    try inFolder { folder, json in
        func manifest(_ version: Int) throws -> JSONField {
            JSONField(try JSONValue(parsing: try readBytes(of: folder("models/scheduler/\(version)/manifest.json"))))
        }
        func card(_ version: Int) throws -> String {
            try run(program, ["models", "show", "scheduler", "\(version)"], in: folder.path).output
        }
        _ = try json(training + stream)
        #expect(try manifest(1)["hyperparameters"]["rewardCompletion"].double() == 1)
        #expect(try card(1).contains("Rewarded: mean completion") && card(1).contains("sooner than the"))
        let mix = ["--reward", "makespan=1,cost=0.5"]
        let trained = try json(training + stream + mix + ["--log-dir", "logs"])
        let told = try manifest(2)["hyperparameters"]
        #expect(try told["rewardMakespan"].double() == 1 && told["rewardCost"].double() == 0.5)
        #expect(!told["rewardCompletion"].isPresent)
        #expect(try card(2).contains("Rewarded: little of makespan=1,cost=0.5, each part over that of srpt-path"))
        let log = String(decoding: try readBytes(of: folder("logs/run.jsonl")), as: UTF8.self)
        #expect(log.contains(#""reward":"makespan=1,cost=0.5""#), "\(log.prefix(600))")
        // What it is compared by is the mix: of the rules the better one has 0.
        let metric = try trained["metrics"].elements()[0]
        let rules = try ["srpt", "srpt-path"].map { try metric["heuristics"][$0].double() }
        #expect(rules.max() == 0 && rules.allSatisfy { $0 <= 0 })
        let report = JSONField(try JSONValue(parsing: try readBytes(of: folder("models/scheduler/2/metrics.json"))))
        #expect(try report.elements()[0]["reward"].string() == "makespan=1,cost=0.5")
        let text = try run(program, training + stream + mix, in: folder.path)
        #expect(text.output.contains("less of makespan=1,cost=0.5 than the best rule"), "\(text.output)")
        // The settings say it where the option does not.
        try folder.write("orchestration: {scheduling: {reward: makespan=1}}", to: "tactus.yaml")
        _ = try json(training + stream)
        #expect(try manifest(4)["hyperparameters"]["rewardMakespan"].double() == 1)
        #expect(try !manifest(4)["hyperparameters"]["rewardCost"].isPresent)
        _ = try json(training + stream + ["--reward", "cost=1"])
        #expect(try !manifest(5)["hyperparameters"]["rewardMakespan"].isPresent)
        // A champion that was rewarded for something else is not replaced for that.
        _ = try run(program, ["models", "promote", "scheduler", "1", "--force", "a test"], in: folder.path)
        let other = try json(training + stream + ["--reward", "cost=1"])
        #expect(try other["notCompared"].string().contains("rewarded for something else than cost=1"))
    }
}

@Test func learningAndPoliciesAreComparedByAMix() throws {
    try inFolder { folder, json in
        let plain = try json(learning + stream)
        let mixed = try json(learning + stream + ["--reward", "makespan=1,completion=1"])
        #expect(try mixed["reward"].string() == "completion=1,makespan=1" && !plain["reward"].isPresent)
        #expect(try mixed["hyperparameters"]["rewardMakespan"].double() == 1)
        #expect(try plain["hyperparameters"]["rewardCompletion"].double() == 1)
        #expect(mixed["entries"].value != plain["entries"].value)
        let page = try run(
            program, learning + stream + ["--reward", "makespan=1", "--report", "r.html"], in: folder.path)
        let html = String(decoding: try readBytes(of: folder("r.html")), as: UTF8.self)
        #expect(
            page.output.contains("Rewarded is little of makespan=1") && html.contains("rewardMakespan"),
            "\(page.errors)")

        let policies = ["evaluate", "scheduler", "--policy", "fifo,srpt", "--streams", "3"] + stream
        let report = try json(policies + ["--reward", "completion=3,makespan=1"])
        let (fifo, srpt) = (try report["variants"].elements()[0], try report["variants"].elements()[1])
        func ratio(_ measure: String) throws -> Double {
            let runs = try zip(srpt["runs"].elements(), fifo["runs"].elements()).map {
                try $0[measure].double() / $1[measure].double() - 1
            }
            return runs.reduce(0, +) / 3
        }
        let expected = try 0.75 * ratio("meanCompletion") + 0.25 * ratio("makespan")
        #expect(try abs(srpt["rewardDifference"]["value"].double() - expected) < 1e-9)
        #expect(try report["reward"].string() == "completion=3,makespan=1")
        #expect(try !json(policies)["variants"].elements()[1]["rewardDifference"].isPresent)
        let text = try run(program, policies + ["--reward", "cost=1"], in: folder.path)
        #expect(text.output.contains("Of cost=1: "), "\(text.output)\(text.errors)")
    }
}

@Test func whatIsNoRewardIsRefusedByEveryCommand() throws {
    try inFolder { folder, _ in
        let policies = ["evaluate", "scheduler", "--policy", "fifo,srpt", "--streams", "1"]
        let free = ["--workload", "w.yaml", "--cluster", "free.json"]
        for command in [training, learning, policies] {
            for (arguments, complaint) in [
                (
                    stream + ["--reward", "speed=1"],
                    "--reward: \"speed\" is no part of a reward; there are completion, makespan"
                ),
                (stream + ["--reward", "makespan=-1"], "--reward: \"makespan=-1\" states no weight"),
                (stream + ["--reward", "cost=nan"], "--reward: \"cost=nan\" states no weight"),
                (
                    stream + ["--reward", "missed-deadlines=1"],
                    "--reward: weighs missed-deadlines, and no workflow has a deadline, nor any of its tasks"
                ),
                (stream + ["--reward", "cost=0"], "--reward: \"cost=0\" weighs nothing"),
                (
                    free + ["--reward", "cost=1"],
                    "--reward: weighs cost, and no node of the cluster has a pricePerHour"
                ),
            ] {
                let refused = try run(program, command + arguments, in: folder.path)
                #expect(refused.status != 0 && refused.errors.contains(complaint), "\(arguments): \(refused.errors)")
            }
        }
        try folder.write(learningWorkload + "\ndeadlineFactor: {name: uniform, from: 1, to: 2}", to: "due.yaml")
        for command in [training, learning, policies] {
            let due = ["--workload", "due.yaml", "--cluster", "c.json", "--reward", "missed-deadlines=1"]
            let told = try run(program, command + due, in: folder.path)
            #expect(told.status == 0, "\(told.errors)")
        }
        try folder.write("orchestration:\n  scheduling:\n    reward: speed=1\n", to: "tactus.yaml")
        for command in [training, learning] {
            let refused = try run(program, command + stream, in: folder.path)
            let complaint = "tactus.yaml:3: field orchestration.scheduling.reward: \"speed\" is no part"
            #expect(refused.status != 0 && refused.errors.contains(complaint), "\(refused.errors)")
        }
    }
}

/// Where a workflow of the streams states a priority, networks see it; else they have the features of before.
@Test func priorityIsSeenWhereItIsStated() throws {
    try inFolder { folder, json in
        func workflow(_ priority: String) -> String {
            let tasks = (0..<4).map { #"{"name":"t\#($0)","id":"t\#($0)","parents":[],"children":[]\#(priority)}"# }
            let ran = (0..<4).map { #"{"id":"t\#($0)","runtimeInSeconds":\#(5 + $0)}"# }
            return
                #"{"name":"w","schemaVersion":"1.5","workflow":{"specification":{"tasks":[\#(tasks.joined(separator: ","))]},"#
                + #""execution":{"makespanInSeconds":1,"executedAt":"2026-01-01T00:00:00Z","tasks":[\#(ran.joined(separator: ","))]}}}"#
        }
        try folder.write(workflow(""), to: "plain.json")
        try folder.write(workflow(#","tactus":{"priority":2}"#), to: "urgent.json")
        for (name, count) in [("plain", 28), ("urgent", 29)] {
            try folder.write(
                """
                schemaVersion: 1
                arrivals: {process: poisson, load: 0.9}
                count: 12
                applications:
                  - {name: one, workflow: \(name).json}
                  - {name: trees, family: in-tree, tasks: 8, width: 3}
                """, to: "w.yaml")
            let version = try json(training + stream)["version"].int()
            let path = folder("models/scheduler/\(version)/manifest.json")
            let manifest = JSONField(try JSONValue(parsing: try readBytes(of: path)))
            #expect(try manifest["architecture"]["features"].int() == count)
            let names = try manifest["features"].elements().map { try $0["name"].string() }
            #expect(names.contains("priority") == (count == 29))
            _ = try json(
                ["evaluate", "scheduler", "--policy", "srpt,dqn@scheduler@\(version)", "--streams", "1"] + stream)
        }
    }
}
