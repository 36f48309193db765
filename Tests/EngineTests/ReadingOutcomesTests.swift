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

private func following(
    _ models: TestRegistry, stepLimit: Duration, hasRules: Bool = true,
    opened: @escaping @Sendable () async -> Void = {}, outcomes: @escaping ServedModel<ServedPredictor>.Outcomes
) throws -> ServedModel<ServedPredictor> {
    ServedModel(
        ServedAlias(name: models.name, alias: try CheckedName("champion")), in: models.registry, keeping: 0,
        stepLimit: stepLimit, hasRules: hasRules, load: { try Catalog.read($0) }, opened: opened, outcomes: outcomes,
        tell: { _ in })
}

/// What was learned while a version was loaded is not read again when it takes over, while no outcome can be kept.
@Test(.timeLimit(.minutes(30))) func whatAVersionKnowsIsNotReadAgain() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        try models.publish(seconds: 10)
        try models.promote(1)
        let known = (0..<7).map { TestRegistry.executions(seconds: 50)[$0].at(1e6 + Double($0)) }
        let (skips, there) = (NIOLockedValueBox<[Int]>([]), NIOLockedValueBox(4))
        let model = try following(models, stepLimit: .seconds(3000)) { _, skipped in
            skips.withLockedValue { $0.append(skipped) }
            // Three are reported after the first look.
            let all = there.withLockedValue { count in
                defer { count = 7 }
                return known.prefix(count)
            }
            return Array(all.dropFirst(skipped))
        }
        #expect(await model.follow(retries: true) == .swapped(to: 1))
        #expect(skips.withLockedValue { $0 } == [0, 4])
        #expect(model.snapshot.outcomesLearned == 7)
        #expect(
            try await model.snapshot.predict([TestRegistry.task], within: .seconds(3000)).predictions[0].samples == 47)
    }
}

@Test(.timeLimit(.minutes(30))) func outcomesThatAreNotReadInTimeAreGivenUp() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        try models.publish(seconds: 10)
        try models.promote(1)
        let (gate, isHeld) = (Gate(), NIOLockedValueBox(true))
        defer { gate.open() }
        let model = try following(models, stepLimit: .seconds(8)) { until, _ in
            // Rules, which know nothing, can read.
            if until != nil, isHeld.withLockedValue({ $0 }) { try await offload { gate.pass() } }
            return []
        }
        let problem = "predictor 1 cannot be loaded (learn): it took longer than 8 s"
        #expect(await model.follow(retries: true) == .failed(version: 1, problem: problem))
        #expect(model.figures.failures == [.learn: 1])
        // As long as it goes on, no other is begun.
        _ = await model.follow(retries: true)
        #expect(gate.count == 1 && model.problem?.hasSuffix("8 s, and still goes on") == true)
        isHeld.withLockedValue { $0 = false }
        gate.open()
        for _ in 0..<500 where model.snapshot.model == nil {
            _ = await model.follow(retries: true)
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(model.snapshot.model?.version == 1 && model.problem == nil)
    }
}

/// A version is taken through its first steps while the state is opened; that this takes its time is no failure of the version.
@Test(.timeLimit(.minutes(30))) func openingTheStateIsNoPartOfAStep() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        try models.publish(seconds: 10)
        try models.promote(1)
        let (gate, isOpen) = (Gate(), NIOLockedValueBox(false))
        defer { gate.open() }
        let model = try following(
            models, stepLimit: .seconds(8), opened: { try? await offload { gate.pass() } },
            outcomes: { _, _ in
                #expect(isOpen.withLockedValue { $0 })
                return []
            })
        let change = Task { await model.follow(retries: true) }
        // Longer than a step may take, once the other steps are done.
        try await gate.awaitOne()
        #expect(model.figures.steps[.build]?.count == 1 && model.figures.steps[.learn] == nil)
        try await Task.sleep(for: .seconds(9))
        #expect(model.figures.failures == [:] && model.snapshot.model == nil)
        isOpen.withLockedValue { $0 = true }
        gate.open()
        #expect(await change.value == .swapped(to: 1))
        #expect(model.figures.failures == [:] && model.snapshot.model?.version == 1)
    }
}

/// Nobody asks the rules of a challenger.
@Test(.timeLimit(.minutes(30)), arguments: [true, false]) func rulesLearnWhereTheyAreAsked(hasRules: Bool) async throws
{
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        try models.publish(seconds: 10)
        try makeFolder(folder("models/predictor/aliases.json"))
        let asked = NIOLockedValueBox(0)
        let model = try following(models, stepLimit: .seconds(3000), hasRules: hasRules) { _, _ in
            asked.withLockedValue { $0 += 1 }
            return []
        }
        _ = await model.follow(retries: true)
        #expect(asked.withLockedValue { $0 } == (hasRules ? 2 : 0))
        #expect(model.snapshot.model == nil && model.snapshot.reason == model.problem)
    }
}
