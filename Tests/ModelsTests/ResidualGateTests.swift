import Foundation
import Kernels
import Prediction
import Testing
import Workflows

@testable import Models

/// Executions whose network knows a share of what the base leaves.
private func judged(_ count: Int, knows share: Double, seed: UInt64) -> [JudgedForecast] {
    let residuals = noise(count, seed: seed, spread: 0.3).map { log($0 / 100) }
    let errors = noise(count, seed: seed ^ 0xABCD, spread: 0.3).map { log($0 / 100) }
    let z = QuantileHeads.start.map { $0 * 0.3 }
    return residuals.indices.map { place in
        // A network that knows nothing is off as often as it is right.
        let center = share * residuals[place] + (1 - share) * 0.3 * errors[place]
        let width = max(1 - share, 0.2)
        return JudgedForecast(
            place: place, context: .ahead, base: BaseForecast(logarithms: z + z + z),
            learned: (z + z + z).map { center + $0 * width },
            actual: Targets(repeating: residuals[place]), age: Double(place))
    }
}

@Test func aGateOpensToASignalAndNotToNoise() {
    for seed in 1...20 as ClosedRange<UInt64> {
        let (signal, other) = (judged(60, knows: 0.7, seed: seed), judged(60, knows: 0.7, seed: seed + 100))
        let nothing = judged(60, knows: 0, seed: seed + 200)
        let gate = ResidualGate(0, near: signal, beyond: other)
        #expect(gate.share == 1 && gate.skill > 0 && gate.reach == 59)
        #expect(gate.isOpen(at: 59) && !gate.isOpen(at: 60) && !gate.isOpen(at: .nan))
        #expect(ResidualGate(0, near: nothing, beyond: other) == .closed)
        // Both ways of holding out must agree.
        #expect(ResidualGate(0, near: signal, beyond: nothing) == .closed)
        #expect(ResidualGate(0, near: Array(signal.prefix(9)), beyond: other) == .closed)
        #expect(ResidualGate(0, near: signal, beyond: []).share > 0)
    }
}

@Test func chanceOpensAlmostNoGate() {
    var opened = 0
    for seed in 1...400 as ClosedRange<UInt64> {
        let gate = ResidualGate(
            0, near: judged(15, knows: 0, seed: seed), beyond: judged(15, knows: 0, seed: seed + 1000))
        opened += gate == .closed ? 0 : 1
    }
    #expect(opened <= 2, "\(opened)")
}

@Test func gainsAreThoseOfTheDefinition() {
    let z = QuantileHeads.start
    let judged = JudgedForecast(
        place: 0, context: .ahead, base: BaseForecast(logarithms: (z + z + z).map { $0 + log(2.0) }),
        learned: (z + z + z).map { $0 + log(8.0) }, actual: Targets(log(4), log(8), log(1)), age: 0)
    // 4 is forecast as 2, 4 or 8: errors 1/2, 0 and 1.
    #expect(abs(judged.gain(0, share: 0.5) - 0.5) < 1e-12 && abs(judged.gain(0, share: 1) + 0.5) < 1e-12)
    #expect(abs(judged.gain(1, share: 1) - 0.75) < 1e-12)
    // 1 is forecast as 2 or 8: both errors count as 1.
    #expect(judged.gain(2, share: 1) == 0)
    // The pinball loss by its two branches.
    func loss(_ shift: Double, _ actual: Double) -> Double {
        zip(ForecastLevels.all, z).reduce(0) { sum, level in
            let forecast = level.1 + shift
            return sum + (actual >= forecast ? level.0 * (actual - forecast) : (1 - level.0) * (forecast - actual))
        }
    }
    #expect(abs(judged.sharpening(1, share: 1) - (loss(log(2), log(8)) - loss(log(8), log(8)))) < 1e-12)
}

@Test func aSkillThatTurnsNegativeCloses() {
    var gate = ResidualGate(share: 1, reach: nil, skill: 0.05)
    for _ in 0..<10 { gate.observe(gain: -0.5) }
    #expect(!gate.isOpen(at: 0))
    for _ in 0..<20 { gate.observe(gain: 0.5) }
    #expect(gate.isOpen(at: 0))
    let before = gate
    gate.observe(gain: .nan)
    #expect(gate == before)
}

