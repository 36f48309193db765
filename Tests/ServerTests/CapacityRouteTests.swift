import Files
import TestSupport
import Testing

@testable import Server

/// A question about `count` values, one an hour from the hour `first` on.
private func question(_ count: Int, from first: Int = 0) -> String {
    let points = (first..<first + count).map { place in
        "{\"at\":\(place * 3600),\"value\":\(place == 40 ? "null" : "\(20 + place % 24 + place * 7919 % 13)")}"
    }
    return #"{"series":[\#(points.joined(separator: ","))],"horizonSeconds":86400}"#
}

/// What of a series is learned again, `ofASeriesThatGoesOnOnlyWhatIsNewIsLearned` counts.
@Test(.timeLimit(.minutes(10))) func aSeriesWithAValueMoreIsAnsweredAsIfLearnedAnew() async throws {
    try await TemporaryFolder.with { folder in
        let server = try await TestServer(in: folder)
        func ask(_ question: String) async throws -> JSONValue? {
            let answer = await server.ask(.post, "/v1/capacity", question)
            #expect(answer.status == 200, "\(answer.message)")
            return try answer.json["forecast"].value
        }
        _ = try await ask(question(500))
        let second = try await ask(question(501))
        // A window that moves on within a day begins at the same midnight.
        _ = try await ask(question(498, from: 3))
        let again = try await ask(question(498, from: 4))
        let told = Set(await server.ask(.get, "/metrics").body.split(separator: "\n"))
        #expect(told.contains(#"tactus_series_cache_hits_total{by="rules"} 2"#))
        #expect(told.contains(#"tactus_series_cache_misses_total{by="rules"} 2"#))

        try await TemporaryFolder.with { folder in
            let fresh = try await TestServer(in: folder)
            for (question, known) in [(question(501), second), (question(498, from: 4), again)] {
                let answer = await fresh.ask(.post, "/v1/capacity", question)
                #expect(try answer.json["forecast"].value == known)
            }
        }
        // Another value at the beginning, and another answer.
        let changed = question(501).replacing(#""value":20}"#, with: #""value":2000}"#)
        #expect(try await ask(changed) != second)
    }
}
