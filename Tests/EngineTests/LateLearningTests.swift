import Decisions
import Files
import Layers
import ModelFixtures
import Models
import NIOConcurrencyHelpers
import Prediction
import Registry
import TestSupport
import Testing
import Workflows

@testable import Engine

/// A predictor whose learning passes through a closure.
private struct WatchedLearner: PublishablePredictor {
    var sound: any PublishablePredictor
    var learning: @Sendable () -> Void

    var heuristic: StatisticsPredictor { sound.heuristic }
    func archive() throws -> WeightArchive { try sound.archive() }
    func predict(_ tasks: [TaskSpec]) throws -> [ResourcePrediction] { try sound.predict(tasks) }
    mutating func observe(_ execution: TaskExecution) {
        learning()
        sound.observe(execution)
    }
}

/// An engine whose versions `hanging`, as they were read first, do not come to the end of learning before a gate is open.
private struct Learners {
    let models: TestRegistry
    let scheduler: IntelligentScheduler
    let gate = Gate()
    let reads = NIOLockedValueBox<[Int]>([])
    private let clock = NIOLockedValueBox(ContinuousClock.now)

    init(_ count: Int, hanging: Int..., challenger: Int? = nil, stepSeconds: Double = 8, in folder: TemporaryFolder)
        async throws
    {
        models = try TestRegistry(in: folder)
        for place in 0..<count { try models.publish(seconds: 10 * Double(place + 1)) }
        try models.promote(1)
        if let challenger {
            _ = try models.registry.promote(
                models.name, to: challenger, alias: CheckedName("challenger"), at: 1, who: "test", why: "a trial")
        }
        var stated = settings(in: folder)
        (stated.modelStepSeconds, stated.modelsKeptHot) = (stepSeconds, 2)
        let (gate, reads, clock) = (gate, reads, clock)
        scheduler = try await IntelligentScheduler(
            settings: stated,
            load: { loaded in
                let version = loaded.manifest.version
                let isFirst = reads.withLockedValue { reads in
                    defer { reads.append(version) }
                    return !reads.contains(version)
                }
                let sound = try Catalog.read(loaded)
                return hanging.contains(version) && isFirst ? WatchedLearner(sound: sound) { gate.pass() } : sound
            }, moment: { clock.withLockedValue { $0 } })
    }

    /// Reports `count` outcomes; how many are learned.
    func report(_ count: Int) async throws -> Int {
        try await scheduler.record(
            (0..<count).map { place in
                ReportedExecution(TestRegistry.executions(seconds: 50)[place].at(1e6 + Double(place)))
            })
    }

    /// What answers, and how many executions it stands on.
    func answer() async throws -> [Int?] {
        let decision = try await scheduler.predictResources(TestRegistry.task)
        return [decision.model?.version, decision.answer.samples]
    }

