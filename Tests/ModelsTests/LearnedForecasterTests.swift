import Files
import Foundation
import Kernels
import Layers
import Registry
import TestSupport
import Testing
import Training
import Workflows

@testable import Models

/// Where ``wave(_:seed:level:name:)`` would be without noise.
private func mean(at place: Int) -> Double { 100 + 10 * sin(2 * .pi * Double(place % 24) / 24) }

/// Hourly values with a daily wave and noise that decays by 0.8 an hour, whose innovations are normal with deviation 1.
private func wave(_ count: Int, seed: UInt64, level: Double = 100, name: String = "wave") -> MetricSeries {
    var generator = SeededGenerator(seed: seed)
    var noise = 0.0
    let values = (0..<count).map { place in
        noise = 0.8 * noise + Double(generator.normal())
        return level + 10 * sin(2 * .pi * Double(place % 24) / 24) + noise
    }
    return MetricSeries(name: name, intervalSeconds: 3600, values: values)
}

private func trainer<Network: ForecasterNetwork>(
    _ network: Network.Type, members: Int = 1, epochs: Int = 3, session: TrainingSession = TrainingSession()
) -> LearnedForecasterTrainer<Network> {
    var architecture = Network.architecture(period: 24)
    (architecture.width, architecture.members, architecture.layers) = (8, members, 1)
    return LearnedForecasterTrainer(
        architecture: architecture,
        loop: TrainingLoop(AdamW(learningRate: 0.003), epochs: epochs, batchSize: 32, patience: 3), stride: 2,
        session: session)
}

/// Errors of the median and the share of values within 0.05 to 0.95, over the places from `first` on.
private func replay(
    _ forecaster: LearnedForecaster<some ForecasterNetwork>, _ series: MetricSeries, from first: Int, steps: [Int],
    every: Int = 1
) throws -> [(error: Double, coverage: Double)] {
    var (errors, inside, count) = (
        [Double](repeating: 0, count: steps.count), [Double](repeating: 0, count: steps.count), 0.0
    )
    var forecaster = forecaster
    for origin in stride(from: first, to: series.values.count - (steps.max() ?? 1), by: every) {
        // The rules are told what is new, else they learn it at every question; the lines stay.
        forecaster.rules.observe(series.prefix(origin + 1), from: 0)
        let answers = try forecaster.forecast(series.prefix(origin + 1), steps: steps)
        for (place, answer) in answers.enumerated() {
            let actual = series.values[origin + steps[place]]
            errors[place] += abs(actual - answer.p50)
            inside[place] += actual >= answer.p05 && actual <= answer.p95 ? 1 : 0
            #expect(answer.isSound && answer.at == series.moment(at: origin + steps[place]))
        }
        count += 1
    }
    return zip(errors, inside).map { ($0 / count, $1 / count) }
}

struct LearnedForecasterTests {
    private static let series = wave(620, seed: 3)
    private static let known = 420

    private static func nearsTheNoise<Network: ForecasterNetwork>(_ network: Network.Type) throws {
        let forecaster = try trainer(network).trainForecaster(on: [series.prefix(known)], seed: 1)
        let results = try replay(forecaster, series, from: known, steps: [1, 4, 24], every: 3)
        for (result, step) in zip(results, [1, 4, 24]) {
            // The mean |error| of who knows the process: of the noise that is there, 0.8ʰ is left.
            let errors = stride(from: known, to: series.values.count - 24, by: 3).map { origin in
                let rest = series.values[origin] - mean(at: origin)
                return abs(series.values[origin + step] - mean(at: origin + step) - pow(0.8, Double(step)) * rest)
            }
            let floor = errors.reduce(0, +) / Double(errors.count)
            #expect(result.error < 1.15 * floor, "\(result.error) where \(floor) is the least")
            #expect(result.error > 0.9 * floor)
            #expect(result.coverage > 0.8 && result.coverage < 0.97, "\(result.coverage)")
        }
    }

    @Test func anLSTMComesNearTheNoiseOfAKnownProcess() throws { try Self.nearsTheNoise(LSTMForecasterNetwork.self) }

    @Test func aTransformerComesNearTheNoiseOfAKnownProcess() throws { try Self.nearsTheNoise(PatchTransformer.self) }

    /// The logistic map: the next value is a parabola of the last one, of which a line knows nothing.
    @Test func networksCorrectWhatIsNotLinear() throws {
        var generator = SeededGenerator(seed: 5)
        var values = [0.3]
        for _ in 0..<640 {
            let x = values[values.count - 1]
            values.append(1 - 1.8 * x * x + 0.01 * Double(generator.normal()))
            if abs(values[values.count - 1]) > 1 { values[values.count - 1] = 0.3 }
        }
        let map = MetricSeries(name: "map", intervalSeconds: 3600, values: values)
        var learned = try trainer(LSTMForecasterNetwork.self, epochs: 20)
            .trainForecaster(on: [map.prefix(520)], seed: 2)
        learned.ruleShare = 0
        let own = try replay(learned, map, from: 520, steps: [1], every: 5)[0].error
        #expect(learned.calibrations["map"]?.shares[0] ?? 0 > 0.5)
        learned.calibrations["map"]?.shares = learned.spreads.map { _ in 0 }
        let lines = try replay(learned, map, from: 520, steps: [1], every: 5)[0].error
        #expect(own < 0.8 * lines, "\(own) with networks, \(lines) by lines alone")
    }

    @Test func severalSeriesAreLearnedTogetherAndOthersAreAnswered() throws {
        let others = [wave(500, seed: 8, name: "a"), wave(400, seed: 9, level: 1e7, name: "b")]
        let forecaster = try trainer(LSTMForecasterNetwork.self).trainForecaster(on: others, seed: 1)
        #expect(Set(forecaster.calibrations.keys) == ["a", "b"])
        let stranger = wave(400, seed: 10, level: 50, name: "c")
        let results = try replay(forecaster, stranger, from: 200, steps: [1, 24], every: 3)
        #expect(results[0].error < 1.3 && results[1].error < 2)
    }

