import Decisions
import Files
import Kernels
import ModelFixtures
import Models
import NIOConcurrencyHelpers
import Registry
import Settings
import TestSupport
import Testing
import Workflows

@testable import Engine

@Test func aRunAlwaysHasTheSameCanaryAndTheShareHolds() {
    func task(_ run: String?) -> TaskSpec { TaskSpec(process: "p", run: run) }
    for share in [0.0, 0.1, 0.5, 1] {
        let taken = (0..<5000).count { Canary.takes([task("run-\($0)")], share: share) }
        #expect(abs(Double(taken) / 5000 - share) < 0.02, "\(taken)")
    }
    for run in (0..<50).map({ "run-\($0)" }) {
        let takes = Canary.takes([task(run)], share: 0.3)
        #expect(Canary.takes([task(run), task(run)], share: 0.3) == takes)
        // A larger share takes those that a smaller one has.
        if takes { #expect(Canary.takes([task(run)], share: 0.4)) }
    }
    #expect(!Canary.takes([task(nil)], share: 1) && !Canary.takes([task("a"), task("b")], share: 1))
    // Known answers, by another program: a run must not change sides with a release.
    #expect(Canary.place(of: "") == 0.9576734252420561)
    #expect(Canary.place(of: "a") == 0.010753497314070604)
    #expect(Canary.place(of: "run-1") == 0.6125393793867412)
}

/// A registry with a champion of 10 seconds and a challenger that behaves as `switches` say, and what both are asked.
private struct Trial {
    let models: TestRegistry
    let scheduler: IntelligentScheduler
    let switches = StallingPredictor.Switches()
    private let asked = NIOLockedValueBox(0)
    let clock = NIOLockedValueBox(ContinuousClock.now)

    init(in folder: TemporaryFolder, share: Double = 0, challengerSeconds: Double = 10, latencyMs: Double = 20_000)
        async throws
    {
        models = try TestRegistry(in: folder)
        for seconds in [10, challengerSeconds] { try models.publish("linear", seconds: seconds) }
        try models.promote(1)
        _ = try models.registry.promote(
            models.name, to: 2, alias: CheckedName("challenger"), at: 1, who: "test", why: "a trial")
        var stated = settings(in: folder)
        stated.canaryShare = share
        stated.targetLatencyMs = latencyMs
        let (switches, clock) = (switches, clock)
        scheduler = try await IntelligentScheduler(
            settings: stated,
            load: { loaded in
                let sound = try Catalog.load(loaded)
                return loaded.manifest.version == 1 ? sound : StallingPredictor(switches, sound)
            }, moment: { clock.withLockedValue { $0 } })
    }

    func ask(_ run: String? = nil) async throws -> Decision<ResourcePrediction> {
        var task = TestRegistry.task
        task.run = run
        // Never the same question, which would be answered once.
        task.inputBytes = asked.withLockedValue {
            $0 += 1
            return 1e6 + Double($0)
        }
        return try await scheduler.predictResources(task)
    }

    /// Waits until the trial is over, asking on.
    func askUntilItEnds() async throws {
        for _ in 0..<2000 where scheduler.challenger.figures.rollbacks == 0 {
            _ = try await ask()
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    /// Waits until so many outcomes are scored, or the trial is over.
    func awaitScores(_ count: Int) async throws {
        for _ in 0..<10_000
        where scheduler.challenger.figures.outcomes < count && scheduler.challenger.figures.rollbacks == 0 {
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    /// The change that ended it.
    func expectEnded(_ guardrail: String, _ events: AsyncStream<EngineEvent>) async throws {
        #expect(scheduler.challenger.figures.rollbacks == 1 && scheduler.challenger.figures.version == nil)
        #expect(try models.registry.aliases(of: models.name) == ["champion": 1])
        let last = try #require(try models.registry.aliasLog(of: models.name).last)
        #expect(last.action == "withdraw" && last.from == 2 && last.to == 0 && last.alias == "challenger")
        #expect(last.who == "tactus" && last.why.hasPrefix(guardrail), "\(last.why)")
        for await event in events {
            guard case .withdrawn(let alias, let model, let reason) = event.kind else { continue }
            #expect(alias.alias.description == "challenger" && model.version == 2 && reason == last.why)
            break
        }
        // It stays away, and the champion answers.
        await scheduler.followRegistry(retries: true)
        let decision = try await ask("any")
        #expect(decision.model?.version == 1 && decision.reason == nil)
        #expect(scheduler.challenger.figures.version == nil)
    }
}

@Test(.timeLimit(.minutes(30))) func inTheShadowAChallengerIsAskedAndDoesNotAct() async throws {
    try await TemporaryFolder.with { folder in
        let trial = try await Trial(in: folder, challengerSeconds: 30)
        let base = trial.switches.now.calls
        for _ in 0..<10 {
            let decision = try await trial.ask("r")
            #expect(decision.model?.version == 1 && abs(decision.answer.duration.p50 - 10) < 2)
        }
        for _ in 0..<500 where trial.scheduler.challenger.figures.questions < 1 {
            try await Task.sleep(for: .milliseconds(2))
        }
        let figures = trial.scheduler.challenger.figures
        #expect(figures.version?.version == 2 && figures.questions > 0 && figures.acted == 0)
        #expect(trial.switches.now.calls > base)
    }
}

@Test(.timeLimit(.minutes(30))) func aCanaryAnswersForItsRunsAndTheChampionWhereItFails() async throws {
    try await TemporaryFolder.with { folder in
        let trial = try await Trial(in: folder, share: 0.5, challengerSeconds: 30)
        var versions: [Int] = []
        for run in (0..<12).map({ "run-\($0)" }) {
            let takes = Canary.place(of: run) < 0.5
            for _ in 0..<2 {
                let decision = try await trial.ask(run)
                #expect(decision.model?.version == (takes ? 2 : 1) && decision.reason == nil)
                #expect(abs(decision.answer.duration.p50 - (takes ? 30 : 10)) < 5)
                versions.append(decision.model?.version ?? 0)
            }
        }
        #expect(Set(versions) == [1, 2] && trial.scheduler.challenger.figures.acted == versions.count { $0 == 2 })
        trial.switches.set { $0.throwsErrors = true }
        let run = try #require((0..<100).map { "run-\($0)" }.first { Canary.place(of: $0) < 0.5 })
        let decision = try await trial.ask(run)
        #expect(decision.model?.version == 1)
        #expect(decision.reason == "the challenger: predictor 2 failed: the weights are asleep")
        // A version gave the answer.
        #expect(trial.scheduler.statistics.fallbacks == 0)
    }
}

/// What is late has used half of the time, and the champion answers in what is left.
@Test(.timeLimit(.minutes(30))) func aCanaryThatStallsLeavesTimeForTheChampion() async throws {
    try await TemporaryFolder.with { folder in
        let trial = try await Trial(in: folder, share: 1, latencyMs: 6000)
        trial.switches.set { $0.isStalled = true }
        defer { trial.switches.set { $0.isStalled = false } }
        let began = ContinuousClock.now
        let decision = try await trial.ask("run")
        #expect(decision.model?.version == 1)
        #expect(decision.reason == "the challenger: predictor 2 did not answer within 3000 ms")
        #expect(.now - began < .seconds(4.5))
    }
}

@Test(.timeLimit(.minutes(30)), arguments: [0, 1]) func aChallengerThatFailsIsTakenAway(share: Double) async throws {
    try await TemporaryFolder.with { folder in
        let trial = try await Trial(in: folder, share: share)
        let events = trial.scheduler.events()
        trial.switches.set { $0.throwsErrors = true }
        try await trial.askUntilItEnds()
        try await trial.expectEnded("error rate: ", events)
    }
}

@Test(.timeLimit(.minutes(30))) func aChallengerThatIsSlowIsTakenAway() async throws {
    try await TemporaryFolder.with { folder in
        // Half of the target is the guardrail; it answers in time, but too late for that.
        let trial = try await Trial(in: folder, latencyMs: 1000)
        let events = trial.scheduler.events()
        trial.switches.set { $0.seconds = 0.6 }
        try await trial.askUntilItEnds()
        try await trial.expectEnded("latency: ", events)
    }
}

@Test(.timeLimit(.minutes(30))) func aChallengerThatIsLessAccurateIsTakenAway() async throws {
    try await TemporaryFolder.with { folder in
        let trial = try await Trial(in: folder, challengerSeconds: 13)
        let events = trial.scheduler.events()
        let outcomes = TestRegistry.executions(seconds: 10).enumerated().map { place, execution in
            var execution = execution
            // Of many types, so that it is judged before it has learned.
            execution.task.submittedAt = nil
            execution.completedAt = 1e6 + Double(place)
            execution.startedAt = execution.completedAt
            return ReportedExecution(execution)
        }
        // Whoever reports waits for no challenger that answers slowly.
        trial.switches.set { $0.isStalled = true }
        let asked = trial.scheduler.modelCondition
        #expect(try await trial.scheduler.record(outcomes) == 40)
        #expect(trial.scheduler.challenger.figures.outcomes == 0)
        trial.switches.set { $0.isStalled = false }
        for _ in 0..<10_000 where trial.scheduler.challenger.figures.version != nil {
            try await Task.sleep(for: .milliseconds(2))
        }
        // Scoring leaves no trace where questions are answered.
        #expect(trial.scheduler.modelCondition == asked)
        try await trial.expectEnded("live accuracy: predictor 2 is less accurate than the champion by ", events)
        // Both have learned: the outcomes count once.
        #expect(try await trial.ask().answer.samples == 80)
    }
}

@Test(.timeLimit(.minutes(30))) func aGoodChallengerStaysAndLearnsWhatTheChampionLearns() async throws {
    try await TemporaryFolder.with { folder in
        let trial = try await Trial(in: folder, share: 1, challengerSeconds: 10)
        for place in 0..<40 {
            var execution = TestRegistry.executions(seconds: 10)[place]
            execution.task.submittedAt = nil
            execution.startedAt = 1e6 + Double(place)
            execution.completedAt = 1e6 + Double(place) + 10
            #expect(try await trial.scheduler.record([ReportedExecution(execution)]) == 1)
            // Outcomes that come while others are scored are left out.
            try await trial.awaitScores(place + 1)
        }
        let decision = try await trial.ask("r")
        #expect(decision.model?.version == 2 && decision.answer.samples == 80)
        #expect(try await trial.scheduler.decision(decision.id).outcomesLearned == 40)
        let figures = trial.scheduler.challenger.figures
        #expect(figures.outcomes == 40 && figures.meanGain == 0 && figures.rollbacks == 0)
        // The alias moves on: another version is on trial, with a record of its own.
        try trial.models.publish("linear", seconds: 20)
        _ = try await trial.scheduler.promote(
            trial.models.name, to: 3, alias: CheckedName("challenger"), force: nil, who: "me")
        #expect(trial.scheduler.challenger.figures.version?.version == 3)
        #expect(trial.scheduler.challenger.figures.outcomes == 0)
        #expect(try await trial.ask("r").answer.samples == 80)
    }
}

@Test(.timeLimit(.minutes(30))) func whatComesTooLateSaysNothingOfTheNextChallenger() async throws {
    try await TemporaryFolder.with { folder in
        let trial = try await Trial(in: folder)
        let challenger = try #require(trial.scheduler.challenger.current)
        let old = try #require(challenger.snapshot)
        try trial.models.publish("linear", seconds: 20)
        _ = try await trial.scheduler.promote(
            trial.models.name, to: 3, alias: CheckedName("challenger"), force: nil, who: "me")
        let new = try #require(challenger.snapshot)
        for _ in 0..<5 {
            challenger.answered(new, Forecasts(predictions: [], model: new.model), seconds: 0.1, acted: false)
        }
        challenger.answered(old, Forecasts(predictions: [], model: old.model), seconds: 0.1, acted: false)
        challenger.endScore(old, .gains([-1]))
        challenger.endScore(old, .failed("it slept"))
        // Nor does what was not asked.
        var busy = Forecasts(predictions: [], reason: "busy")
        busy.isBusy = true
        challenger.answered(new, busy, seconds: 0.1, acted: false)
        let figures = trial.scheduler.challenger.figures
        #expect(figures.version?.version == 3 && figures.questions == 5)
        #expect(figures.outcomes == 0 && figures.failures == 0)
    }
}

@Test(.timeLimit(.minutes(30))) func aChallengerThatCannotBeTakenAwayDoesNotAct() async throws {
    try await TemporaryFolder.with { folder in
        let trial = try await Trial(in: folder, share: 1)
        let events = trial.scheduler.events()
        // The registry cannot be written to.
        let log = folder("models/predictor/aliases.log")
        let lines = try readBytes(of: log)
        try remove(log)
        try makeFolder(log)
        trial.switches.set { $0.throwsErrors = true }
        for _ in 0..<30 { _ = try await trial.ask("r") }
        trial.switches.set { $0.throwsErrors = false }
        for _ in 0..<5 {
            let decision = try await trial.ask("r")
            #expect(decision.model?.version == 1 && decision.reason == nil)
        }
        await trial.scheduler.followRegistry()
        #expect(trial.scheduler.challenger.figures.rollbacks == 0)
        #expect(trial.scheduler.challenger.figures.version?.version == 2)
        // It is tried again after a while, whoever asks or not.
        try remove(log)
        try writeAtomically(lines, to: log)
        await trial.scheduler.followRegistry()
        #expect(trial.scheduler.challenger.figures.rollbacks == 0)
        trial.clock.withLockedValue { $0 += .seconds(2) }
        await trial.scheduler.followRegistry()
        try await trial.expectEnded("error rate: ", events)
    }
}
