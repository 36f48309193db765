import Files
import Foundation
import TestSupport
import Testing

/// A workflow of `tasks` (seconds and cores), each behind the one before.
private func chain(_ name: String, _ tasks: [(seconds: Double, cores: Int)]) -> String {
    let specified = tasks.indices.map { place in
        #"{"id":"t\#(place)","name":"t\#(place)","parents":[\#(place > 0 ? "\"t\(place - 1)\"" : "")]}"#
    }
    let executed = tasks.enumerated().map {
        #"{"id":"t\#($0)","runtimeInSeconds":\#($1.seconds),"coreCount":\#($1.cores)}"#
    }
    return #"{"name":"\#(name)","schemaVersion":"1.5","workflow":{"specification":{"tasks":["#
        + specified.joined(separator: ",") + #"]},"execution":{"machines":[],"tasks":["#
        + executed.joined(separator: ",") + "]}}}"
}

/// Jobs of which the static key takes the long wide task first, although what waits for the short one could run beside it.
private func withJobs(_ body: (TemporaryFolder) throws -> Void) throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try folder.write(chain("chain", [(1, 16), (6, 1)]), to: "jobs/chain.json")
        try folder.write(chain("wide", [(8, 15)]), to: "jobs/wide.json")
        try folder.write(#"{"nodes":[{"name":"n","cores":16}]}"#, to: "node.json")
        try folder.write(#"{"nodes":[{"name":"n","cores":16},{"name":"m","cores":16}]}"#, to: "nodes.json")
        try body(folder)
    }
}

private let training = [
    "train", "optimizer", "--workflows", "jobs", "--cluster", "node.json", "--size", "3", "--size", "5", "--steps",
    "60", "--validation-lists", "20", "--bottleneck-steps", "0",
]

@Test func anOptimizerIsTrainedPromotedAndUsed() throws {
    try withJobs { folder in
        func json(_ arguments: [String], fails: Bool = false) throws -> JSONField {
            let result = try run(program, arguments + ["--json"], in: folder.path)
            #expect((result.status != 0) == fails, "\(result.errors)")
            return JSONField(try JSONValue(parsing: Array(result.output.utf8)))
        }
        let trained = try json(training + ["--promote"])
        #expect(try trained["kind"].string() == "gcn" && trained["promoted"].bool())
        #expect(try trained["metrics"].elements().map { try $0["verdict"].string() }.contains("better"))
        #expect(try json(["models", "verify", "optimizer", "1"])["verified"].bool())
        let card = try run(program, ["models", "show", "optimizer", "1"], in: folder.path)
        #expect(card.output.contains("| 5 | 40 |") && card.output.contains("static key"), "\(card.output)")
        #expect(card.output.contains("- Split: by the drawing; lists to learn from"), "\(card.output)")
        // One row a look, the best of which is named: a step and what the gap is.
        let curve = try #require(card.output.components(separatedBy: "## Training curve\n").dropFirst().first)
        let looks = curve.components(separatedBy: "\n\n")[0].split(separator: "\n").dropFirst(2)
        func gap(_ row: Substring) -> Double? { Double(row.split(separator: "|")[1].filter { $0 != " " }) }
        let gaps = looks.compactMap(gap)
        #expect(gaps.count == looks.count && looks.last?.hasPrefix("| 60") == true, "\(card.output)")
        #expect(looks.filter { $0.contains(" (best) | ") }.map(gap) == [gaps.min()], "\(card.output)")

        // One pass plans any workflow; the version may be named.
        try folder.write(chain("other", [(2, 4), (3, 8), (1, 2)]), to: "w.json")
        for policy in ["gcn", "gcn@optimizer", "gcn@optimizer@1"] {
            for cluster in ["node.json", "nodes.json"] {
                let plan = try json(
                    [
                        "schedule", "--workflow", "w.json", "--cluster", cluster, "--policy", policy, "--budget-ms",
                        "20000",
                    ])
                #expect(try plan["policy"].string() == "gcn" && plan["makespan"].double() == 6)
                #expect(try plan["foundBy"].string() == "gcn" && plan["tasks"].elements().count == 3)
            }
        }
        for (policy, complaint) in [
            ("gcn@optimizer@7", "7"), ("gcn@nobody", "nobody"), ("gcn@optimizer@x", "version"),
            ("gcn@optimizer@01", "version"), ("gcn@", "--policy"),
        ] {
            let refused = try run(
                program, ["schedule", "--workflow", "w.json", "--cluster", "node.json", "--policy", policy],
                in: folder.path)
            #expect(refused.status != 0 && refused.errors.contains(complaint), "\(refused.errors)")
        }
        // A second one with the same seed is no better, and is not promoted.
        let again = try json(training + ["--promote"], fails: true)
        #expect(try !again["promoted"].bool() && again["version"].int() == 2)
        #expect(try again["reason"].string().contains("at no target") && !again["notCompared"].isPresent)
        for metric in try again["metrics"].elements() {
            #expect(try metric["champion"]["version"].int() == 1 && metric["champion"]["difference"].double() == 0)
        }
        // Damaged aliases leave out the champion, and fail no plan.
        let aliases = try readBytes(of: folder("models/optimizer/aliases.json"))
        try folder.write("{", to: "models/optimizer/aliases.json")
        let plain = try run(
            program, ["schedule", "--workflow", "w.json", "--cluster", "node.json", "--json"], in: folder.path)
        #expect(plain.status == 0 && plain.errors.contains("without the champion of optimizer"), "\(plain.errors)")
        try writeAtomically(aliases, to: folder("models/optimizer/aliases.json"))
        // Where the champion cannot be read, that is why.
        try folder.write("no weights", to: "models/optimizer/1/weights.safetensors")
        let alone = try json(training + ["--promote"], fails: true)
        #expect(try alone["notCompared"].string().contains("cannot be loaded"))
        #expect(try alone["reason"].string().contains("cannot be loaded") && !alone["promoted"].bool())
    }
}