    @Test func stepsBetweenAndBehindTheHorizonsHaveAnswers() throws {
        let forecaster = try trainer(PatchTransformer.self).trainForecaster(on: [Self.series], seed: 1)
        let steps = Array(1...60)
        let answers = try forecaster.forecast(Self.series, steps: steps)
        for answer in answers { #expect(answer.isSound) }
        // The wave goes on between the horizons and behind the day.
        for (step, answer) in zip(steps, answers) {
            let truth = 100 + 10 * sin(2 * .pi * Double((619 + step) % 24) / 24)
            #expect(abs(answer.p50 - truth) < 5, "\(step): \(answer.p50), \(truth)")
        }
        // The answer for a step is the same whatever else is asked.
        #expect(try forecaster.forecast(Self.series, steps: [7, 31]) == [answers[6], answers[30]])
    }

    @Test func aSeriesThatIsNeverNegativeIsForecastAtZeroOrMore() throws {
        var series = wave(500, seed: 4)
        series.values = series.values.map { max($0 - 104, 0) }
        let forecaster = try trainer(LSTMForecasterNetwork.self).trainForecaster(on: [series], seed: 1)
        #expect(
            try forecaster.forecast(series, steps: Array(1...24)).allSatisfy { $0.quantiles.allSatisfy { $0 >= 0 } })
        #expect(try forecaster.forecast(series, steps: Array(1...24)).contains { $0.p05 == 0 })
    }

    @Test func gapsAreNoValues() throws {
        var gapped = Self.series
        for place in stride(from: 5, to: gapped.values.count, by: 9) { gapped.values[place] = .nan }
        let forecaster = try trainer(LSTMForecasterNetwork.self).trainForecaster(
            on: [gapped.prefix(Self.known)], seed: 1)
        let results = try replay(forecaster, Self.series, from: Self.known, steps: [1], every: 3)
        #expect(results[0].error < 1.2)
        // A gap that is filled would be a forecast without error: intervals would be too narrow.
        #expect(results[0].coverage > 0.8)
        #expect(try forecaster.forecast(gapped, steps: [1, 5]).allSatisfy(\.isSound))
    }

    @Test func aConstantSeriesIsForecastAsItIs() throws {
        let flat = MetricSeries(name: "flat", intervalSeconds: 3600, values: [Double](repeating: 7, count: 300))
        let forecaster = try trainer(LSTMForecasterNetwork.self).trainForecaster(on: [flat], seed: 1)
        for answer in try forecaster.forecast(flat, steps: [1, 24, 30]) { #expect(abs(answer.p50 - 7) < 1e-3) }
    }

    @Test func newValuesMoveTheLines() throws {
        var forecaster = try trainer(LSTMForecasterNetwork.self).trainForecaster(
            on: [Self.series.prefix(120)], seed: 1)
        let before = forecaster
        try forecaster.observe(Self.series, from: 120)
        #expect(forecaster.lines["wave"] != before.lines["wave"])
        #expect(forecaster.lines.pooled == before.lines.pooled)
        let (late, early) = (
            try replay(forecaster, Self.series, from: 400, steps: [4], every: 3)[0].error,
            try replay(before, Self.series, from: 400, steps: [4], every: 3)[0].error
        )
        #expect(late < early, "\(late) with all values, \(early) with the first 120")
        // A series that it does not know is left alone.
        var other = before
        try other.observe(wave(300, seed: 1, name: "other"), from: 200)
        #expect(other.lines == before.lines)
    }

    @Test func whatCannotBeForecastIsRefusedByName() throws {
        let forecaster = try trainer(LSTMForecasterNetwork.self).trainForecaster(on: [Self.series], seed: 1)
        func refusal(_ series: MetricSeries) -> String? {
            do {
                _ = try forecaster.forecast(series, steps: [1])
                return nil
            } catch {
                return (error as? InputError).map { "\($0.field ?? "") \($0.problem)" } ?? "\(error)"
            }
        }
        #expect(refusal(Self.series.prefix(20))?.contains("wave has 20 values") == true)
        var quick = Self.series
        quick.intervalSeconds = 300
        #expect(refusal(quick)?.contains("wave has 288 values a day") == true)
        var large = Self.series
        large.values[600] = 1e200
        #expect(refusal(large)?.contains("too large") == true)
        var empty = Self.series
        empty.values = empty.values.map { _ in .nan }
        #expect(refusal(empty)?.contains("wave") == true)
    }

    @Test func whatCannotBeLearnedFromIsRefusedByName() {
        let trainer = LearnedForecasterTrainer<LSTMForecasterNetwork>()
        func refusal(_ series: [MetricSeries]) -> String? {
            do {
                _ = try trainer.train(on: series, seed: 1)
                return nil
            } catch {
                return (error as? InputError).map { "\($0.field ?? "") \($0.problem)" } ?? "\(error)"
            }
        }
        #expect(refusal([])?.contains("no series") == true)
        #expect(refusal([wave(40, seed: 1)])?.contains("wave has 40 values") == true)
        var slow = wave(400, seed: 1, name: "slow")
        slow.intervalSeconds = 43_200
        #expect(refusal([slow])?.contains("slow has 2 values a day") == true)
        #expect(refusal([wave(400, seed: 1), wave(400, seed: 2)])?.contains("twice") == true)
        var half = wave(800, seed: 1, name: "half")
        half.intervalSeconds = 1800
        #expect(refusal([wave(400, seed: 1), half])?.contains("half has 48 values a day") == true)
    }
}
