import Files
import ModelFixtures
import Models
import Registry
import Settings
import TestSupport
import Testing
import Workflows

@testable import Engine

/// No step is given up for the time that a test holds it.
private func patientSettings(in folder: TemporaryFolder) -> Settings {
    var stated = settings(in: folder)
    stated.modelStepSeconds = 3000
    return stated
}

/// What stalls while the engine starts.
enum Straggler: CaseIterable {
    case challenger, forecaster
}

/// Answers are given by the champion while another version stalls, and aliases can be changed.
@Test(.timeLimit(.minutes(30)), arguments: Straggler.allCases)
func aVersionThatStallsKeepsNeitherTheStartNorAPromotionWaiting(straggler: Straggler) async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        for seconds in [10.0, 20, 30] { try models.publish(seconds: seconds) }
        try models.promote(1)
        let champion = try CheckedName("champion")
        switch straggler {
        case .challenger:
            _ = try models.registry.promote(
                models.name, to: 2, alias: CheckedName("challenger"), at: 1, who: "test", why: "a trial")
        case .forecaster:
            try TestForecasters.publish(["able": 0.2], in: models.registry)
            _ = try models.registry.promote(
                CheckedName("forecaster"), to: 1, alias: champion, at: 1, who: "test", why: "a test")
        }
        var stated = patientSettings(in: folder)
        stated.targetLatencyMs = 100
        let (gate, settings) = (Gate(), stated)
        defer { gate.open() }
        let scheduler = try await withTimeLimit(
            .seconds(120),
            awaiting: {
                try await IntelligentScheduler(
                    settings: settings,
                    load: { version in
                        if version.manifest.version == 2 { gate.pass() }
                        return try Catalog.read(version)
                    },
                    loadForecaster: { version in
                        gate.pass()
                        return try Catalog.readForecaster(version)
                    })
            })
        try await gate.awaitOne()
        #expect(scheduler.servedModel?.version == 1)
        let name = models.name
        try await withTimeLimit(
            .seconds(120),
            awaiting: {
                _ = try await scheduler.promote(name, to: 3, alias: champion, force: "a test", who: "test")
                #expect(scheduler.servedModel?.version == 3)
                _ = try await scheduler.rollback(name, who: "test")
                #expect(scheduler.servedModel?.version == 1)
            })
        #expect(scheduler.challenger.figures.version == nil && scheduler.servedForecaster == nil)
        // It serves once it has come to its end.
        gate.open()
        while scheduler.challenger.figures.version == nil && scheduler.servedForecaster == nil {
            await scheduler.followRegistry()
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(scheduler.challenger.figures.version?.version == (straggler == .challenger ? 2 : nil))
        #expect(scheduler.servedForecaster?.version == (straggler == .forecaster ? 1 : nil))
    }
}

/// An engine that serves version 1 of three, of which the second stalls at a gate while it is loaded, and `broken` cannot be.
private func withStallingVersion(
    broken: Int? = nil, _ body: (TestRegistry, IntelligentScheduler, Gate) async throws -> Void
) async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        for seconds in [10.0, 20, 30] { try models.publish(seconds: seconds) }
        try models.promote(1)
        let gate = Gate()
        let scheduler = try await IntelligentScheduler(settings: patientSettings(in: folder)) { version in
            if version.manifest.version == 2 { gate.pass() }
            if version.manifest.version == broken { throw InputError("it is broken") }
            return try Catalog.read(version)
        }
        defer { gate.open() }
        try await body(models, scheduler, gate)
    }
}

/// By whom a version is promoted while another one, promoted through the engine, stalls.
enum Promoter: CaseIterable {
    case engine, disk
}

