import Files
import Foundation
import Kernels
import Testing
import Workflows

@testable import Prediction

private func series(_ values: [Double], interval: Double = 900) -> MetricSeries {
    MetricSeries(name: "s", intervalSeconds: interval, startedAt: 5000, values: values)
}

@Test func quantilesAreTheErrorsAtTheirPlaces() {
    // Of 19 errors, the one at place ⌈0.95 · 20⌉ = 19 and the one at place ⌊0.05 · 20⌋ = 1.
    let errors = (1...19).map { Double($0 - 10) }
    let quantiles = ConformalQuantiles.around(100, sortedErrors: errors)
    #expect(quantiles == [91, 92, 95, 100, 105, 108, 109, 109, 109])
    // Of 29, those at places ⌈0.75 · 30⌉ = 23 and ⌊0.25 · 30⌋ = 7, ⌈0.95 · 30⌉ = 29 and ⌊0.05 · 30⌋ = 1.
    let more = ConformalQuantiles.around(0, sortedErrors: (1...29).map { Double($0 - 15) })
    #expect(more == [-14, -12, -8, 0, 8, 12, 14, 14, 14])
    #expect(ConformalQuantiles.around(7, sortedErrors: []) == [Double](repeating: 7, count: 9))
    // All on one side: the median stays the point.
    #expect(ConformalQuantiles.around(0, sortedErrors: [3, 4, 5])[0...3] == [0, 0, 0, 0])
}

@Test func naiveForecastsAreTheLastValueAndThatOfTheDayBefore() throws {
    // Hourly: a day is 24 values.
    let values = (0..<60).map { Double($0 % 24) }
    let hourly = MetricSeries(name: "h", intervalSeconds: 3600, values: values)
    let last = try NaiveForecaster(isSeasonal: false).forecast(hourly, steps: [1, 24])
    #expect(last.map(\.p50) == [11, 11] && last.map(\.at) == [60 * 3600, 83 * 3600])
    let seasonal = try NaiveForecaster(isSeasonal: true).forecast(hourly, steps: [1, 5, 24, 25, 48])
    #expect(seasonal.map(\.p50) == [12, 16, 11, 12, 11])
    // It has never been wrong.
    #expect(seasonal.allSatisfy { $0.p05 == $0.p50 && $0.p95 == $0.p50 })
    #expect(try NaiveForecaster(isSeasonal: true).forecast(hourly.prefix(3), steps: [1])[0].p50 == 2)
    #expect(throws: InputError.self) { try NaiveForecaster(isSeasonal: true).forecast(series([.nan]), steps: [1]) }
}

private let kinds: [RollingTrainer] = [.ridge, .ensemble]

/// Trees that stand on a regression wait for it, but not for more rows: where nothing has varied there is none.
@Test(arguments: [0, 1]) func whatBeginsToVaryIsLearnedWithinADay(kind: Int) throws {
    let values = [Double](repeating: 0, count: 400) + wave(48, period: 24, noise: 0.5, seed: 4)
    let whole = series(values, interval: 3600)
    let found = try kinds[kind].train(on: [whole], seed: 1).forecast(whole, steps: [1, 6])
    for isSeasonal in [true, false] {
        let naive = try NaiveForecaster(isSeasonal: isSeasonal).forecast(whole, steps: [1, 6])
        #expect(found.map(\.p50) != naive.map(\.p50))
    }
}

@Test(arguments: [0, 1]) func whatIsObservedInPiecesIsKnownAsAWhole(kind: Int) throws {
    var values = wave(200, period: 24, noise: 0.5, seed: 2)
    for gap in [0, 1, 100, 101, 170] { values[gap] = .nan }
    let whole = series(values, interval: 3600)
    let steps = [1, 5, 7, 24]
    let trained = kinds[kind].train(on: [whole], seed: 1)
    let expected = try trained.forecast(whole, steps: steps)
    #expect(expected.allSatisfy { $0.isSound })
    var pieces = kinds[kind].train(on: [whole.prefix(150)], seed: 1)
    for count in [151, 152, 180, 200] { try pieces.observe(whole.prefix(count), from: count - 1) }
    #expect(try pieces.forecast(whole, steps: steps) == expected)
    // One that was never observed, that is behind, or that is another one of the same name.
    #expect(try kinds[kind].train(on: [], seed: 1).forecast(whole, steps: steps) == expected)
    // One step at a time, in another order, says the same.
    #expect(try steps.reversed().map { try trained.forecast(whole, steps: [$0])[0] } == expected.reversed())
    #expect(try kinds[kind].train(on: [whole.prefix(120)], seed: 1).forecast(whole, steps: steps) == expected)
    let other = series(values.map { $0 * 2 }, interval: 3600)
    #expect(
        try trained.forecast(other, steps: [3]) == kinds[kind].train(on: [other], seed: 1).forecast(other, steps: [3]))
    #expect(try trained.forecast(whole.prefix(110), steps: [3]) != trained.forecast(whole, steps: [3]))
    // One that differs long before its last value.
    values[20] += 5
    let changed = series(values, interval: 3600)
    let anew = try kinds[kind].train(on: [], seed: 1).forecast(changed, steps: steps)
    #expect(try trained.forecast(changed, steps: steps) == anew)
}

