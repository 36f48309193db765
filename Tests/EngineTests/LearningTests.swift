import Decisions
import Files
import ModelFixtures
import Models
import NIOConcurrencyHelpers
import Settings
import TestSupport
import Testing
import Workflows

@testable import Engine

private func outcome(
    _ seconds: Double, at moment: Double, process: String = "p", decision: String? = nil, saysDuration: Bool = true
) -> ReportedExecution {
    ReportedExecution(
        TaskExecution(
            task: TaskSpec(workflow: "w", process: process, inputBytes: 1e6, cores: 1), taskID: "t",
            startedAt: moment - seconds, completedAt: moment, cpu: 1, memory: seconds * 1e6,
            duration: saysDuration ? seconds : nil),
        decisionID: decision)
}

@Test(arguments: [true, false]) func outcomesAreLearnedAtOnceAndSurviveARestart(saysDuration: Bool) async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        try models.promote(models.publish(seconds: 10))
        let fresh = TaskSpec(workflow: "w", process: "fresh")
        func median(_ scheduler: IntelligentScheduler) async throws -> Double {
            try await scheduler.predictResources(fresh).answer.duration.p50
        }
        func serve() async throws -> Double {
            let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
            let cold = try await scheduler.predictResources(fresh)
            #expect(cold.answer.cold)
            let outcomes = (0..<5).map {
                outcome(70, at: 1e6 + Double($0), process: "fresh", decision: cold.id, saysDuration: saysDuration)
            }
            #expect(try await scheduler.record(outcomes) == 5)
            let learned = try await scheduler.predictResources(fresh)
            #expect(!learned.answer.cold && learned.answer.samples == 5)
            return learned.answer.duration.p50
        }
        let learned = try await serve()
        #expect(abs(learned - 70) < 1)
        // A new process: the statistics are those of the version and of what was reported since.
        let again = try await IntelligentScheduler(settings: settings(in: folder))
        #expect(try await median(again) == learned)
        // A version that knows these outcomes from its data is not taught them again.
        #expect(again.statistics.outcomes == 0)
    }
}

@Test(.timeLimit(.minutes(10))) func answersDoNotWaitForLearning() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        try models.promote(models.publish(seconds: 10))
        let scheduler = try await IntelligentScheduler(
            settings: settings(in: folder),
            load: { BrokenPredictor(sound: try Catalog.load($0), fault: .slowToLearn) })
        BrokenPredictor.mayLearn.withLockedValue { $0 = false }
        let learning = Task { try await scheduler.record([outcome(10, at: 1e6)]) }
        for _ in 0..<20 {
            #expect(try await scheduler.predictResources(TestRegistry.task).answer.samples == 40)
            try await Task.sleep(for: .milliseconds(5))
        }
        BrokenPredictor.mayLearn.withLockedValue { $0 = true }
        #expect(try await learning.value == 1)
        #expect(try await scheduler.predictResources(TestRegistry.task).answer.samples == 41)
    }
}

@Test func onlyOutcomesYoungerThanTheDataAreReplayed() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        try models.promote(models.publish(seconds: 10))
        do {
            let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
            // The version's data ends at 39,010 s: the first of these is in it, the second is not.
            _ = try await scheduler.record([outcome(10, at: 20_000), outcome(10, at: 50_000)])
        }
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        let decision = try await scheduler.predictResources(TestRegistry.task)
        #expect(decision.answer.samples == 41)
        #expect(try await scheduler.decision(decision.id).outcomesLearned == 1)
    }
}

@Test func outcomesReportedWhileVersionsSwapAreLearnedOnce() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        for seconds in [10.0, 20] { try models.publish(seconds: seconds) }
        try models.promote(1)
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for place in 0..<60 { _ = try await scheduler.record([outcome(10, at: 1e6 + Double(place))]) }
            }
            group.addTask {
                for place in 0..<10 {
                    try models.promote(1 + place % 2)
                    await scheduler.followRegistry()
                }
            }
            try await group.waitForAll()
        }
        #expect(try await scheduler.predictResources(TestRegistry.task).answer.samples == 100)
    }
}

@Test func noAnswerMixesTwoVersions() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        var offline: [Int: [ResourcePrediction]] = [:]
        let tasks = (0..<3).map { TaskSpec(workflow: "w", process: "p", inputBytes: 1e6 * Double($0 + 1), cores: 1) }
        for (kind, seconds) in [("lstm", 10.0), ("statistics", 30), ("linear", 90)] {
            let version = try models.publish(kind, seconds: seconds)
            offline[version] = try Catalog.load(models.registry.load(models.name, version)).predict(tasks)
        }
        try models.promote(1)
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        let isSwapping = NIOLockedValueBox(true)
        let seen = NIOLockedValueBox<Set<Int>>([])
        let expected = offline
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    while isSwapping.withLockedValue({ $0 }) {
                        let decision = try await scheduler.predict(PredictQuestion(tasks))
                        let version = try #require(decision.model?.version)
                        #expect(decision.answer == expected[version])
                        _ = seen.withLockedValue { $0.insert(version) }
                        try await Task.sleep(for: .milliseconds(1))
                    }
                }
            }
            group.addTask {
                defer { isSwapping.withLockedValue { $0 = false } }
                for place in 1...20 {
                    try models.promote(1 + place % 3)
                    let change = await scheduler.followRegistry()
                    #expect(change == "serves predictor \(1 + place % 3)")
                }
            }
            try await group.waitForAll()
        }
        #expect(seen.withLockedValue { $0 } == [1, 2, 3])
        #expect(scheduler.statistics.swaps == 21)
    }
}
