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

@Test(.timeLimit(.minutes(30))) func aVersionTakesNoTrafficBeforeItIsWarm() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        for seconds in [10.0, 20] { try models.publish(seconds: seconds) }
        try models.promote(1)
        let asked = NIOLockedValueBox<[Int]>([])
        let gate = Gate()
        let scheduler = try await engine(in: folder) { version in
            guard version.manifest.version == 2 else { return try Catalog.read(version) }
            return WatchedPredictor(sound: try Catalog.read(version)) { tasks, _ in
                asked.withLockedValue { $0.append(tasks.count) }
                // The last of the warm-up: all that came before is behind it.
                if asked.withLockedValue({ $0.count }) == 17 { gate.pass() }
            }
        }
        try models.promote(2)
        async let change = scheduler.followRegistry()
        try await gate.awaitOne()
        #expect(try await scheduler.predictResources(TestRegistry.task).model?.version == 1)
        // The self-test at once, then each of its questions by itself.
        #expect(asked.withLockedValue { $0 } == [16] + [Int](repeating: 1, count: 16))
        gate.open()
        #expect(await change == "serves predictor 2")
        #expect(try await scheduler.predictResources(TestRegistry.task).model?.version == 2)
    }
}

@Test(.timeLimit(.minutes(30))) func questionsEndOnTheVersionThatTheyBeganWith() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        for seconds in [10.0, 20] { try models.publish(seconds: seconds) }
        try models.promote(1)
        let gate = Gate()
        let scheduler = try await engine(in: folder) { version in
            WatchedPredictor(sound: try Catalog.read(version)) { tasks, _ in
                if version.manifest.version == 1, tasks.count == 100 { gate.pass() }
            }
        }
        let events = scheduler.events()
        let question = PredictQuestion([TaskSpec](repeating: TestRegistry.task, count: 100))
        async let begun = scheduler.predict(question)
        try await gate.awaitOne()
        try models.promote(2)
        await scheduler.followRegistry()
        let later = try await scheduler.predict(question)
        #expect(later.model?.version == 2)
        gate.open()
        let answer = try await begun
        #expect(answer.model?.version == 1)
        let offline = try Catalog.load(models.registry.load(models.name, 1))
        #expect(try answer.answer == offline.predict(question.tasks))
        #expect(answer.answer != later.answer)
        // It is drained when that answer is given, not when the other version took over.
        let told = await events.upTo { if case .drained = $0 { true } else { false } }
        #expect(told.map(\.description) == ["serves predictor 2", "predictor 1 has answered what it had begun"])
    }
}

@Test func aRollbackToAVersionThatIsKeptLosesNothing() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        for seconds in [10.0, 20, 30] { try models.publish(seconds: seconds) }
        let reads = NIOLockedValueBox<[Int]>([])
        let scheduler = try await engine(in: folder) { version in
            reads.withLockedValue { $0.append(version.manifest.version) }
            return try Catalog.read(version)
        }
        let champion = try CheckedName("champion")
        func promote(_ version: Int) async throws {
            _ = try await scheduler.promote(models.name, to: version, alias: champion, force: "a test", who: "test")
        }
        func report(_ count: Int) async throws {
            let outcomes = (0..<count).map { place in
                let execution = TestRegistry.executions(seconds: 50)[place]
                return ReportedExecution(execution.at(1e6 + Double(place)), decisionID: nil)
            }
            #expect(try await scheduler.record(outcomes) == count)
        }
        for version in 1...3 { try await promote(version) }
        // Each was loaded once: what was prepared for the promotion is what took over.
        #expect(reads.withLockedValue { $0 } == [1, 2, 3])
        try await report(7)
        #expect(try await scheduler.rollback(models.name, who: "test") == ["champion": 2])
        #expect(try await scheduler.predictResources(TestRegistry.task).answer.samples == 47)
        #expect(try await scheduler.rollback(models.name, who: "test") == ["champion": 1])
        let rolled = try await scheduler.predictResources(TestRegistry.task)
        #expect(rolled.model?.version == 1 && rolled.answer.samples == 47)
        #expect(try await scheduler.decision(rolled.id).outcomesLearned == 7)
        try await promote(3)
        #expect(try await scheduler.predictResources(TestRegistry.task).answer.samples == 47)
        #expect(reads.withLockedValue { $0 } == [1, 2, 3])
        let figures = try #require(scheduler.swapFigures.first?.figures)
        #expect(figures.swaps == 6 && figures.hot == 2)
        #expect(figures.switches.reduce(0, +) == 6)
        // A thousandth of a second is wanted; a busy machine may take this thread away at any place.
        #expect(figures.switchSeconds / 6 < 0.005, "\(figures)")
        // What was learned while it was only kept is what a reading anew comes to.
        let again = try await TemporaryFolder.with { other in
            var stated = settings(in: folder)
            stated.server.statePath = other("state")
            let fresh = try await IntelligentScheduler(settings: stated)
            let outcomes = (0..<7).map {
                ReportedExecution(TestRegistry.executions(seconds: 50)[$0].at(1e6 + Double($0)), decisionID: nil)
            }
            _ = try await fresh.record(outcomes)
            return try await fresh.predictResources(TestRegistry.task).answer
        }
        #expect(try await scheduler.predictResources(TestRegistry.task).answer == again)
    }
}

