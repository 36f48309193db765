import Decisions
import Glibc
import ModelFixtures
import Models
import NIOConcurrencyHelpers
import Settings
import TestSupport
import Testing
import Workflows

@testable import Engine

private typealias Switches = StallingPredictor.Switches

private let reference = ModelReference(name: "predictor", version: 3, digest: "d")

private let asked = NIOLockedValueBox(0)

/// A task that was not asked about before.
private func fresh() -> TaskSpec {
    var task = TestRegistry.task
    task.inputBytes = asked.withLockedValue {
        $0 += 1
        return 1e6 + Double($0)
    }
    return task
}

/// A version that behaves as `switches` say, and a clock that stands still unless it is moved.
private func served(
    _ switches: Switches, isBounded: Bool = false, lanes: Int = 2, limits: CircuitBreaker.Limits = .init()
) -> (served: ServedPredictor, clock: NIOLockedValueBox<Double>) {
    let clock = NIOLockedValueBox(0.0)
    let watch = ModelWatch("predictor 3", lanes: lanes, limits: limits, clock: { clock.withLockedValue { $0 } })
    return (
        ServedPredictor(StallingPredictor(switches, isBounded: isBounded), model: reference, watch: watch), clock
    )
}

@Test(.timeLimit(.minutes(30)), arguments: [false, true])
func whatDoesNotAnswerInTimeIsNotWaitedFor(isBounded: Bool) async throws {
    let switches = Switches()
    let (served, _) = served(switches, isBounded: isBounded)
    switches.set { $0.isStalled = true }
    defer { switches.set { $0.isStalled = false } }
    let answer = try await served.predict([fresh()], within: .milliseconds(50))
    #expect(answer.reason == "predictor 3 did not answer within 50 ms")
    #expect(answer.model == nil && answer.source == .heuristic)
    #expect(answer.predictions == StallingPredictor(switches).heuristic.predict([TestRegistry.task]))
    #expect(switches.now.running == 1)
}

@Test(.timeLimit(.minutes(30))) func aModelThatSuddenlyHangsIsAnsweredForAndDoesNotPileUp() async throws {
    let switches = Switches()
    let (served, clock) = served(switches, lanes: 2)
    for _ in 0..<20 {
        #expect(try await served.predict([fresh()], within: .seconds(60)).model == reference)
    }
    switches.set { $0.isStalled = true }
    // Many at once, more than there are lanes and threads: all of them are answered.
    let reasons = try await withThrowingTaskGroup(of: String?.self) { group in
        for _ in 0..<40 {
            group.addTask { try await served.predict([fresh()], within: .milliseconds(100)).reason }
        }
        return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(reasons.allSatisfy { $0?.contains("predictor 3") == true })
    #expect(switches.now.running == 2)
    let condition = try #require(served.watch?.condition)
    #expect(condition.circuit == "open" && condition.abandoned == 2 && condition.late >= 5)
    // It is left out, and trials find no free lane: nothing more hangs.
    for trial in 1...3 {
        clock.withLockedValue { $0 += 100 }
        let reason = try await served.predict([fresh()], within: .milliseconds(20)).reason
        #expect(reason == "predictor 3 did not answer within 20 ms", "\(trial)")
    }
    #expect(switches.now.running == 2 && switches.now.calls == 22)
    // It recovers: the next trial closes the circuit.
    switches.set { $0.isStalled = false }
    while switches.now.running > 0 { try await Task.sleep(for: .milliseconds(5)) }
    clock.withLockedValue { $0 += 100 }
    #expect(try await served.predict([fresh()], within: .seconds(60)).model == reference)
    #expect(served.watch?.condition.circuit == "closed" && served.watch?.condition.abandoned == 0)
}

/// Questions that find all lanes taken by others are no failures of the model, while somebody waits for those.
@Test(.timeLimit(.minutes(30))) func whatWasNotAskedIsNoFailure() async throws {
    let switches = Switches()
    let (served, clock) = served(switches, lanes: 1, limits: .init(failuresInARow: 1))
    switches.set { $0.throwsErrors = true }
    _ = try await served.predict([fresh()], within: .seconds(3000))
    switches.set { $0.throwsErrors = false }
    #expect(served.watch?.condition.circuit == "open")
    // The trial holds the lane.
    clock.withLockedValue { $0 += 5 }
    switches.set { $0.isStalled = true }
    async let trial = served.predict([fresh()], within: .seconds(3000))
    while switches.now.running == 0 { try await Task.sleep(for: .milliseconds(2)) }
    // Another trial, as the first takes long, does not come to its turn.
    for _ in 0..<3 {
        clock.withLockedValue { $0 += 5 }
        let late = try await served.predict([fresh()], within: .milliseconds(20))
        #expect(late.reason == "predictor 3 was busy with other questions for 20 ms" && late.isBusy)
        #expect(late.model == nil && late.source == .heuristic)
    }
    switches.set { $0.isStalled = false }
    #expect(try await trial.model == reference)
    let condition = try #require(served.watch?.condition)
    #expect(condition.failures == 1 && condition.late == 0 && condition.openings == 1)
    #expect(condition.asked == 2 && condition.leftOut == 3)
    #expect(try await served.predict([fresh()], within: .seconds(3000)).model == reference)
    #expect(served.watch?.condition.circuit == "closed")
}

@Test(.timeLimit(.minutes(30))) func theCircuitOfAModelThatFailsOpensAndSaysWhy() async throws {
    let switches = Switches()
    let (served, clock) = served(switches, isBounded: true)
    switches.set { $0.throwsErrors = true }
    for _ in 0..<5 {
        let reason = try await served.predict([fresh()], within: .seconds(60)).reason
        #expect(reason == "predictor 3 failed: the weights are asleep")
    }
    clock.withLockedValue { $0 = 2 }
    var answer = try await served.predict([fresh()], within: .seconds(60))
    #expect(
        answer.reason
            == "predictor 3 is left out: it is tried again in 3 s; its last failure: predictor 3 failed: the weights are asleep"
    )
    #expect(answer.source == .heuristic && switches.now.calls == 5)
    switches.set { $0.throwsErrors = false }
    // What it learns meanwhile changes nothing about the circuit.
    var taught = served
    taught.observe(TestRegistry.executions(seconds: 10))
    answer = try await taught.predict([fresh()], within: .seconds(60))
    #expect(answer.model == nil && switches.now.calls == 5)
    clock.withLockedValue { $0 = 5 }
    #expect(try await taught.predict([fresh()], within: .seconds(60)).model == reference)
    #expect(try await served.predict([fresh()], within: .seconds(60)).model == reference)
    let condition = try #require(served.watch?.condition)
    #expect(condition.circuit == "closed" && condition.openings == 1 && condition.leftOut == 2)
    #expect(condition.failures == 5 && condition.asked == 7 && condition.late == 0)
}

