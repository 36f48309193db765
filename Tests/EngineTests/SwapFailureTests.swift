import Decisions
import Files
import Layers
import ModelFixtures
import Models
import NIOConcurrencyHelpers
import Registry
import Settings
import TestSupport
import Testing
import Workflows

@testable import Engine

/// What is wrong with a version, and what is said of it.
struct BadVersion: Sendable, CustomTestStringConvertible {
    var what: String
    var step: SwapStep
    var reason: String
    /// Changes the version on disk.
    var damage: @Sendable (TestRegistry, Int) throws -> Void = { _, _ in }
    /// Changes its predictor.
    var load: ServedModel<ServedPredictor>.Loader = { try Catalog.read($0) }

    var testDescription: String { what }

    private static func watched(_ watch: @escaping @Sendable ([TaskSpec], inout [ResourcePrediction]) throws -> Void)
        -> ServedModel<ServedPredictor>.Loader
    { { WatchedPredictor(sound: try Catalog.read($0), watch: watch) } }

    static let all = [
        BadVersion(
            what: "a corrupt byte", step: .verify, reason: "is not what the manifest says: its SHA-256 differs",
            damage: { try $0.damage($1) }),
        BadVersion(
            what: "not a number among the weights", step: .finite,
            reason: "network.heads.cpu.linear.bias holds a value that is not finite",
            damage: { try $0.rewrite($1) { $0.set("network.heads.cpu.linear.bias", firstOf: .nan) } }),
        BadVersion(
            what: "weights of another shape", step: .build, reason: "the array is missing",
            damage: { try $0.rewrite($1) { $0 = WeightArchive() } }),
        BadVersion(
            what: "reading throws", step: .build, reason: "the weights are asleep",
            load: { _ in throw InputError("the weights are asleep") }),
        BadVersion(
            what: "other answers than when it was made", step: .selfTest, reason: "the self-test fails: question 0",
            damage: { try $0.rewrite($1) { $0.multiply("executions.duration", by: 1.001) } }),
        BadVersion(
            what: "answers that are not a number", step: .selfTest, reason: "is answered by nan",
            load: watched { $1[0].duration.p50 = .nan }),
        BadVersion(
            what: "answering throws", step: .selfTest, reason: "an unexpected error",
            load: watched { _, _ in throw Oops() }),
        BadVersion(
            what: "questions by themselves are answered by no numbers", step: .warmUp, reason: "that are no forecast",
            load: watched { if $0.count == 1 { $1[0].memory.p95 = .infinity } }),
    ]

    struct Oops: Error {}
}

@Test(arguments: BadVersion.all)
func aVersionThatFailsAStepLeavesTheOldOneServing(bad: BadVersion) async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        for seconds in [10.0, 20, 30] { try models.publish("lstm", seconds: seconds) }
        try bad.damage(models, 2)
        let load = bad.load
        let loader: ServedModel<ServedPredictor>.Loader = { try $0.manifest.version == 2 ? load($0) : Catalog.read($0) }
        try models.promote(1)
        let scheduler = try await engine(in: folder, load: loader)
        let events = scheduler.events()
        let champion = try CheckedName("champion")

        // Promoted through the engine, it is refused and gets no alias.
        await #expect {
            try await scheduler.promote(models.name, to: 2, alias: champion, force: "a test", who: "test")
        } throws: { error in
            guard case .refused(let why) = error as? EngineError else { return false }
            return why.hasPrefix("predictor 2 is not promoted (\(bad.step.rawValue)): ") && why.contains(bad.reason)
        }
        #expect(try models.registry.aliases(of: models.name) == ["champion": 1])
        #expect(scheduler.degradation == nil)

        // Promoted on disk, it is told why it does not answer.
        try models.setChampion(2)
        let problem = try #require(await scheduler.followRegistry())
        #expect(problem.hasPrefix("predictor 2 cannot be loaded (\(bad.step.rawValue)): "), "\(problem)")
        #expect(problem.contains(bad.reason) && !problem.contains(folder.path), "\(problem)")
        #expect(scheduler.degradation == problem)
        let answer = try await scheduler.predictResources(TestRegistry.task)
        let offline = try Catalog.load(models.registry.load(models.name, 1)).predict(TestRegistry.task)
        #expect(answer.model?.version == 1 && answer.reason == nil)
        #expect(answer.source == offline.source && answer.answer == offline)
        #expect(scheduler.swapFigures.first?.figures.failures == [bad.step: 2])

        // A later good one loads.
        try models.promote(3)
        #expect(await scheduler.followRegistry() == "serves predictor 3")
        #expect(scheduler.degradation == nil)
        let told = await events.upTo { if case .swapped = $0 { true } else { false } }
        // The first event was that version 1 took over, before anyone listened.
        #expect(told.map(\.number) == [2, 3, 4])
        let expected = EngineEvent.Kind.swapFailed(
            alias: ServedAlias(name: models.name, alias: champion), version: 2, step: bad.step, reason: problem)
        #expect(told[0].kind == expected && told[1].kind == expected && told[0].isFailure && !told[2].isFailure)
    }
}

