import Files
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
        #expect(kind(of: folder("logs/run.jsonl")) == .file)
        let verified = try json(["models", "verify", "scheduler", "1"])
        #expect(try verified["verified"].bool())
        let card = try run(program, ["models", "show", "scheduler", "1"], in: folder.path)
        #expect(card.output.contains("| heavy.yaml |"), "\(card.output)")

        let stream = ["--workload", "heavy.yaml", "--cluster", "c.json", "--streams", "3"]
        let unknown = try run(program, ["evaluate", "scheduler", "--policy", "srpt,dqn"] + stream, in: folder.path)
        #expect(unknown.status != 0 && unknown.errors.contains("no champion"), "\(unknown.errors)")
        _ = try json(["models", "promote", "scheduler", "1", "--force", "a test"])
        let report = try json(
            ["evaluate", "scheduler", "--policy", "srpt,dqn,dqn@scheduler@1"] + stream)
        let variants = try report["variants"].elements()
        #expect(try variants.map { try $0["name"].string() } == ["srpt", "dqn", "dqn@scheduler@1"])
        let means = try variants.map { try $0["runs"].elements().map { try $0["meanCompletion"].double() } }
        #expect(means[1] == means[2] && means[1].count == 3)
        for (learned, srpt) in zip(means[1], means[0]) { #expect(learned < 1.3 * srpt) }

        // The next one is compared with the champion, which the same training has made.
        for metric in try train()["metrics"].elements() {
            #expect(try metric["champion"]["version"].int() == 1 && metric["champion"]["difference"].double() == 0)
        }
        let second = try run(program, ["models", "show", "scheduler", "2"], in: folder.path)
        #expect(second.output.contains("| champion |"), "\(second.output)")
    }
}

@Test(arguments: [
    (["--cluster", "c.json"], "either --workload or --history"),
    (["--workload", "w.yaml", "--history", "h.h5", "--cluster", "c.json"], "either --workload or --history"),
    (["--workload", "none.yaml", "--cluster", "c.json"], "none.yaml"),
    (["--workload", "w.yaml", "--cluster", "c.json", "--resume"], "nothing to resume"),
    (["--workload", "w.yaml", "--cluster", "c.json", "--streams", "0"], "--streams"),
])
func whatNoSchedulerIsTrainedFromIsTold(arguments: [String], complaint: String) throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try folder.write(#"{"nodes":[{"name":"a","cores":4}]}"#, to: "c.json")
        try folder.write(workload(load: 0.7), to: "w.yaml")
        let told = try run(program, ["train", "scheduler"] + arguments, in: folder.path)
        #expect(told.status != 0 && told.errors.contains(complaint), "\(told.errors)")
    }
}
