import Files
import ModelFixtures
import Registry
import TestSupport
import Testing

@testable import Server

/// Two tasks of a kind that versions have learned from, one behind the other, and a third one beside them.
private let known = #"""
    {"workflow":{"name":"w-1","schemaVersion":"1.5","workflow":{
       "specification":{"tasks":[
         {"id":"a","name":"p_1","children":["b"]},{"id":"b","name":"p_2","parents":["a"]},{"id":"c","name":"p_3"}]},
       "execution":{"tasks":[
         {"id":"a","runtimeInSeconds":10},{"id":"b","runtimeInSeconds":20},{"id":"c","runtimeInSeconds":5}]}}},
     "cluster":\#(Questions.cluster)}
    """#
/// What is asked about whole workflows, and whether an optimizer has a part in the answer.
private let routes = [
    ("optimize", true), ("bottlenecks", true), ("suggestions", true), ("schedule", true), ("cost", false),
]

/// Where no version can answer, each answer says why, and is counted.
@Test func answersAboutWorkflowsSayWhyNoVersionHadAPart() async throws {
    try await TemporaryFolder.with { folder in
        let server = try await TestServer(in: folder)
        #expect(await server.ask(.post, "/v1/models/predictor/rollback", "{}").status == 200)
        for (route, asksOptimizer) in routes {
            let answer = await server.ask(.post, "/v1/\(route)", Questions.whole)
            #expect(answer.status == 200, "\(answer.body)")
            let reasons =
                (route == "schedule" ? [] : ["predictor has no champion"])
                + (asksOptimizer ? ["optimizer has no champion"] : [])
            #expect(try answer.json["reason"].string() == reasons.joined(separator: "; "))
            #expect(try answer.json["source"].string() == "heuristic" && !answer.json["model"].isPresent)
        }
        let told = await server.ask(.get, "/metrics").body.split(separator: "\n")
        #expect(told.contains("tactus_fallbacks_total \(routes.count)"))
    }
}

/// What is wrong with the optimizer stands in every answer that it has no part in for that.
@Test(.timeLimit(.minutes(10))) func answersSayWhatIsWrongWithTheOptimizer() async throws {
    try await TemporaryFolder.with { folder in
        let server = try await TestServer(in: folder)
        let version = try await TestOptimizers.publish(in: server.models.registry)
        let weights = folder("models/optimizer/\(version)/weights.safetensors")
        try writeAtomically(readBytes(of: weights).dropLast(), to: weights)
        try folder.write(#"{"champion": \#(version)}"# + "\n", to: "models/optimizer/aliases.json")
        await server.engine.followRegistry()
        for (route, asksOptimizer) in routes {
            let answer = try await server.ask(.post, "/v1/\(route)", known).json
            let reason = try answer["reason"].ifPresent { try $0.string() }
            #expect(reason?.hasPrefix("optimizer 1 cannot be loaded (verify): ") ?? false == asksOptimizer)
            // Statistics of the predictor are asked beside it, but for durations that are given.
            #expect(answer["model"].isPresent == (route != "schedule"), "\(route)")
        }
        let told = await server.ask(.get, "/metrics").body.split(separator: "\n")
        #expect(told.contains("tactus_fallbacks_total \(routes.count { $0.1 })"))
    }
}

/// `model` is the version whose network was asked, before the one whose statistics were; `models` are both.
@Test(.timeLimit(.minutes(10))) func answersNameTheVersionsThatHadAPart() async throws {
    try await TemporaryFolder.with { folder in
        let server = try await TestServer(in: folder)
        let registry = server.models.registry
        let version = try await TestOptimizers.publish(in: registry, findsBottlenecks: true)
        func names(_ answer: JSONField) throws -> [String] {
            let models = try answer["models"].ifPresent { try $0.elements() } ?? []
            let one = try answer["model"].ifPresent { [$0] } ?? []
            if let first = models.first { #expect(models.count == 2 && first.value == one.first?.value) }
            return try (models.isEmpty ? one : models).map { model in
                let (name, version) = (try CheckedName(model["name"].string()), try model["version"].int())
                let digest = try registry.manifest(of: name, version).digest
                #expect(try model["digest"].string() == digest)
                return "\(name) \(version)"
            }
        }
        let asked = routes.map(\.0).prefix(3)
        for route in asked {
            let answer = try await server.ask(.post, "/v1/\(route)", known).json
            #expect(try names(answer) == ["predictor 1"] && answer["source"].string() == "heuristic")
            // Of these tasks nothing is known.
            let cold = try await server.ask(.post, "/v1/\(route)", Questions.whole).json
            #expect(try names(cold) == [] && cold["source"].string() == "heuristic")
        }
        let promoted = await server.ask(
            .post, "/v1/models/optimizer/promote", #"{"version":\#(version),"force":"a test"}"#)
        #expect(promoted.status == 200)
        for route in asked {
            let answer = try await server.ask(.post, "/v1/\(route)", known).json
            if route != "suggestions" {
                #expect(try answer["analysis"]["evidence"]["model"].string() == "optimizer@1")
            }
            #expect(try names(answer) == ["optimizer 1", "predictor 1"] && answer["source"].string() == "ensemble")
            #expect(!answer["reason"].isPresent)
            let record = try await server.engine.decision(answer["decisionId"].string())
            #expect(try record.model?.name == "optimizer" && names(record.answer()) == ["optimizer 1", "predictor 1"])
            let cold = try await server.ask(.post, "/v1/\(route)", Questions.whole).json
            #expect(try names(cold) == ["optimizer 1"] && cold["source"].string() == "ensemble")
        }
    }
}
