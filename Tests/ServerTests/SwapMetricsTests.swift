import Files
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
