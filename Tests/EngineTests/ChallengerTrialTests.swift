import Decisions
import Kernels
import Testing

@testable import Engine

private let version = ModelReference(name: "predictor", version: 2, digest: "d")
private let guardrails = ChallengerTrial.Guardrails(seconds: 0.05)

@Test func aShareOfFailuresBreaksTheGuardrail() {
    var trial = ChallengerTrial(version, guardrails)
    // One of twenty is allowed, and nothing is judged before the twentieth.
    for place in 0..<20 {
        trial.answer(seconds: 0.001, failure: place == 3 ? "it slept" : nil)
        #expect(trial.breach == nil)
    }
    trial.answer(seconds: 0.001, failure: "it slept again")
    #expect(trial.breach == "error rate: 2 of 21 questions had no answer in time; it slept again")
}

@Test func failuresAreJudgedOverTheLastQuestions() {
    var trial = ChallengerTrial(version, guardrails)
    // Ten thousand good answers do not make up for what it does now.
    for _ in 0..<10_000 { trial.answer(seconds: 0.001, failure: nil) }
    for _ in 0..<5 { trial.answer(seconds: 0.001, failure: "it slept") }
    #expect(trial.breach == nil && trial.failures == 5)
    trial.miss("it slept while it was scored")
    #expect(
        trial.breach == "error rate: 6 of 100 questions had no answer in time; it slept while it was scored")
    // What lies back is forgotten.
    for _ in 0..<95 { trial.answer(seconds: 0.001, failure: nil) }
    #expect(trial.breach == nil && trial.failures == 6 && trial.questions == 10_101)
}

@Test func questionsThatAreNotTimedSayNothingOfTheLatency() {
    var trial = ChallengerTrial(version, guardrails)
    for _ in 0..<19 { trial.answer(seconds: 1, failure: nil) }
    for _ in 0..<50 { trial.answer(seconds: nil, failure: nil) }
    #expect(trial.slowSeconds == 1 && trial.breach == nil && trial.questions == 69)
    trial.answer(seconds: 1, failure: nil)
    #expect(trial.breach?.hasPrefix("latency: ") == true)
}

@Test func aSlowTailBreaksTheGuardrail() {
    var trial = ChallengerTrial(version, guardrails)
    for place in 0..<100 { trial.answer(seconds: place < 5 ? 1 : 0.01, failure: nil) }
    #expect(trial.slowSeconds == 0.01 && trial.breach == nil)
    // The slow ones leave the window, and then six new ones come.
    for _ in 0..<94 { trial.answer(seconds: 0.02, failure: nil) }
    for _ in 0..<6 { trial.answer(seconds: 0.0612, failure: nil) }
    #expect(trial.breach == "latency: 61.2 ms at the 95th percentile, above 50 ms")
}

@Test func lessAccuracyBreaksTheGuardrailAndChanceDoesNot() {
    var broken = 0
    for seed in 0..<100 as Range<UInt64> {
        var generator = SeededGenerator(seed: seed)
        var (equal, worse) = (ChallengerTrial(version, guardrails), ChallengerTrial(version, guardrails))
        for place in 0..<60 {
            let noise = Double.random(in: -0.2...0.2, using: &generator)
            equal.score(gain: noise)
            worse.score(gain: noise - 0.1)
            if place < 28 { #expect(worse.breach == nil) }
        }
        worse.score(gain: .nan)
        #expect(worse.outcomes == 60 && worse.breach?.hasPrefix("live accuracy: predictor 2 is less accurate") == true)
        if equal.breach != nil { broken += 1 }
    }
    #expect(broken <= 2, "\(broken)")
}

/// It is looked at after each outcome, and a trial may be long.
@Test func chanceBreaksNoGuardrailInALongTrialAndNorDoesALossThatIsNone() {
    var broken = 0
    for seed in 0..<100 as Range<UInt64> {
        var generator = SeededGenerator(seed: seed)
        var (equal, worse) = (ChallengerTrial(version, guardrails), ChallengerTrial(version, guardrails))
        var (isBroken, end) = (false, Int?.none)
        for place in 0..<3000 {
            let noise = Double.random(in: -0.2...0.2, using: &generator)
            equal.score(gain: noise)
            worse.score(gain: noise - 0.03)
            if equal.breach != nil { isBroken = true }
            if end == nil, worse.breach != nil { end = place }
        }
        if isBroken { broken += 1 }
        #expect(end.map { $0 < 2000 } == true, "\(end ?? -1)")
    }
    #expect(broken == 0)
    // All equal: no chance is left, and what is lost is nothing.
    var alike = ChallengerTrial(version, guardrails)
    for _ in 0..<100 { alike.score(gain: -1e-12) }
    #expect(alike.breach == nil)
    var slightly = ChallengerTrial(version, guardrails)
    for _ in 0..<100 { slightly.score(gain: -0.006) }
    #expect(slightly.breach == "live accuracy: predictor 2 is less accurate than the champion by 0.006 on 100 outcomes")
}
