import Decisions
import Files
import Foundation
import Kernels
import Prediction
import Settings
import TestSupport
import Testing
import Workflows

@testable import Engine

/// Nine days of hours whose demand goes up and down with the day, wanders, and leaps somewhere in the last two days.
private func drawn(_ seed: UInt64) -> MetricSeries {
    var generator = SeededGenerator(seed: seed)
    let leap = 216 - Int.random(in: 1...48, using: &generator)
    var walk = 0.0
    let values = (0..<216).map { place -> Double in
        walk = 0.9 * walk + Double.random(in: -1...1, using: &generator)
        return 20 + 8 * sin(Double(place) / 24 * 2 * .pi) + walk + (place >= leap ? 10 : 0)
    }
    return MetricSeries(name: "series", unit: "cores", intervalSeconds: 3600, startedAt: 7200, values: values)
}

private let eight = #"{"nodes":[{"name":"n","cores":8}]}"#

/// What is asked about `series`, and its answer by `forecaster`.
private func asked(
    _ series: MetricSeries, hours: Int = 6,
    by forecaster: any CapacityForecaster = RollingForecaster(members: [.ridge, .seasonal])
) throws -> (CapacityQuestion, JSONField) {
    let text = #"{"series":"series","horizonSeconds":\#(hours * 3600),"cluster":\#(eight)}"#
    let question = try CapacityQuestion(JSONField(JSONValue(parsing: Array(text.utf8))), Settings())
    let plan = try CapacityPlan(
        series, horizonSeconds: Double(hours) * 3600, by: forecaster, planner: question.planner(for: series))
    return (question, JSONField(.object(JSONObject(plan.members))))
}

@Test(.timeLimit(.minutes(10)), arguments: [1, 2] as [UInt64])
func aDemandIsExplainedByItsForecastsWithoutParts(seed: UInt64) throws {
    let series = drawn(seed)
    let (question, answer) = try asked(series)
    // What has come since does not count.
    var grown = series
    grown.values += [500, 600]
    let influences = try CapacityInfluences(grown, question, answer)
    let factors = try influences.factors { false }
    let names = influences.parts.map(\.name)
    #expect(names.prefix(4) == ["series.lastHour", "series.dayBefore", "series.lastDay", "series.weekBefore"])
    #expect(names.count == 4 + 5 + 6 && Set(names).count == names.count)

    let forecasts = try answer["forecast"].elements()
    let high = try forecasts.map { try $0["p95"].double() }
    let place = try #require(high.indices.max { high[$0] < high[$1] })
    let needed = try answer["nodes"].elements()[place]["needed"].int()
    var strengths: [Double] = []
    for factor in factors.dropLast() {
        // Place 215 is the last.
        let same = 216 + place - 24
        func number(_ kind: String) -> Int { Int(factor.name.dropFirst("series.\(kind)".count)) ?? 0 }
        let places =
            switch factor.name {
            case "series.lastHour": 215..<216
            case "series.dayBefore": same..<same + 1
            case "series.lastDay": 192..<216
            case "series.weekBefore": same - 144..<same - 143
            case let name where name.hasPrefix("series.hour"): 216 - number("hour")..<217 - number("hour")
            default: 216 - 24 * number("day")..<240 - 24 * number("day")
            }
        var rest = series
        for place in places { rest.values[place] = .nan }
        let (_, other) = try asked(rest)
        let without = try other["forecast"].elements()[place]
        let (p50, p95) = (try without["p50"].double(), try without["p95"].double())
        #expect(
            factor.effect
                == .demand(
                    p50: try forecasts[place]["p50"].double() / p50, p95: high[place] / p95,
                    nodes: needed - (try other["nodes"].elements()[place]["needed"].int())), "\(factor)")
        #expect(factor.detail.contains("one time in twenty it is above \(JSONValue.text(of: p95))"))
        strengths.append(abs(try forecasts[place]["p50"].double() - p50) + abs(high[place] - p95))
    }
    #expect(strengths.count == 8 && zip(strengths, strengths.dropFirst()).allSatisfy { $0 >= $1 })
    #expect(factors.last?.name == "series" && factors.last?.detail.hasSuffix("from the last 216 values") == true)

    let told = try influences.alternatives { false }
    #expect(told.map(\.name) == ["ridge and seasonal-naive", "naive", "seasonal-naive", "ridge"])
    for (alternative, forecaster) in zip(
        told.dropFirst(),
        [NaiveForecaster(isSeasonal: false), NaiveForecaster(isSeasonal: true), RollingForecaster(members: [.ridge])]
            as [any CapacityForecaster])
    {
        let (_, other) = try asked(series, by: forecaster)
        #expect(try alternative.forecast.p95 == other["forecast"].elements()[place]["p95"].double())
        #expect(try alternative.needed == other["nodes"].elements()[place]["needed"].int())
    }
    // Where others answered, it is said that the parts were left out of these rules alone.
    let seasonal = try asked(series, by: NaiveForecaster(isSeasonal: true))
    let reserved = try CapacityInfluences(series, question, seasonal.1).factors { true }
    #expect(reserved.count == 1 && reserved[0].detail.contains("which others had a say in, was not measured"))
    #expect(reserved[0].detail.hasSuffix("; 15 of 15 were not tried, as time was over"))
}

