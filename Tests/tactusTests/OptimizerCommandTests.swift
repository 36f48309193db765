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
    "60",
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
        let trained = try run(program, training.dropLast(1) + ["2", "--json"], in: folder.path)
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