@Test func anOptimizerForAFastNodeWithOverheadAndMemoryCanBeLoadedAgain() throws {
    try withJobs { folder in
        try folder.write(
            #"{"nodes":[{"name":"n","cores":16,"memoryBytes":1e9,"speed":2,"taskOverheadSeconds":0.5}]}"#,
            to: "node.json")
        let wide = chain("wide", [(8, 15)]).replacing(#""coreCount":15"#, with: #""coreCount":15,"memoryInBytes":4e8"#)
        try folder.write(wide, to: "jobs/wide.json")
        let trained = try run(program, training + ["--steps", "2", "--json"], in: folder.path)
        #expect(trained.status == 0, "\(trained.errors)")
        let verified = try run(program, ["models", "verify", "optimizer", "1", "--json"], in: folder.path)
        #expect(verified.status == 0 && verified.output.contains("verified"), "\(verified.errors)")
        let plan = try run(
            program,
            ["schedule", "--workflow", "jobs/wide.json", "--cluster", "node.json", "--policy", "gcn@optimizer@1"],
            in: folder.path)
        #expect(plan.status == 0, "\(plan.errors)")
    }
}

@Test func damagedAliasesEndATrainingOfAnOptimizerAtItsBeginning() throws {
    try withJobs { folder in
        try folder.write("{", to: "models/optimizer/aliases.json")
        let refused = try run(program, training, in: folder.path)
        #expect(refused.status != 0 && refused.errors.contains("aliases.json"), "\(refused.errors)")
        #expect(!refused.errors.contains("train gcn"), "\(refused.errors)")
    }
}

@Test func whatAnOptimizerCannotLearnFromIsTold() throws {
    try withJobs { folder in
        let cases: [([String], String)] = [
            (["train", "optimizer"], "--stages"), (["train", "optimizer", "--workflows", "jobs"], "--cluster"),
            (["train", "optimizer", "--stages", "nowhere"], "nowhere"),
            (["train", "optimizer", "--workflows", "jobs", "--cluster", "nodes.json"], "nodes"),
            (training + ["--steps", "0"], "--steps"), (training + ["--size", "0"], "--size"),
            (training + ["--validation-lists", "1"], "--validation-lists"),
            (training + ["--bottleneck-steps", "-1"], "--bottleneck-steps"),
            (training + ["--gain-steps", "-1"], "--gain-steps"),
        ]
        for (arguments, complaint) in cases {
            let refused = try run(program, arguments, in: folder.path)
            #expect(refused.status != 0 && refused.errors.contains(complaint), "\(refused.errors)")
        }
        let none = try run(
            program, ["schedule", "--workflow", "jobs/chain.json", "--cluster", "node.json", "--policy", "gcn"],
            in: folder.path)
        #expect(none.status != 0 && none.errors.contains("has no champion"), "\(none.errors)")
    }
}

/// A version with both networks: what it was found to come to, and that the analysis of a workflow asks it.
@Test func aVersionThatFindsBottlenecksIsTrainedAndAsked() throws {
    try withJobs { folder in
        let options = ["--steps", "2", "--validation-lists", "2", "--lists", "3", "--bottleneck-steps", "40"]
        func json(_ arguments: [String]) throws -> JSONField {
            let result = try run(program, arguments + ["--json"], in: folder.path)
            #expect(result.status == 0, "\(result.errors)")
            return JSONField(try JSONValue(parsing: Array(result.output.utf8)))
        }
        let trained = try json(training + options)
        let targets = try trained["metrics"].elements().map { try $0["target"].string() }
        #expect(targets == ["lists of 3 jobs", "lists of 5 jobs", "bottlenecks", "expected delays"])
        for metric in try trained["metrics"].elements().suffix(2) {
            #expect(try Set(metric["heuristics"].object().keys) == ["critical path", "one run"])
            #expect(try (0...1).contains(metric["accuracy"].double()) && !metric["champion"].isPresent)
        }
        #expect(try json(["models", "verify", "optimizer", "1"])["verified"].bool())
        let card = try run(program, ["models", "show", "optimizer", "1"], in: folder.path).output
        #expect(card.contains("## Bottlenecks of workflows") && card.contains("| network |"), "\(card)")
        #expect(card.contains("## Training curve of the network for bottlenecks\n"), "\(card)")
        let manifest = try json(["models", "show", "optimizer", "1"])
        #expect(try manifest["architecture"]["bottlenecks.layers"].int() == 3)
        #expect(try manifest["hyperparameters"]["bottlenecks.workflows"].double() == 10)

        let question = ["optimize", "--workflow", "jobs/chain.json", "--cluster", "node.json", "--budget-ms", "20000"]
        let alone = try json(question)["analysis"]["evidence"]
        #expect(try alone.object().keys == ["runs"] && alone["runs"].int() == 17)
        let promoted = try run(
            program, ["models", "promote", "optimizer", "1", "--force", "a test"], in: folder.path)
        #expect(promoted.status == 0, "\(promoted.errors)")
        let evidence = try json(question)["analysis"]["evidence"]
        #expect(try evidence["model"].string() == "optimizer@1" && evidence["modelRuns"].double() > 0)
        let text = try run(program, question, in: folder.path).output
        #expect(text.contains("of 17 runs and of optimizer@1"), "\(text)")

        // A champion is compared in both; one that finds no bottlenecks by the run that it has to do with.
        for (steps, places) in [("40", 0..<4), ("0", 0..<2)] {
            let again = try json(training + options + ["--bottleneck-steps", steps])
            let metrics = try again["metrics"].elements()
            #expect(metrics.count == places.count)
            for metric in metrics { #expect(try metric["champion"]["difference"].double() == 0) }
        }
        _ = try run(program, ["models", "promote", "optimizer", "3", "--force", "a test"], in: folder.path)
        let without = try json(question)["analysis"]["evidence"]
        #expect(!without["model"].isPresent)
        let later = try json(training + options)["metrics"].elements().suffix(2)
        for metric in later {
            let (champion, rules) = (metric["champion"], metric["heuristics"])
            #expect(try champion["version"].int() == 3 && champion["accuracy"].double() == rules["one run"].double())
        }
        // One that cannot be read fails no analysis.
        try folder.write("{", to: "models/optimizer/aliases.json")
        let plain = try run(program, question, in: folder.path)
        #expect(plain.status == 0 && plain.errors.contains("the analysis goes without the champion"), "\(plain.errors)")
    }
}

/// A version that says what changes gain: what it was found to come to, and that it orders changes.
@Test func aVersionThatKnowsWhatChangesGainIsTrainedAndAsked() throws {
    try withJobs { folder in
        let options = ["--steps", "2", "--validation-lists", "2", "--lists", "3", "--gain-steps"]
        func json(_ arguments: [String]) throws -> JSONField {
            let result = try run(program, arguments + ["--json"], in: folder.path)
            #expect(result.status == 0, "\(result.errors)")
            return JSONField(try JSONValue(parsing: Array(result.output.utf8)))
        }
        func promote(_ version: String) throws {
            let promoted = try run(
                program, ["models", "promote", "optimizer", version, "--force", "a test"], in: folder.path)
            #expect(promoted.status == 0, "\(promoted.errors)")
        }
        func last(_ trained: JSONField) throws -> JSONField { try #require(trained["metrics"].elements().last) }
        let metric = try last(json(training + options + ["40"]))
        #expect(try metric["target"].string() == "gains of changes" && !metric["champion"].isPresent)
        #expect(try metric["heuristics"].object().keys == ["as proposed"])
        #expect(try (0...1).contains(metric["accuracy"].double()))
        #expect(try json(["models", "verify", "optimizer", "1"])["verified"].bool())
        let card = try run(program, ["models", "show", "optimizer", "1"], in: folder.path).output
        #expect(card.contains("## Changes of workflows") && card.contains("| as proposed |"), "\(card)")
        #expect(card.contains("## Training curve of the network for changes\n"), "\(card)")
        #expect(card.contains("| mean loss of up to 100 steps |\n|---|---|\n| 40 | "), "\(card)")
        let manifest = try json(["models", "show", "optimizer", "1"])
        #expect(try manifest["architecture"]["gains.layers"].int() == 2)
        #expect(try manifest["hyperparameters"]["gains.workflows"].double() == 10)

        // The evaluation shows its order once it is the champion, and not what it says of bottlenecks, of which it knows nothing.
        let question = ["evaluate", "optimizer", "--cluster", "node.json", "--part", "orders", "--trials", "1"]
        func orders() throws -> Set<String> {
            Set(try json(question)["orders"].elements().map { try $0["name"].string() })
        }
        let rules: Set = ["all", "as proposed", "by gain, known beforehand"]
        #expect(try orders() == rules)
        try promote("1")
        #expect(try orders() == rules.union(["by optimizer@1"]))
        let plan = [
            "optimize", "--workflow", repository + "/datasets/example/workflow.json", "--cluster",
            repository + "/datasets/example/cluster.json", "--budget-ms", "20000",
        ]
        #expect(try json(plan)["analysis"]["evidence"].object().keys == ["runs"])
        #expect(try json(plan)["orderedBy"].string() == "optimizer@1")

        // A champion is compared; one that knows of no gains by the order in which changes are proposed.
        let again = try last(json(training + options + ["40"]))
        #expect(try again["champion"]["version"].int() == 1 && again["champion"]["difference"].double() == 0)
        let second = try run(program, ["models", "show", "optimizer", "2"], in: folder.path).output
        #expect(second.contains("## Beside the champion") && second.contains("(version 1) | 0 [0, 0] | "), "\(second)")
        _ = try json(training + options + ["0"])
        try promote("3")
        let later = try last(json(training + options + ["40"]))
        #expect(try later["champion"]["version"].int() == 3)
        let (own, other) = (try later["accuracy"].double(), try later["champion"]["accuracy"].double())
        let row = String(format: "| gains of changes | %.3g | %.3g (version 3) | ", own, other)
        let fourth = try run(program, ["models", "show", "optimizer", "4"], in: folder.path).output
        #expect(own != other && fourth.contains(row), "\(row) in \(fourth)")
        #expect(try later["champion"]["accuracy"].double() == later["heuristics"]["as proposed"].double())
    }
}