/// Without the parts that are named first the highest demand changes by a twentieth more often than without as many others.
@Test(.timeLimit(.minutes(20))) func partsThatAreNamedFirstMatterMostToADemand() async throws {
    // Learning takes long: on a thread of its own it keeps no other test waiting.
    let (first, others, questions) = try await Task(executorPreference: TaskThread.ofItsOwn()) { try deletions() }.value
    #expect(first >= questions / 2 && first > others + 3, "\(first) and \(others) of \(questions)")
}

/// How often the highest demand changes by a twentieth without the two parts that are named first, and without two others.
private func deletions() throws -> (first: Int, others: Int, questions: Int) {
    var generator = SeededGenerator(seed: 5)
    var (first, others, questions) = (0, 0, 0)
    for seed in 30..<42 as Range<UInt64> {
        let series = drawn(seed)
        let (question, answer) = try asked(series)
        let influences = try CapacityInfluences(series, question, answer)
        let named = try influences.factors { false }.prefix(2).map(\.name)
        func changes(without parts: some Sequence<CapacityInfluences.Part>) throws -> Bool {
            var rest = series
            for place in parts.flatMap(\.places) { rest.values[place] = .nan }
            let other = try CapacityPlan(rest, horizonSeconds: 6 * 3600, by: SeriesRules.quick).forecasts
            let at = influences.whole.forecast.at
            let p95 = try #require(other.first { $0.at == at }).p95
            return abs(p95 / influences.whole.forecast.p95 - 1) > 0.05
        }
        questions += 1
        if try changes(without: influences.parts.filter { named.contains($0.name) }) { first += 1 }
        let rest = influences.parts.filter { !named.contains($0.name) }.shuffled(using: &generator)
        if try changes(without: rest.prefix(2)) { others += 1 }
    }
    return (first, others, questions)
}

@Test(.timeLimit(.minutes(10))) func demandsAreExplainedByWhatMovedThem() async throws {
    try await TemporaryFolder.with { folder in
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        let series = drawn(9)
        let points = series.values.enumerated().map { place, value in
            "{\"at\":\(series.moment(at: place)),\"value\":\(value)}"
        }
        let text = #"{"series":[\#(points.joined(separator: ","))],"horizonSeconds":7200,"cluster":\#(eight)}"#
        let question = try CapacityQuestion(JSONField(JSONValue(parsing: Array(text.utf8))), scheduler.settings)
        let decision = try await scheduler.capacity(question)
        let counts = scheduler.seriesCacheCounts.rules
        let why = try await scheduler.explanation(of: decision.id)
        // It leaves nothing where others are answered.
        #expect(scheduler.seriesCacheCounts.rules == counts && !why.factors.contains { $0.name == "state" })
        #expect(await scheduler.searches.peak == 1)
        let effects = why.factors.filter { $0.effect != nil }
        #expect(!effects.isEmpty && effects.allSatisfy { $0.name.hasPrefix("series.") })
        let json = try JSONField(JSONValue(parsing: Array(why.json.text().utf8)))
        let last = try #require(try json["factors"].elements().first { $0["effect"].isPresent })
        #expect(try last["effect"]["p95"].double() > 0 && last["effect"]["nodes"].isPresent)
        #expect(try json["demands"].elements().map { try $0["name"].string() }.first == "ridge and seasonal-naive")
        #expect(try json["demands"].elements().allSatisfy { try $0["needed"].int() > 0 })

        // What cannot be forecast any more is said, and the rest stands.
        var record = why.record
        record.id = "old"
        record.output = record.output.replacing(
            "\"at\":\(JSONValue.text(of: series.moment(at: 216)))", with: "\"at\":0")
        try await scheduler.log.record(record)
        let old = try await scheduler.explanation(of: "old")
        #expect(old.summary == why.summary && old.demands.isEmpty && old.factors[0].name == "highest")
        #expect(
            old.factors.last?.detail
                == "what moved it was not found: what was known of the series is not there any more")
    }
}
