import Files
import Foundation
import History
import Settings
import TestSupport
import Testing
import Workflows

@testable import Engine

private let demand = MetricSeries(
    name: "usage.cores", unit: "cores", intervalSeconds: 3600, startedAt: 7200,
    values: (0..<120).map { 4 + ($0 % 24 < 12 ? 2 : -2) })

@Test func aSeriesOfTheHistoryIsForecastAndKept() async throws {
    try await TemporaryFolder.with { folder in
        var settings = settings(in: folder)
        settings.historyPath = folder("h.h5")
        settings.predictionHorizonSeconds = 10_800
        let scheduler = try await IntelligentScheduler(settings: settings)
        func question(_ text: String) throws -> CapacityQuestion {
            try CapacityQuestion(JSONField(JSONValue(parsing: Array(text.utf8))), settings)
        }
        let asked =
            #"{"series":"usage.cores","cluster":{"nodes":[{"name":"n","cores":2,"startupSeconds":60}]},"headroom":0}"#
        let missing = await #expect(throws: InputError.self) { try await scheduler.capacity(question(asked)) }
        #expect(missing?.field == "series" && missing?.file == nil && missing?.problem.contains(folder.path) == false)

        var store = HDF5ExecutionStore(path: folder("h.h5"))
        let source = ImportedSource(name: "a", digest: "d", format: "series")
        _ = try store.append([HistoryBatch(source: source, executions: [], series: [demand])])
        let decision = try await scheduler.capacity(question(asked))
        #expect(decision.source == .heuristic && decision.model == nil)
        #expect(decision.reason == "forecaster has no champion")
        // The 121st hour is the first of a day that repeats, and needs three nodes of two cores.
        #expect(decision.answer.forecasts.map(\.at) == [120, 121, 122].map { 7200 + $0 * 3600 })
        #expect(decision.answer.forecasts.map(\.p50) == [6, 6, 6])
        #expect(decision.answer.nodes.allSatisfy { (3...4).contains($0.needed) && $0.requestBy == $0.at - 60 })
        #expect(decision.answer.nodes.allSatisfy { $0.riskOfShortage < 0.051 && $0.riskWithPresentNodes > 0.2 })
        let answer = try JSONField(JSONValue(parsing: Array(decision.body.utf8)))
        #expect(try answer["forecast"].elements().count == 3 && answer["nodes"].elements()[0]["needed"].int() >= 3)
        #expect(try answer["decisionId"].string() == decision.id && answer["unit"].string() == "cores")

        let record = try await scheduler.decision(decision.id)
        #expect(record.type == "capacity" && record.output == decision.body)
        #expect(try record.question()["horizonSeconds"].double() == 10_800)
        let why = try await scheduler.explanation(of: decision.id)
        #expect(why.factors.prefix(3).map(\.name) == ["highest", "nodes", "fallback"])
        #expect(why.factors.last?.name == "series" && why.demands.count == 4)
        #expect(why.factors[1].detail.contains("are needed at"))

        let unknown = await #expect(throws: InputError.self) {
            try await scheduler.capacity(question(#"{"series":"other"}"#))
        }
        #expect(unknown?.problem.contains("usage.cores") == true)
        let without = try await scheduler.capacity(question(#"{"series":"usage.cores","horizonSeconds":3600}"#))
        #expect(without.answer.nodes.isEmpty && without.answer.forecasts.count == 1)
        #expect(try await scheduler.capacity(question(asked)).answer == decision.answer)
    }
}