@Test func aWaveIsForecastWithinItsNoise() throws {
    let period = 24
    let values = wave(700, period: period, noise: 0.3, seed: 8)
    var forecaster = RollingTrainer.ensemble.train(on: [series(Array(values[..<400]), interval: 3600)], seed: 1)
    var (inside, below, count) = (0, 0, 0)
    var (ours, naive) = (0.0, 0.0)
    for origin in 400..<670 {
        let known = series(Array(values[...origin]), interval: 3600)
        try forecaster.observe(known, from: origin)
        for (step, forecast) in zip([1, 6, 24], try forecaster.forecast(known, steps: [1, 6, 24])) {
            let actual = values[origin + step]
            #expect(forecast.at == known.moment(at: origin + step))
            count += 1
            if actual >= forecast.p05 && actual <= forecast.p95 { inside += 1 }
            if actual <= forecast.p95 { below += 1 }
            ours += abs(actual - forecast.p50)
            naive += abs(actual - values[origin + step - period])
        }
    }
    #expect(ours < 0.85 * naive, "\(ours / naive)")
    #expect((0.85...0.95).contains(Double(inside) / Double(count)), "\(inside) of \(count)")
    #expect((0.92...0.985).contains(Double(below) / Double(count)), "\(below) of \(count)")
}

@Test func membersCountByTheLossesOfForecastsThatHaveCome() {
    func track(_ answer: Double) -> StepTrack {
        var track = StepTrack(step: 2, features: 1, members: [.seasonal, .trees], period: 24, window: 10)
        #expect(track.offsets == nil && !track.isReady && track.combination([0, 1]) == 0.5)
        for _ in 0..<40 { track.expect([1.5, 7], answer: answer, volatility: 2) }
        return track
    }
    var track = track(4)
    // The first of them is due: half a horizon of losses, of which the other's is twelve times as large.
    track.settle(1)
    #expect(track.offsets?[ForecastLevels.low] == -1.5)
    #expect(abs(track.combination([0, 1]) - 1 / (1 + pow(12, 4 * 0.5 / 4.5))) < 1e-9)
    track.settle(.nan)
    #expect(abs(track.combination([0, 1]) - 1 / (1 + pow(12, 4 * 0.5 / 4.5))) < 1e-9)
    for _ in 0..<23 { track.settle(1) }
    #expect(abs(track.combination([0, 1]) - 1 / (1 + pow(12, 3))) < 1e-9)
}

@Test func lossesAreRememberedOverHorizons() {
    // The first member is right at first, then the second; at a longer step more is remembered of the first.
    let shares = [1, 100].map { step in
        var track = StepTrack(step: step, features: 1, members: [.seasonal, .last], period: 24, window: 10)
        for _ in 0..<step + 1000 { track.expect([0, 1], answer: 0, volatility: 1) }
        for place in 0..<1000 { track.settle(place < 970 ? 0 : 1) }
        return track.combination([1, 0])
    }
    #expect(shares[0] < 0.5 && shares[1] > 0.9, "\(shares)")
}

@Test func aRuleThatIsAlwaysRightAnswersAlone() {
    let period = 24
    // Every day is the same random one: nothing but the day before can tell.
    var generator = SeededGenerator(seed: 4)
    let day = (0..<period).map { _ in generator.uniformDouble() }
    var rolling = RollingSeries(
        period: period, members: RollingTrainer.ensemble.members, steps: RollingForecaster.steps(period: period))
    for place in 0..<600 { rolling.append(day[place % period]) }
    for step in [1, 5, 24] { #expect(rolling.forecasts([step])[0]?[3] == day[(599 + step) % period], "\(step)") }
}

@Test func shortAndFlatAndHostileSeriesHaveAnswers() throws {
    for values in [
        [1.0], [1, 2], [.nan, 2, .nan], [Double](repeating: 5, count: 300), (0..<300).map { pow(1.5, Double($0)) },
    ] {
        for kind in kinds {
            let known = series(values, interval: 3600)
            let answers = try kind.train(on: [known], seed: 1).forecast(known, steps: [1, 2, 24])
            #expect(answers.allSatisfy { $0.isSound }, "\(values.count) \(kind.kind)")
        }
    }
    #expect(RollingForecaster.steps(period: 288).prefix(9) == [1, 2, 3, 4, 6, 8, 12, 16, 24])
    #expect(RollingForecaster.steps(period: 1) == [1])
    for period in [1, 2, 7, 24, 96, 288, 1440, 86_400] {
        let steps = RollingForecaster.steps(period: period)
        #expect(steps.last == period && zip(steps, steps.dropFirst()).allSatisfy { $0 < $1 })
    }
}
