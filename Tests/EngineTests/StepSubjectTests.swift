import Decisions
import Files
import ModelFixtures
import Models
import NIOConcurrencyHelpers
import Registry
import TestSupport
import Testing
import Workflows

@testable import Engine

/// A step that is under way is no stall: whoever insists waits for it.
@Test(.timeLimit(.minutes(30))) func whatIsBeingLoadedIsNotTakenForAStall() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        for seconds in [10.0, 20] { try models.publish(seconds: seconds) }
        try models.promote(1)
        let gate = Gate()
        let scheduler = try await engine(in: folder, stepSeconds: 3000) { version in
            if version.manifest.version == 2 { gate.pass() }
            return try Catalog.read(version)
        }
        defer { gate.open() }
        try models.promote(2)
        async let following = scheduler.followRegistry()
        try await gate.awaitOne()
        async let insisting = scheduler.followRegistry(retries: true)
        async let promoting = scheduler.promote(
            models.name, to: 2, alias: CheckedName("champion"), force: nil, who: "test")
        try await Task.sleep(for: .milliseconds(200))
        gate.open()
        #expect(await following == "serves predictor 2")
        // It had nothing left to do.
        #expect(await insisting == nil)
        #expect(try await promoting == ["champion": 2])
        #expect(scheduler.servedModel?.version == 2 && scheduler.degradation == nil)
        #expect(scheduler.statistics.failedSwaps == 0)
    }
}

/// A version that was given up and is wanted again is loaded once its last step has come to an end.
@Test(.timeLimit(.minutes(30))) func whatIsWantedAgainWithinOneStepIsWaitedFor() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        for seconds in [10.0, 20, 30] { try models.publish(seconds: seconds) }
        try models.promote(1)
        let gates = [2: Gate(), 3: Gate()]
        let builds = NIOLockedValueBox<[Int]>([])
        let scheduler = try await engine(in: folder, stepSeconds: 3000) { version in
            builds.withLockedValue { $0.append(version.manifest.version) }
            gates[version.manifest.version]?.pass()
            return try Catalog.read(version)
        }
        defer { for gate in gates.values { gate.open() } }
        try models.promote(2)
        async let following = scheduler.followRegistry()
        try await gates[2]?.awaitOne()
        try models.promote(3)
        await scheduler.followRegistry()
        try await gates[3]?.awaitOne()
        try models.promote(2)
        await scheduler.followRegistry()
        try await Task.sleep(for: .milliseconds(200))
        // The first building of 2 goes on, and no second one beside it.
        #expect(builds.withLockedValue { $0 } == [1, 2, 3] && scheduler.degradation == nil)
        gates[2]?.open()
        #expect(await following == "serves predictor 2")
        #expect(builds.withLockedValue { $0 } == [1, 2, 3, 2])
        #expect(scheduler.degradation == nil && scheduler.statistics.failedSwaps == 0)
    }
}

@Test(.timeLimit(.minutes(30))) func rulesThatLearnKeepNoLookFromTheAlias() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        try models.publish(seconds: 10)
        let scheduler = try await engine(in: folder, stepSeconds: 3000)
        let gate = Gate()
        defer { gate.open() }
        async let learning: Void = scheduler.model.run(.learn, nil) { gate.pass() }
        try await gate.awaitOne()
        for _ in 0..<3 { #expect(await scheduler.followRegistry() == nil) }
        #expect(scheduler.statistics.failedSwaps == 0 && scheduler.degradation == "predictor has no champion")
        try models.promote(1)
        #expect(await scheduler.followRegistry() == "serves predictor 1")
        gate.open()
        try await learning
    }
}

/// Looks that fail at the same time let rules answer once.
@Test(.timeLimit(.minutes(30))) func rulesThatAnswerAreNotTaughtAgain() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        try models.publish(seconds: 10)
        try makeFolder(folder("models/predictor/aliases.json"))
        let asked = NIOLockedValueBox(0)
        let model = ServedModel<ServedPredictor>(
            ServedAlias(name: models.name, alias: try CheckedName("champion")), in: models.registry, keeping: 0,
            stepLimit: .seconds(3000), load: { try Catalog.read($0) },
            outcomes: { _, _ in
                asked.withLockedValue { $0 += 1 }
                return []
            }, tell: { _ in })
        let goesOn = NIOLockedValueBox(false)
        async let holding: Void = model.swapping.run {
            while !goesOn.withLockedValue({ $0 }) { try await Task.sleep(for: .milliseconds(2)) }
        }
        async let first = model.follow(retries: false)
        async let second = model.follow(retries: true)
        while model.problem == nil { try await Task.sleep(for: .milliseconds(2)) }
        try await Task.sleep(for: .milliseconds(200))
        goesOn.withLockedValue { $0 = true }
        try await holding
        _ = await (first, second)
        // While they are made, and again when they take over.
        #expect(asked.withLockedValue { $0 } == 2)
        #expect(model.snapshot.model == nil && model.snapshot.reason == model.problem)
    }
}

