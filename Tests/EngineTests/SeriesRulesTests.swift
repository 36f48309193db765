import Files
import NIOConcurrencyHelpers
import Prediction
import TestSupport
import Testing
import Workflows

@testable import Engine

/// Forecasts what `sound` does, and learns only while a gate is open.
private struct SlowLearner: CapacityForecaster {
    var sound = RollingForecaster(members: [.seasonal])
    let gate: Gate
    let isHeld: NIOLockedValueBox<Bool>

    func forecast(_ series: MetricSeries, steps: [Int]) throws -> [CapacityForecast] {
        try sound.forecast(series, steps: steps)
    }

    mutating func observe(_ series: MetricSeries, from first: Int) throws {
        if isHeld.withLockedValue({ $0 }) { gate.pass() }
        sound.observe(series, from: first)
    }
}

private func demand(_ name: String, _ count: Int = 200) -> MetricSeries {
    MetricSeries(
        name: name, intervalSeconds: 3600, startedAt: 0,
        values: (0..<count).map { Double(20 + $0 % 24 + $0 * 7919 % 13) })
}

/// What takes longer to learn than there is time for is answered for, learned behind that, and then answers.
@Test(.timeLimit(.minutes(30))) func whatTakesLongToLearnIsAnsweredByQuickRulesAndLearnedBehind() async throws {
    let (gate, isHeld) = (Gate(), NIOLockedValueBox(true))
    defer { gate.open() }
    let rules = SeriesRules(SlowLearner(gate: gate, isHeld: isHeld))
    func ask(_ series: MetricSeries, _ limit: Duration) async throws -> SeriesRules.Answer {
        try await rules.ask(series, horizonSeconds: 7200, within: limit)
    }
    let quick = try CapacityPlan(
        demand("a"), horizonSeconds: 7200, by: RollingForecaster(members: [.ridge, .seasonal]))
    let first = try await ask(demand("a"), .milliseconds(60))
    #expect(first.plan == quick)
    #expect(first.reason?.hasSuffix("after 36 ms the other rules are still learning the series") == true)
    // Another one has no turn meanwhile, and is not forgotten for that.
    let other = try await ask(demand("b"), .milliseconds(60))
    #expect(other.plan.series == "b" && other.reason != nil)
    #expect(rules.counts == (hits: 0, misses: 1))
    await #expect(throws: InputError.self) {
        try await rules.ask(demand("a"), horizonSeconds: 10, within: .milliseconds(60))
    }

    isHeld.withLockedValue { $0 = false }
    gate.open()
    for series in [demand("a"), demand("a", 201), demand("b")] {
        let whole = try await ask(series, .seconds(3000))
        let expected = try CapacityPlan(series, horizonSeconds: 7200, by: RollingForecaster(members: [.seasonal]))
        #expect(whole.plan == expected && whole.reason == nil)
    }
    #expect(rules.counts == (hits: 2, misses: 2))
}

/// A series that is known waits for none that is learned.
@Test(.timeLimit(.minutes(30))) func whatIsKnownIsAnsweredWhileAnotherSeriesIsLearned() async throws {
    let (gate, isHeld) = (Gate(), NIOLockedValueBox(false))
    defer { gate.open() }
    let rules = SeriesRules(SlowLearner(gate: gate, isHeld: isHeld))
    _ = try await rules.ask(demand("a"), horizonSeconds: 7200, within: .seconds(3000))
    isHeld.withLockedValue { $0 = true }
    async let slow = rules.ask(demand("b"), horizonSeconds: 7200, within: .seconds(3000))
    try await gate.awaitOne()
    isHeld.withLockedValue { $0 = false }
    let known = try await rules.ask(demand("a", 201), horizonSeconds: 7200, within: .seconds(3000))
    #expect(known.reason == nil)
    gate.open()
    #expect(try await slow.reason == nil)
}