@Test(.timeLimit(.minutes(30)), arguments: Promoter.allCases)
func aPromotedVersionThatStallsIsGivenUpForAnother(promoter: Promoter) async throws {
    try await withStallingVersion { models, scheduler, gate in
        let (name, champion) = (models.name, try CheckedName("champion"))
        let stalling = Task {
            try await scheduler.promote(name, to: 2, alias: champion, force: "a test", who: "test")
        }
        try await gate.awaitOne()
        // A look at an alias that names what it named before gives nothing up.
        await scheduler.followRegistry()
        #expect(scheduler.model.loading.withLockedValue { $0?.version } == 2)
        try await withTimeLimit(
            .seconds(120),
            awaiting: {
                switch promoter {
                case .engine:
                    _ = try await scheduler.promote(name, to: 3, alias: champion, force: "a test", who: "test")
                case .disk:
                    try models.promote(3)
                    await scheduler.followRegistry(retries: true)
                }
            })
        #expect(scheduler.servedModel?.version == 3)
        await #expect(
            throws: EngineError.refused("predictor 2 is not promoted: it was given up for another version")
        ) { try await stalling.value }
        #expect(try models.registry.aliases(of: name) == ["champion": 3])
        #expect(scheduler.degradation == nil && scheduler.statistics.failedSwaps == 0)
    }
}

/// What the alias names stalls, and gives way to what is promoted.
@Test(.timeLimit(.minutes(30))) func aChampionThatStallsIsGivenUpForAPromotion() async throws {
    try await withStallingVersion { models, scheduler, gate in
        let name = models.name
        try models.promote(2)
        async let following = scheduler.followRegistry()
        try await gate.awaitOne()
        try await withTimeLimit(
            .seconds(120),
            awaiting: {
                _ = try await scheduler.promote(
                    name, to: 3, alias: CheckedName("champion"), force: "a test", who: "test")
            })
        #expect(scheduler.servedModel?.version == 3)
        #expect(await following == nil)
    }
}

/// A version that is being loaded makes way for one that is to be promoted; where that one fails, it is served after all.
@Test(.timeLimit(.minutes(30))) func whatMadeWayForAPromotionThatFailsIsServedAfterAll() async throws {
    try await withStallingVersion(broken: 3) { models, scheduler, gate in
        let name = models.name
        try models.promote(2)
        async let following = scheduler.followRegistry(retries: true)
        try await gate.awaitOne()
        await #expect(throws: (any Error).self) {
            try await scheduler.promote(name, to: 3, alias: CheckedName("champion"), force: "a test", who: "test")
        }
        gate.open()
        _ = await following
        #expect(scheduler.servedModel?.version == 2)
    }
}

/// A version that the alias names is not begun with while one that is to be promoted waits for its turn: the one that it gave up
/// may have come back before it.
@Test(.timeLimit(.minutes(30))) func whatWaitsToBePromotedIsGivenWayTo() async throws {
    try await withStallingVersion { models, scheduler, gate in
        try models.promote(2)
        let model = scheduler.model
        model.preparing.withLockedValue { $0 = 1 }
        // Nobody waits for it.
        try await withTimeLimit(.seconds(120), awaiting: { _ = await scheduler.followRegistry() })
        let waiting = Task { await scheduler.followRegistry(retries: true) }
        for _ in 0..<20 {
            try await withTimeLimit(.seconds(120), awaiting: { try await model.swapping.run {} })
        }
        #expect(gate.count == 0 && scheduler.servedModel?.version == 1)
        model.preparing.withLockedValue { $0 = 0 }
        try await gate.awaitOne()
        gate.open()
        _ = await waiting.value
        #expect(scheduler.servedModel?.version == 2 && scheduler.statistics.failedSwaps == 0)
    }
}

/// A version that nothing here serves is tested under the limit of a step, too, before an alias names it.
@Test(.timeLimit(.minutes(30))) func anAliasThatNothingFollowsIsGivenToNoVersionThatStalls() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        try models.publish(seconds: 10)
        let alias = try CheckedName("candidate")
        func promote(stepSeconds: Double) async throws -> [String: Int] {
            var stated = settings(in: folder)
            stated.modelStepSeconds = stepSeconds
            stated.server.statePath = folder("state-\(stepSeconds)")
            let scheduler = try await IntelligentScheduler(settings: stated)
            return try await scheduler.promote(models.name, to: 1, alias: alias, force: "a test", who: "test")
        }
        await #expect(
            throws: EngineError.refused("predictor 1 is not promoted (self-test): it took longer than 1e-07 s")
        ) { try await promote(stepSeconds: 1e-7) }
        #expect(try models.registry.aliases(of: models.name) == [:])
        #expect(try await promote(stepSeconds: 3000) == ["candidate": 1])
    }
}