/// Looks that do not come to an end do not pile up; what is asked for is done beside them.
@Test(.timeLimit(.minutes(30))) func looksThatHangDoNotPileUp() async throws {
    try await TemporaryFolder.with { folder in
        let scheduler = try await engine(in: folder)
        let (isHeld, goesOn) = (NIOLockedValueBox(false), NIOLockedValueBox(true))
        async let holding: Void = scheduler.model.switching.run {
            isHeld.withLockedValue { $0 = true }
            while goesOn.withLockedValue({ $0 }) { try await Task.sleep(for: .milliseconds(2)) }
        }
        while !isHeld.withLockedValue({ $0 }) { try await Task.sleep(for: .milliseconds(2)) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<30 { group.addTask { await scheduler.followRegistry() } }
            // All but those that may wait have come back.
            for _ in 0..<(30 - IntelligentScheduler.looksAtATime) { try await group.next() }
            func looks(_ alias: ServedAlias) -> Int? { scheduler.looks.withLockedValue { $0[alias] } }
            #expect(looks(scheduler.model.alias) == IntelligentScheduler.looksAtATime)
            // Those who follow other aliases wait for none of them.
            while looks(scheduler.forecaster.alias) != 0 || looks(scheduler.challenger.alias) != 0 {
                try await Task.sleep(for: .milliseconds(2))
            }
            let registry = ModelRegistry(path: folder("models"))
            try TestForecasters.publish(["able": 0.2], in: registry)
            _ = try registry.promote(
                CheckedName("forecaster"), to: 1, alias: CheckedName("champion"), at: 1, who: "test", why: "a test")
            #expect(await scheduler.followRegistry() == "serves forecaster 1")
            goesOn.withLockedValue { $0 = false }
        }
        try await holding
        #expect(scheduler.looks.withLockedValue { $0.values.allSatisfy { $0 == 0 } })
    }
}

/// Rules take over as versions do: not while the alias is being read and followed.
@Test(.timeLimit(.minutes(30))) func rulesTakeOverWhereNoOtherSwitchIsUnderWay() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        try models.publish(seconds: 10)
        try makeFolder(folder("models/predictor/aliases.json"))
        let model = ServedModel<ServedPredictor>(
            ServedAlias(name: models.name, alias: try CheckedName("champion")), in: models.registry, keeping: 0,
            stepLimit: .seconds(3000), load: { try Catalog.read($0) }, outcomes: { _, _ in [] }, tell: { _ in })
        let mayTeach = NIOLockedValueBox(false)
        async let holding: Void = model.swapping.run {
            while !mayTeach.withLockedValue({ $0 }) { try await Task.sleep(for: .milliseconds(2)) }
        }
        async let following = model.follow(retries: true)
        while model.problem == nil { try await Task.sleep(for: .milliseconds(2)) }
        try await model.switching.run {
            mayTeach.withLockedValue { $0 = true }
            // It waits for its turn, though nothing else keeps it.
            try await Task.sleep(for: .milliseconds(500))
            #expect(model.held.withLockedValue { !$0.current.knowsOutcomes })
        }
        try await holding
        _ = await following
        #expect(model.held.withLockedValue { $0.current.knowsOutcomes } && model.snapshot.reason == model.problem)
    }
}

@Test(.timeLimit(.minutes(30))) func aLookAtTheChallengerThatHangsEndsNoTrial() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        for seconds in [10.0, 20] { try models.publish(seconds: seconds) }
        try models.promote(1)
        _ = try models.registry.promote(
            models.name, to: 2, alias: CheckedName("challenger"), at: 1, who: "test", why: "a trial")
        let scheduler = try await engine(in: folder, stepSeconds: 8)
        for _ in 0..<20 where scheduler.challenger.figures.version == nil {
            await scheduler.followRegistry(retries: true)
        }
        let gate = Gate()
        defer { gate.open() }
        async let hanging = scheduler.challenger.looks.ask(within: .seconds(3000)) {
            gate.pass()
            return .success(nil)
        }
        try await gate.awaitOne()
        await scheduler.followRegistry()
        #expect(scheduler.challenger.figures.version?.version == 2)
        gate.open()
        _ = await hanging
        _ = try models.registry.withdraw(
            CheckedName("challenger"), of: models.name, from: 2, at: 2, who: "test", why: "over")
        for _ in 0..<20 where scheduler.challenger.figures.version != nil { await scheduler.followRegistry() }
        #expect(scheduler.challenger.figures.version == nil)
    }
}