@Test(.timeLimit(.minutes(30))) func aQuickModelIsAskedOnTheThreadOfTheQuestionUntilItIsSlow() async throws {
    let switches = Switches()
    let (served, _) = served(switches, isBounded: true)
    for _ in 0..<3 { _ = try await served.predict([fresh()], within: .seconds(60)) }
    // Slow for the first time: it was waited for, and its answer counts.
    switches.set { $0.seconds = 0.2 }
    let slow = try await served.predict([fresh()], within: .milliseconds(100))
    #expect(slow.model == reference && slow.reason == nil)
    #expect(served.watch?.condition.late == 1 && served.watch?.condition.failures == 1)
    // From now on it is known to be slow.
    let next = try await served.predict([fresh()], within: .milliseconds(100))
    #expect(next.model == nil && next.reason == "predictor 3 did not answer within 100 ms")
}

@Test(.timeLimit(.minutes(30))) func lanesAreTakenInTurnAndNoneIsLost() async {
    let lanes = AnsweringLanes<Int>(3, waiting: 1000)
    let running = NIOLockedValueBox((now: 0, most: 0))
    let answers = await withTaskGroup(of: (Int, Int?).self) { group in
        for place in 0..<300 {
            group.addTask {
                let outcome = await lanes.ask(within: .seconds(120)) {
                    running.withLockedValue { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                    defer { running.withLockedValue { $0.now -= 1 } }
                    return place * place
                }
                guard case .answered(let value) = outcome else { return (place, nil) }
                return (place, value)
            }
        }
        return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(answers.count == 300 && answers.allSatisfy { $0.1 == $0.0 * $0.0 })
    #expect(running.withLockedValue { $0.most } <= 3)
    #expect(lanes.abandoned == 0)
    // No room to wait: told at once.
    let full = AnsweringLanes<Int>(1, waiting: 0)
    let stalled = NIOLockedValueBox((hasBegun: false, goesOn: true))
    async let first = full.ask(within: .seconds(120)) {
        stalled.withLockedValue { $0.hasBegun = true }
        while stalled.withLockedValue({ $0.goesOn }) { usleep(1000) }
        return 1
    }
    while !stalled.withLockedValue({ $0.hasBegun }) { await Task.yield() }
    let began = ContinuousClock.now
    guard case .notBegun = await full.ask(within: .seconds(100), { 2 }) else {
        Issue.record("there was no room to wait")
        return
    }
    #expect(ContinuousClock.now - began < .seconds(50))
    stalled.withLockedValue { $0.goesOn = false }
    guard case .answered(1) = await first else {
        Issue.record("the first was answered by another")
        return
    }
}

@Test func theLatencyTargetBoundsAForecast() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        try models.promote(models.publish(seconds: 10))
        let switches = Switches()
        var stated = settings(in: folder)
        stated.targetLatencyMs = 30
        let scheduler = try await IntelligentScheduler(
            settings: stated, load: { StallingPredictor(switches, try Catalog.load($0)) })
        switches.set { $0.isStalled = true }
        defer { switches.set { $0.isStalled = false } }
        let decision = try await scheduler.predictResources(TestRegistry.task)
        #expect(decision.reason == "predictor 1 did not answer within 30 ms" && decision.model == nil)
        #expect(try await scheduler.decision(decision.id).reason == decision.reason)
        #expect(decision.latencyMs >= 25)
        // A plan on forecasts, and one for many tasks, say the same.
        let plan = try await scheduler.schedule(diamond(), on: pair, predicts: true)
        #expect(plan.reason == "\(decision.reason ?? ""); optimizer has no champion" && plan.source == .heuristic)
        let many = (0..<130).map { _ in fresh() }
        let bulk = try await scheduler.predict(PredictQuestion(many))
        #expect(bulk.reason == "predictor 1 did not answer within 90 ms" && bulk.answer.count == 130)
        #expect(scheduler.modelCondition?.abandoned == 3 && scheduler.modelCondition?.late == 3)
    }
}
