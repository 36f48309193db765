import Files
import Foundation
import ModelFixtures
import Models
import Registry
import TestSupport
import Testing

private func compare(_ arguments: String..., in folder: TemporaryFolder) throws -> ProgramResult {
    try run(program, ["models", "compare"] + arguments, in: folder.path)
}

private func json(_ result: ProgramResult) throws -> JSONField {
    JSONField(try JSONValue(parsing: Array(result.output.utf8)))
}

/// Version 1 has learned from tasks as they were, version 2 also from those that take three times as long, as they do now.
@Test func compareTellsWhichVersionKnowsBetter() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try TraceFixture.writeHistory(in: folder, rows: 60)
        try TraceFixture.writeHistory(in: folder, rows: 60, first: 60, factor: 3, to: "h2.h5")
        try TraceFixture.writeHistory(in: folder, rows: 60, first: 200, factor: 3, to: "later.h5")
        for history in ["h.h5", "h2.h5"] {
            let trained = try run(
                program, ["train", "predictor", "--history", history, "--model", "linear"], in: folder.path)
            #expect(trained.status == 0, "\(trained.errors)")
        }
        let answer = try json(
            compare("predictor@1", "predictor@2", "--history", "later.h5", "--json", in: folder))
        #expect(try answer["basis"].string() == "history" && answer["rows"].int() == 60)
        #expect(try answer["notes"].elements().isEmpty)
        #expect(try answer["a"]["version"].int() == 1 && answer["b"]["digest"].string().count == 64)
        let segments = try answer["segments"].elements()
        func verdict(_ target: String, _ dimension: String, _ name: String) throws -> String? {
            try segments.first {
                try $0["target"].string() == target && $0["dimension"].string() == dimension
                    && $0["segment"].string() == name
            }?["verdict"].string()
        }
        #expect(try verdict("duration", "all", "all") == "better")
        #expect(try verdict("duration", "type", "wf:sort") == "better")
        #expect(try verdict("duration", "size", "input not known") == "better")
        #expect(try verdict("duration", "known", "known to both") == "better")
        #expect(try verdict("memory", "all", "all") == "tie")
        let text = try compare("predictor@1", "predictor@2", "--history", "later.h5", in: folder)
        #expect(text.status == 0 && text.output.contains("Both were asked about 60 executions."))
        #expect(text.output.contains("predictor@2 is better at ") && text.output.contains("duration of wf:sort"))
        #expect(text.output.contains("predictor@2 is worse nowhere."), "\(text.output)")
        let back = try compare("predictor@2", "predictor@1", "--history", "later.h5", in: folder).output
        #expect(back.contains("predictor@1 is better nowhere.") && back.contains("predictor@1 is worse at "))
        // Of what either was trained on, the comparison says nothing, and says that.
        let seen = try json(compare("predictor@1", "predictor@2", "--history", "h2.h5", "--json", in: folder))
        #expect(try seen["notes"].elements()[0].string().contains("either may know the outcomes"))
        #expect(try seen["rows"].int() == 60)
        // Without a history it is what their evaluations found.
        let found = try json(compare("predictor@1", "predictor@2", "--json", in: folder))
        #expect(try found["basis"].string() == "evaluations" && !found["rows"].isPresent)
        #expect(try found["notes"].elements()[0].string().contains("different executions"))
        let dimensions = Set(try found["segments"].elements().map { try $0["dimension"].string() })
        #expect(dimensions.isSuperset(of: ["all", "type"]))
        let own = try json(compare("predictor@1", "predictor@1", "--json", in: folder))
        #expect(try own["notes"].elements()[0].string() == "Both were scored on the same executions.")
        #expect(
            try own["segments"].elements().filter { try $0["dimension"].string() == "all" }.allSatisfy {
                try $0["verdict"].string() == "tie" && $0["difference"]["value"].double() == 0
            })
        #expect(try compare("predictor@1", "predictor@9", in: folder).errors.contains("no version 9"))
        #expect(try compare("predictor", "predictor@1", in: folder).errors.contains("no champion"))
    }
}

/// Where each evaluation has divided the same history by its own seed, they tested other rows.
@Test func compareTellsWhetherBothWereScoredOnTheSame() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try TraceFixture.writeHistory(in: folder, rows: 40)
        for seed in ["1", "1", "2"] {
            let trained = try run(
                program, ["train", "predictor", "--history", "h.h5", "--model", "linear", "--seed", seed],
                in: folder.path)
            #expect(trained.status == 0, "\(trained.errors)")
        }
        func note(_ a: Int, _ b: Int) throws -> String {
            try json(compare("predictor@\(a)", "predictor@\(b)", "--json", in: folder))["notes"].elements()[0].string()
        }
        #expect(try note(1, 2) == "Both were scored on the same executions.")
        #expect(try note(1, 3).hasPrefix("They were scored on other parts of the same history"))
    }
}

/// Of what predicts no tasks the metrics of the manifests are compared, and no history is offered.
@Test(arguments: ["gcn", DQNScheduler.kind]) func compareTellsOfOtherKindsWhatTheirEvaluationsFound(kind: String)
    async throws
{
    try await TemporaryFolder.with { folder in
        let registry = ModelRegistry(path: folder("models"))
        _ = try await TestOptimizers.publish(in: registry)
        let whole = try registry.load(CheckedName("optimizer"), 1)
        // Versions are compared by their manifests: what the weights are is nothing to it.
        for (digest, gain) in [("a", 0.1), ("a", 0.3), ("b", 0.05)] {
            var manifest = whole.manifest
            manifest.name = "other"
            manifest.kind = kind
            manifest.dataset.sha256 = digest
            manifest.metrics = [
                .init(
                    target: "makespan", protocol: "lists of 10", accuracy: gain, low: gain - 0.01, high: gain + 0.01,
                    heuristics: [:], verdict: "better")
            ]
            _ = try registry.publish(
                manifest, weights: whole.weights, golden: whole.golden, metrics: "{}", card: "# card")
        }
        let answer = try json(compare("other@1", "other@2", "--json", in: folder))
        #expect(try answer["notes"].elements().map { try $0.string() } == ["Both were scored on the same data."])
        let segment = try #require(try answer["segments"].elements().first)
        #expect(try segment["target"].string() == "makespan" && segment["verdict"].string() == "better")
        #expect(try abs(segment["difference"]["value"].double() - 0.2) < 1e-9)
        let back = try json(compare("other@2", "other@3", "--json", in: folder))
        #expect(
            try back["notes"].elements()[0].string()
                == "They were scored on different data, which says little of which is better.")
        #expect(try back["segments"].elements()[0]["verdict"].string() == "worse")
        try TraceFixture.writeHistory(in: folder, rows: 20)
        let asked = try compare("other@1", "other@2", "--history", "h.h5", in: folder)
        #expect(
            asked.status != 0 && asked.errors.contains("other 1 predicts no executions; without --history"), "\(asked)")
    }
}