@Test(arguments: [1, 5, 19, 20, 40, 400])
func correctionsAreThePlacesOfTheScores(count: Int) {
    // Scores 1 ... n at each level, so that a place is its own score.
    let scores = (1...count).map { [Double](repeating: Double($0), count: BaseForecast.levels) }.shuffled()
    let correction = ConformalCorrection(scores, within: .none)
    let weight = Double(count) / Double(count + 20)
    for (level, quantile) in ForecastLevels.all.enumerated() where level != ForecastLevels.median {
        let place =
            quantile > 0.5
            ? min((quantile * Double(count + 1)).rounded(.up), Double(count))
            : max((quantile * Double(count + 1)).rounded(.down), 1)
        #expect(abs(correction.shifts[level] - weight * place) < 1e-9)
    }
    #expect(correction.shifts[ForecastLevels.median] == 0)
    // Without own scores the wider group speaks.
    #expect(ConformalCorrection([], within: correction) == correction)
}

/// Behind an open gate the levels cover what they say, however narrow the network made them.
@Test(arguments: [1, 2, 3] as [UInt64])
func correctedLevelsCoverWhatTheySay(seed: UInt64) {
    func forecasts(_ count: Int, seed: UInt64) -> [JudgedForecast] {
        judged(count, knows: 0.7, seed: seed).map { judged in
            var narrow = judged
            let z = judged.learned
            // A tenth as wide as it should be.
            narrow.learned = z.indices.map { z[$0 / 9 * 9 + 3] + 0.1 * (z[$0] - z[$0 / 9 * 9 + 3]) }
            return narrow
        }
    }
    let task = TaskSpec(workflow: "w", process: "p")
    let samples = (0..<400).map { _ in
        ResidualSample(TaskExecution(task: task, taskID: "", duration: 1))
    }
    var calibrations = Calibrations()
    calibrations.types["w:p"] = TypeCalibration(scale: TypeScale([]))
    calibrations.judge(samples, near: forecasts(400, seed: seed), beyond: forecasts(400, seed: seed + 50))
    let learned = calibrations.types["w:p"]?[.ahead][2] ?? .closed
    #expect(learned.gate.share > 0)
    #expect(calibrations.types["w:p"]?[.newRun][2] == .closed)
    let tested = forecasts(2000, seed: seed + 99)
    let spread = TypeScale([]).residual[2]
    for (level, quantile) in ForecastLevels.all.enumerated() where level != ForecastLevels.median {
        let below = tested.count {
            $0.actual[2] <= $0.blended(2, level, share: learned.gate.share) + spread * learned.correction.shifts[level]
        }
        #expect(abs(Double(below) / 2000 - quantile) < 0.04, "\(quantile): \(below)")
    }
}

/// The correction of `share` 1/2 or 1 gains `half` or `whole` with noise.
private func rolled(_ gains: (half: Double, whole: Double), _ count: Int, seed: UInt64, noise: Double = 0.2)
    -> RollingSkill
{
    var generator = SeededGenerator(seed: seed)
    var skill = RollingSkill()
    for _ in 0..<count {
        let error = Double.random(in: -noise...noise, using: &generator)
        skill.observe([gains.half + error, gains.whole + error], at: 5)
    }
    return skill
}

@Test func rollingSkillIsTheMeanAndTheVarianceWhileItIsShort() {
    var generator = SeededGenerator(seed: 3)
    let gains = (0..<40).map { _ in Double.random(in: -1...1, using: &generator) }
    var skill = RollingSkill()
    for (place, gain) in gains.enumerated() { skill.observe([gain, 2 * gain], at: Double(place)) }
    let mean = gains.reduce(0, +) / 40
    let variance = gains.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 40
    #expect(abs(skill.means[0] - mean) < 1e-12 && abs(skill.means[1] - 2 * mean) < 1e-12)
    #expect(abs(skill.variances[0] - variance) < 1e-12 && abs(skill.variances[1] - 4 * variance) < 1e-12)
    #expect(skill.longestAge == 39 && skill.count == 40)
    let before = skill
    skill.observe([.nan, 0], at: 1)
    #expect(skill == before)
}