    /// Looks again until nothing is amiss; each look as if a minute had passed.
    func followUntilSound() async throws {
        for _ in 0..<200 where scheduler.degradation != nil {
            clock.withLockedValue { $0 += .seconds(60) }
            await scheduler.followRegistry()
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(scheduler.degradation == nil)
    }
}

private let lateness = "predictor 1 has not learned the last outcomes: it took longer than 8 s"

@Test(.timeLimit(.minutes(30))) func aChampionThatHangsWhileItLearnsAnswersOnAndIsReadAnew() async throws {
    try await TemporaryFolder.with { folder in
        let learners = try await Learners(1, hanging: 1, in: folder)
        defer { learners.gate.open() }
        #expect(try await learners.report(1) == 1)
        #expect(learners.scheduler.degradation == lateness)
        // It serves: that is no failure of a swap.
        #expect(learners.scheduler.swapFigures[0].figures.failures.isEmpty)
        #expect(learners.scheduler.swapFigures[0].figures.fallenBehind == 1)
        #expect(learners.scheduler.statistics.failedSwaps == 0)
        #expect(try await learners.answer() == [1, 40])
        // It is not asked to learn again, nor read anew before its time.
        #expect(try await learners.report(2) == 2)
        #expect(await learners.scheduler.followRegistry() == nil)
        #expect(learners.gate.count == 1 && learners.reads.withLockedValue { $0 } == [1])
        try await learners.followUntilSound()
        #expect(try await learners.answer() == [1, 43])
        // What it was before is not kept: it lacks outcomes.
        #expect(learners.scheduler.swapFigures[0].figures.hot == 0)
        #expect(try await learners.report(1) == 1)
        #expect(try await learners.answer() == [1, 44])
    }
}

@Test(.timeLimit(.minutes(30))) func aChallengerThatHangsWhileItLearnsIsTakenAway() async throws {
    try await TemporaryFolder.with { folder in
        let learners = try await Learners(2, hanging: 2, challenger: 2, in: folder)
        defer { learners.gate.open() }
        #expect(learners.scheduler.challenger.figures.version?.version == 2)
        #expect(try await learners.report(1) == 1)
        // Whoever reports does not wait until that is written down.
        while learners.scheduler.challenger.figures.rollbacks == 0 { try await Task.sleep(for: .milliseconds(2)) }
        #expect(learners.scheduler.challenger.figures.rollbacks == 1)
        #expect(try learners.models.registry.aliases(of: learners.models.name) == ["champion": 1])
        let last = try #require(try learners.models.registry.aliasLog(of: learners.models.name).last)
        #expect(last.why == "learning: " + lateness.replacing("predictor 1", with: "predictor 2"))
        #expect(try await learners.answer() == [1, 41] && learners.scheduler.degradation == nil)
        #expect(try await learners.report(2) == 2)
        #expect(try await learners.answer() == [1, 43] && learners.gate.count == 1)
    }
}

/// That it was late is known before the champion has learned, however late that is itself.
@Test(.timeLimit(.minutes(30))) func aChallengerThatIsReadAnewMeanwhileIsTakenAway() async throws {
    try await TemporaryFolder.with { folder in
        let learners = try await Learners(2, hanging: 1, 2, challenger: 2, in: folder)
        defer { learners.gate.open() }
        let trial = try #require(learners.scheduler.challenger.current)
        async let reporting = learners.report(1)
        // The challenger's time is up first.
        while trial.model.figures.fallenBehind == 0 { try await Task.sleep(for: .milliseconds(2)) }
        _ = await trial.model.follow(retries: true)
        #expect(trial.model.behind == nil)
        #expect(try await reporting == 1)
        for _ in 0..<500 where learners.scheduler.challenger.figures.rollbacks == 0 {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(learners.scheduler.challenger.figures.rollbacks == 1)
        #expect(try learners.models.registry.aliases(of: learners.models.name) == ["champion": 1])
    }
}

/// A kept version that takes over while it is still learning, and does not come to an end of that.
@Test(.timeLimit(.minutes(30))) func aKeptVersionThatHangsWhileItTakesOverLosesNothing() async throws {
    try await TemporaryFolder.with { folder in
        let learners = try await Learners(2, hanging: 1, in: folder)
        defer { learners.gate.open() }
        try learners.models.promote(2)
        await learners.scheduler.followRegistry()
        async let reporting = learners.report(3)
        try await learners.gate.awaitOne()
        try learners.models.promote(1)
        await learners.scheduler.followRegistry()
        #expect(try await reporting == 3)
        // Where it took over before its time was up, it is known to have fallen behind; else it was read anew.
        try await learners.followUntilSound()
        #expect(try await learners.answer() == [1, 43])
        #expect(learners.reads.withLockedValue { $0 } == [1, 2, 1])
    }
}

@Test(.timeLimit(.minutes(30))) func whoReportsAndGoesAwayDropsNoKeptVersion() async throws {
    try await TemporaryFolder.with { folder in
        let learners = try await Learners(2, hanging: 1, stepSeconds: 3000, in: folder)
        defer { learners.gate.open() }
        try learners.models.promote(2)
        await learners.scheduler.followRegistry()
        let reporting = Task { try await learners.report(3) }
        try await learners.gate.awaitOne()
        reporting.cancel()
        try await Task.sleep(for: .milliseconds(100))
        learners.gate.open()
        _ = try? await reporting.value
        #expect(learners.scheduler.swapFigures[0].figures.hot == 1)
        #expect(try await learners.answer() == [2, 43])
        try learners.models.promote(1)
        #expect(await learners.scheduler.followRegistry() == "serves predictor 1")
        #expect(try await learners.answer() == [1, 43])
        #expect(learners.reads.withLockedValue { $0 } == [1, 2])
    }
}

/// A kept version that is dropped between the look at it and the switch is loaded, and does not answer as it was.
@Test(.timeLimit(.minutes(30))) func aKeptVersionThatIsDroppedMeanwhileIsReadAnew() async throws {
    try await TemporaryFolder.with { folder in
        let learners = try await Learners(2, hanging: 0, stepSeconds: 3000, in: folder)
        let model = learners.scheduler.model
        try learners.models.promote(2)
        await learners.scheduler.followRegistry()
        // The look at version 1 waits for another one.
        async let look: Void = model.run(.look, 1) { learners.gate.pass() }
        try await learners.gate.awaitOne()
        defer { learners.gate.open() }
        try learners.models.promote(1)
        async let following = learners.scheduler.followRegistry()
        try await Task.sleep(for: .milliseconds(300))
        let kept = try #require(model.held.withLockedValue { $0.ready(1) })
        _ = model.held.withLockedValue { $0.release(kept.id) }
        #expect(try await learners.report(3) == 3)
        learners.gate.open()
        try await look
        #expect(await following == "serves predictor 1")
        #expect(try await learners.answer() == [1, 43])
        #expect(learners.reads.withLockedValue { $0 } == [1, 2, 1])
        #expect(model.figures.swaps == 3 && model.figures.hotSwaps == 0)
    }
}
