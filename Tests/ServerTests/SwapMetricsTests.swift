import Decisions
import Files
import ModelFixtures
import Registry
import TestSupport
import Testing

@testable import Server

@Test func swapsAreCountedByStep() async throws {
    try await TemporaryFolder.with { folder in
        let server = try await TestServer(in: folder)
        func lines() async -> Set<Substring> { Set(await server.ask(.get, "/metrics").body.split(separator: "\n")) }
        let own = #"alias="champion","#
        var told = await lines()
        #expect(told.contains(#"tactus_model_swaps_total{\#(own)hot="false",name="predictor"} 1"#), "\(told)")
        #expect(told.contains(#"tactus_model_swap_failures_total{\#(own)name="predictor",step="verify"} 0"#))
        try server.models.damage(2)
        let refused = await server.ask(.post, "/v1/models/predictor/promote", #"{"version":2,"force":"a test"}"#)
        #expect(refused.status == 409 && refused.message.hasPrefix("predictor 2 is not promoted (verify): "))
        #expect(
            await server.ask(.post, "/v1/models/predictor/promote", #"{"version":3,"force":"a test"}"#).status == 200)
        #expect(await server.ask(.post, "/v1/models/predictor/rollback", "{}").status == 200)
        told = await lines()
        for (name, labels, value) in [
            ("swaps_total", #"\#(own)hot="false",name="predictor""#, 1),
            // What is prepared for its promotion is ready, and so is what answered before.
            ("swaps_total", #"\#(own)hot="true",name="predictor""#, 2),
            ("swap_failures_total", #"\#(own)name="predictor",step="verify""#, 1),
            ("swap_failures_total", #"\#(own)name="predictor",step="warm-up""#, 0),
            ("step_seconds_count", #"\#(own)name="predictor",step="warm-up""#, 2),
            ("step_seconds_count", #"\#(own)name="predictor",step="verify""#, 3),
            ("switch_seconds_count", #"alias="champion",name="predictor""#, 3),
            ("switch_seconds_bucket", #"\#(own)le="+Inf",name="predictor""#, 3),
        ] {
            #expect(told.contains("tactus_model_\(name){\(labels)} \(value)"), "\(name) \(labels)")
        }
        #expect(told.contains(#"tactus_models_hot{alias="champion",name="predictor"} 1"#))
    }
}

@Test func swapsOfForecastersAreCountedBesideThem() async throws {
    try await TemporaryFolder.with { folder in
        let server = try await TestServer(in: folder)
        for skill in [0.2, 0.3] { try TestForecasters.publish(["able": skill], in: server.models.registry) }
        let weights = folder("models/forecaster/2/weights.safetensors")
        try writeAtomically(readBytes(of: weights).dropLast(), to: weights)
        #expect(
            await server.ask(.post, "/v1/models/forecaster/promote", #"{"version":1,"force":"a test"}"#).status == 200)
        let refused = await server.ask(.post, "/v1/models/forecaster/promote", #"{"version":2,"force":"a test"}"#)
        #expect(refused.status == 409 && refused.message.hasPrefix("forecaster 2 is not promoted (verify): "))
        let told = Set(await server.ask(.get, "/metrics").body.split(separator: "\n"))
        for line in [
            #"swaps_total{alias="champion",hot="true",name="forecaster"} 1"#,
            #"swap_failures_total{alias="champion",name="forecaster",step="verify"} 1"#,
            #"step_seconds_count{alias="champion",name="forecaster",step="warm-up"} 1"#,
            #"version{name="forecaster"} 1"#, #"version{name="predictor"} 1"#,
        ] {
            #expect(told.contains("tactus_model_" + line), "\(line)")
        }
    }
}

/// The challengers of both names are told apart, and what is said of one once stands under one heading.
@Test(.timeLimit(.minutes(10))) func challengersOfBothNamesAreToldApart() async throws {
    try await TemporaryFolder.with { folder in
        let server = try await TestServer(in: folder)
        func told() async -> [Substring] { await server.ask(.get, "/metrics").body.split(separator: "\n") }
        for name in ["predictor", "optimizer"] {
            #expect(await told().contains(#"tactus_challenger_rollbacks_total{name="\#(name)"} 0"#))
        }
        #expect(await !told().contains { $0.hasPrefix("tactus_challenger_questions_total") })
        for _ in 1...2 { try await TestOptimizers.publish(in: server.models.registry) }
        for (name, version) in [("predictor", 3), ("optimizer", 2)] {
            let body = #"{"version":\#(version),"alias":"challenger","force":"a test"}"#
            #expect(await server.ask(.post, "/v1/models/\(name)/promote", body).status == 200)
        }
        let lines = await told()
        for labels in [#"name="predictor",version="3""#, #"name="optimizer",version="2""#] {
            for figure in [
                "questions_total", "acted_total", "failures_total", "outcomes_total", "gain", "slow_seconds",
            ] {
                #expect(lines.count { $0 == "tactus_challenger_\(figure){\(labels)} 0" } == 1, "\(figure) \(labels)")
            }
            #expect(lines.contains("tactus_model_questions_total{\(labels)} 0"))
        }
        #expect(lines.count { $0.hasPrefix("# TYPE tactus_challenger_questions_total ") } == 1)
        let optimizers = #"{alias="challenger",hot="false",name="optimizer"}"#
        #expect(lines.contains("tactus_model_swaps_total\(optimizers) 1"))
    }
}
