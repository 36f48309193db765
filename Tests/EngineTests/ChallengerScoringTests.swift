import Decisions
import Files
import ModelFixtures
import Models
import NIOConcurrencyHelpers
import Registry
import Settings
import TestSupport
import Testing
import Workflows

@testable import Engine

/// Reports one outcome that completed at `moment`.
private func report(_ moment: Int, to scheduler: IntelligentScheduler) async throws {
    let execution = TestRegistry.executions(seconds: 10)[moment].at(1e6 + Double(moment))
    #expect(try await scheduler.record([ReportedExecution(execution)]) == 1)
}

/// An engine with a challenger that behaves as `switches` say.
private func trying(_ switches: StallingPredictor.Switches, stepSeconds: Double, in folder: TemporaryFolder)
    async throws -> IntelligentScheduler
{
    let models = try TestRegistry(in: folder)
    for _ in 0..<2 { try models.publish("linear", seconds: 10) }
    try models.promote(1)
    _ = try models.registry.promote(
        models.name, to: 2, alias: CheckedName("challenger"), at: 1, who: "test", why: "a trial")
    return try await engine(in: folder, stepSeconds: stepSeconds) { loaded in
        let sound = try Catalog.load(loaded)
        return loaded.manifest.version == 1 ? sound : StallingPredictor(switches, sound)
    }
}

/// However fast outcomes are reported, one score goes on at a time, and no snapshot waits for a later one.
@Test(.timeLimit(.minutes(30))) func oneScoreGoesOnAtATime() async throws {
    try await TemporaryFolder.with { folder in
        let switches = StallingPredictor.Switches()
        let scheduler = try await trying(switches, stepSeconds: 3000, in: folder)
        let base = switches.now.calls
        switches.set { $0.isStalled = true }
        defer { switches.set { $0.isStalled = false } }
        for moment in 0..<10 { try await report(moment, to: scheduler) }
        while switches.now.running == 0 { try await Task.sleep(for: .milliseconds(2)) }
        switches.set { $0.isStalled = false }
        while scheduler.challenger.figures.outcomes == 0 { try await Task.sleep(for: .milliseconds(2)) }
        try await Task.sleep(for: .milliseconds(300))
        #expect(scheduler.challenger.figures.outcomes == 1 && switches.now.calls == base + 1)
        // The next one is scored again.
        try await report(10, to: scheduler)
        while scheduler.challenger.figures.outcomes == 1 { try await Task.sleep(for: .milliseconds(2)) }
        #expect(scheduler.challenger.figures.outcomes == 2 && scheduler.challenger.figures.failures == 0)
    }
}

/// A challenger that hangs where it is scored is told of.
@Test(.timeLimit(.minutes(30))) func aScoreThatHangsIsAFailureOfTheChallenger() async throws {
    try await TemporaryFolder.with { folder in
        let switches = StallingPredictor.Switches()
        let scheduler = try await trying(switches, stepSeconds: 8, in: folder)
        let trial = try #require(scheduler.challenger.current)
        switches.set { $0.isStalled = true }
        defer { switches.set { $0.isStalled = false } }
        try await report(0, to: scheduler)
        while scheduler.challenger.figures.failures == 0 { try await Task.sleep(for: .milliseconds(10)) }
        #expect(scheduler.challenger.figures.questions == 1 && scheduler.challenger.figures.outcomes == 0)
        let condition = try #require(trial.snapshot?.watch?.condition)
        #expect(condition.abandonedProbes == 1 && condition.abandoned == 0 && condition.asked == 0)
        #expect(scheduler.modelCondition?.abandonedProbes == 0)
        // It is asked again once it has come to an end.
        switches.set { $0.isStalled = false }
        while trial.snapshot?.watch?.condition.abandonedProbes != 0 { try await Task.sleep(for: .milliseconds(2)) }
        try await report(1, to: scheduler)
        while scheduler.challenger.figures.outcomes == 0 { try await Task.sleep(for: .milliseconds(2)) }
        #expect(scheduler.challenger.figures.failures == 1)
    }
}