@Test(.timeLimit(.minutes(10))) func onlyTheLastVersionsAreKept() async throws {
    for kept in [0, 1, 2] {
        try await TemporaryFolder.with { folder in
            let models = try TestRegistry(in: folder)
            for seconds in [10.0, 20, 30, 40] { try models.publish(seconds: seconds) }
            try models.promote(1)
            let reads = NIOLockedValueBox(0)
            let scheduler = try await engine(in: folder, keeping: kept) { version in
                reads.withLockedValue { $0 += 1 }
                return try Catalog.read(version)
            }
            let events = scheduler.events()
            for version in 2...4 {
                try models.promote(version)
                await scheduler.followRegistry()
            }
            #expect(scheduler.swapFigures.first?.figures.hot == kept)
            let released = await events.upTo { kind in
                if case .released(let model) = kind { model.version == 3 - kept } else { false }
            }.compactMap { if case .released(let model) = $0.kind { model.version } else { nil } }
            #expect(released == Array(1...(3 - kept)))
            // Back over those that are kept without a reading, and one further with one.
            for version in stride(from: 3, through: 3 - kept, by: -1) {
                try models.promote(version)
                await scheduler.followRegistry()
                #expect(try await scheduler.predictResources(TestRegistry.task).model?.version == version)
                #expect(reads.withLockedValue { $0 } == (version == 3 - kept ? 5 : 4))
            }
        }
    }
}

@Test func aKeptVersionWhoseNumberIsAnotherVersionNowIsReadAnew() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        for seconds in [10.0, 20] { try models.publish(seconds: seconds) }
        try models.promote(1)
        let scheduler = try await engine(in: folder)
        let before = try await scheduler.predictResources(TestRegistry.task)
        try models.promote(2)
        await scheduler.followRegistry()
        // Someone trains the whole folder anew.
        try remove(folder("models"))
        for seconds in [70.0, 80] { try models.publish(seconds: seconds, at: 200) }
        try models.promote(1)
        await scheduler.followRegistry()
        let after = try await scheduler.predictResources(TestRegistry.task)
        #expect(after.model?.version == 1 && after.model?.digest != before.model?.digest)
        #expect(after.answer.duration.p50 > 5 * before.answer.duration.p50)
    }
}

extension TaskExecution {
    /// The same, completed at `moment`.
    func at(_ moment: Double) -> TaskExecution {
        var moved = self
        let duration = (completedAt ?? 0) - (startedAt ?? 0)
        (moved.startedAt, moved.completedAt, moved.task.submittedAt) = (moment - duration, moment, moment - duration)
        return moved
    }
}

/// Who gives up a promotion drops what that had prepared, and not what another one prepares meanwhile.
@Test func onlyWhatWasPreparedForAPromotionIsDroppedWithIt() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        for seconds in [10.0, 20, 30] { try models.publish(seconds: seconds) }
        try models.promote(1)
        let model = try await engine(in: folder).model
        func prepared() -> Int? { model.held.withLockedValue { $0.prepared?.served.model?.version } }
        try await model.prepare(2)
        try await model.prepare(3)
        model.discardPrepared(2)
        #expect(prepared() == 3)
        model.discardPrepared(3)
        #expect(prepared() == nil && model.snapshot.model?.version == 1)
    }
}