@Test(arguments: BadVersion.all)
func aVersionThatFailsAtTheStartIsAnsweredForByRules(bad: BadVersion) async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        try models.publish("lstm", seconds: 10)
        try bad.damage(models, 1)
        try models.setChampion(1)
        let scheduler = try await engine(in: folder, load: bad.load)
        #expect(scheduler.swapFigures[0].figures.failures == [bad.step: 1])
        _ = try await scheduler.record(
            TestRegistry.executions(seconds: 50).map { ReportedExecution($0, decisionID: nil) })
        let answer = try await scheduler.predictResources(TestRegistry.task)
        #expect(answer.source == .heuristic && answer.model == nil && answer.answer.samples == 40)
        #expect(answer.reason?.hasPrefix("predictor 1 cannot be loaded (\(bad.step.rawValue)): ") == true)
        #expect(answer.reason?.contains(bad.reason) == true)
        #expect(scheduler.statistics.fallbacks == 1)
    }
}

/// Where a version stalls.
enum Stall: CaseIterable {
    case building, answering
}

@Test(.timeLimit(.minutes(30)), arguments: Stall.allCases)
func aVersionThatStallsIsGivenUp(stall: Stall) async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        for seconds in [10.0, 20, 30] { try models.publish(seconds: seconds) }
        try models.promote(1)
        let (gate, stepSeconds) = (Gate(), 8.0)
        let scheduler = try await engine(in: folder, stepSeconds: stepSeconds) { version in
            guard version.manifest.version == 2 else { return try Catalog.read(version) }
            if stall == .building { gate.pass() }
            return WatchedPredictor(sound: try Catalog.read(version)) { _, _ in gate.pass() }
        }
        defer { gate.open() }
        try models.promote(2)
        async let following = scheduler.followRegistry()
        try await gate.awaitOne()
        #expect(try await scheduler.predictResources(TestRegistry.task).model?.version == 1)
        let step = stall == .building ? SwapStep.build : .selfTest
        let problem = "predictor 2 cannot be loaded (\(step.rawValue)): it took longer than 8 s"
        #expect(await following == problem)
        #expect(scheduler.degradation == problem && scheduler.swapFigures.first?.figures.failures == [step: 1])
        // It is not tried again while it still stalls, however often the registry is looked at.
        for _ in 0..<30 {
            #expect(await scheduler.followRegistry() == nil)
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(gate.count == 1 && scheduler.degradation == problem)
        await #expect {
            try await scheduler.promote(
                models.name, to: 2, alias: CheckedName("champion"), force: nil, who: "test")
        } throws: { error in
            error as? EngineError
                == .refused(
                    "predictor 2 is not promoted (\(step.rawValue)): it took longer than 8 s, and still goes on")
        }
        // Another one takes over all the same.
        try models.promote(3)
        #expect(await scheduler.followRegistry() == "serves predictor 3")
        // Once it has come to its end it is tried again.
        gate.open()
        try models.promote(2)
        for _ in 0..<400 where scheduler.servedModel?.version != 2 {
            await scheduler.followRegistry()
            try await Task.sleep(for: .milliseconds(25))
        }
        #expect(scheduler.servedModel?.version == 2 && scheduler.degradation == nil)
    }
}

@Test(.timeLimit(.minutes(30))) func whatIsBeingLoadedKeepsNoOtherFromAnswering() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        for seconds in [10.0, 20, 30, 40] { try models.publish(seconds: seconds) }
        try models.promote(1)
        let gate = Gate()
        // No step is given up for the time it takes.
        let scheduler = try await engine(in: folder, stepSeconds: 3000) { version in
            if version.manifest.version == 3 { gate.pass() }
            return try Catalog.read(version)
        }
        defer { gate.open() }
        try models.promote(2)
        await scheduler.followRegistry()
        try models.promote(3)
        async let stalling = scheduler.followRegistry()
        try await gate.awaitOne()
        // One that is kept ready answers at once; a look at the registry never waits.
        try models.promote(1)
        #expect(await scheduler.followRegistry() == "serves predictor 1")
        // One that is not makes the other be given up.
        try models.promote(4)
        #expect(await scheduler.followRegistry() == nil)
        #expect(await stalling == "serves predictor 4")
        #expect(try await scheduler.predictResources(TestRegistry.task).model?.version == 4)
        #expect(scheduler.degradation == nil && scheduler.statistics.failedSwaps == 0)
    }
}