@Test func whatIsProvenIsMoreThanChance() {
    var found = 0
    for seed in 0..<200 as Range<UInt64> {
        if rolled((0, 0), 100, seed: seed).proven != nil { found += 1 }
        #expect(rolled((0.1, 0.15), 100, seed: seed).proven == 1)
        #expect(rolled((0.15, 0.1), 100, seed: seed).proven == 0.5)
        #expect(rolled((0.15, 0.1), 29, seed: seed).proven == nil)
        let harmful = rolled((-0.1, -0.15), 100, seed: seed)
        #expect(harmful.isHarmful(0.5) && harmful.isHarmful(1))
        // What is said of one share says nothing of the other.
        let mixed = rolled((0.1, -0.15), 100, seed: seed)
        #expect(!mixed.isHarmful(0.5) && mixed.isHarmful(1))
    }
    #expect(found <= 3, "\(found)")
}

/// A share that was proven and does harm now is given up, also where the other one helps.
@Test func theShareThatWasEarnedIsTheOneThatIsJudged() {
    func outcome(_ logarithm: Double) -> JudgedForecast {
        JudgedForecast(
            place: 0, context: .ahead, base: BaseForecast(logarithms: [Double](repeating: 0, count: 27)),
            learned: [Double](repeating: 1, count: 27), actual: Targets(repeating: logarithm), age: 5)
    }
    var gate = ResidualGate.closed
    for _ in 0..<40 { gate.observe(outcome(1), 2) }
    #expect(gate.earned == 1)
    // Half of the correction is nearly right from now on, and all of it worse than none.
    var earned: [Double?] = []
    for _ in 0..<120 {
        gate.observe(outcome(0.45), 2)
        if earned.last != .some(gate.earned) { earned.append(gate.earned) }
    }
    #expect(earned == [1, nil, 0.5])
}

/// A gate that training left closed opens where the executions since prove that the network helps, and closes again.
@Test func aClosedGateIsOpenedByOutcomesAndClosedByThem() throws {
    var predictor = try #require(followers["lstm"] as? LSTMPredictor)
    for type in predictor.calibrations.types.keys {
        for context in QuestionContext.allCases {
            predictor.calibrations.types[type]?[context] = [TargetCalibration](repeating: .closed, count: 3)
        }
    }
    func row(_ place: Int, _ value: Double) -> TaskExecution {
        series([value], start: 1600 + Double(place) * 10)[0]
    }
    func answer(_ task: TaskSpec) -> PredictedQuantity { predictor.predict([task])[0].duration }
    #expect(answer(row(0, 1).task).reason.hasSuffix("it did not help on held-out executions"))
    var (ours, median, opened) = (0.0, 0.0, 0)
    for place in 0..<200 {
        let next = row(place, wave[place % 40])
        let (own, base) = (answer(next.task), predictor.heuristic.predict([next.task])[0].duration)
        if own.source == .ensemble {
            opened += 1
            ours += abs(own.p50 / wave[place % 40] - 1)
            median += abs(base.p50 / wave[place % 40] - 1)
            #expect(own.isSound)
            // All levels of the base are moved alike.
            let ratios = zip(own.quantiles, base.quantiles).map { $0 / $1 }
            #expect(ratios.allSatisfy { abs($0 / ratios[0] - 1) < 1e-9 })
        } else {
            #expect(own.quantiles == base.quantiles)
        }
        predictor.observe(next)
    }
    #expect(opened > 40 && opened < 90, "\(opened)")
    #expect(ours < 0.8 * median, "\(ours) against \(median)")
    // The archive keeps what was earned.
    let task = row(200, 1).task
    #expect(try read(predictor.archive(), "lstm").predict([task]) == predictor.predict([task]))
    var sources: [DecisionSource] = []
    for place in 200..<500 {
        var next = row(place, 1)
        let (own, base) = (answer(next.task), predictor.heuristic.predict([next.task])[0].duration)
        next.duration = own.p50 > base.p50 ? base.p50 / 1.5 : base.p50 * 1.5
        sources.append(own.source)
        predictor.observe(next)
    }
    #expect(sources.first == .ensemble && sources.last == .heuristic)
}
