import Decisions
import Files
import ModelFixtures
import Models
import Registry
import Scheduling
import Simulation
import TestSupport
import Testing
import Workflows

@testable import Engine

private func plan(_ policy: String, foundBy: String, makespan: Double = 20) -> SchedulePlan {
    SchedulePlan(
        policy: policy, foundBy: foundBy,
        schedule: Schedule(tasks: [.init(id: "a", node: "n", start: 0, end: makespan)]),
        lowerBound: 10, decisionMs: 1, iterations: 1, alternatives: [])
}

@Test func aPlanThatMoreTimeWouldHaveMadeBetterIsNotKept() {
    let cache = PlanCache()
    func isKept(_ plan: SchedulePlan) -> Bool {
        let key = PlanCache.Key(question: plan.policy + plan.foundBy + "\(plan.schedule.makespan)")
        cache.insert(plan, for: key)
        return cache.plan(for: key) != nil
    }
    #expect(isKept(plan("heft", foundBy: "heft")))
    // A rule that did not end in time: first in, first out took its place.
    #expect(!isKept(plan("heft", foundBy: "fifo")))
    #expect(!isKept(plan("portfolio", foundBy: "heft")))
    #expect(isKept(plan("portfolio", foundBy: "heft", makespan: 10)))
    // On forecasts the plan is chosen by its mean over draws, which the bound says nothing of.
    var sampled = plan("portfolio", foundBy: "sampled", makespan: 10)
    sampled.execution = .init(rule: "kept", samples: 16, expectedMakespan: 11)
    #expect(!isKept(sampled))
    #expect(cache.counts == (hits: 2, misses: 3))
}

@Test func plansThatAreNotAskedForMakeRoom() {
    let cache = PlanCache(bytes: 4000)
    func key(_ number: Int) -> PlanCache.Key {
        .init(question: String(repeating: "x", count: 490) + "\(number % 10)\(number / 10)")
    }
    for number in 0..<40 {
        cache.insert(plan("heft", foundBy: "heft", makespan: Double(number)), for: key(number))
        // The first is asked for again and again, and stays.
        #expect(cache.plan(for: key(0))?.schedule.makespan == 0)
    }
    #expect((0..<40).count { cache.plan(for: key($0)) != nil } <= 9)
    #expect(cache.plan(for: key(39))?.schedule.makespan == 39)
    // The same letter in two forms of Unicode makes two questions.
    cache.insert(plan("heft", foundBy: "heft"), for: PlanCache.Key(question: "\u{e9}"))
    #expect(cache.plan(for: PlanCache.Key(question: "e\u{301}")) == nil)
    // One that is larger than half of it all is not kept.
    let large = PlanCache.Key(question: String(repeating: "x", count: 2001))
    cache.insert(plan("heft", foundBy: "heft"), for: large)
    #expect(cache.plan(for: large) == nil)
}

@Test(.timeLimit(.minutes(10))) func equalQuestionsArePlannedOnceUntilAForecastChanges() async throws {
    try await TemporaryFolder.with { folder in
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        let first = try await scheduler.schedule(diamond(), on: pair, policy: .heft)
        let again = try await scheduler.schedule(diamond(), on: pair, policy: .heft)
        #expect(scheduler.planCacheCounts == (hits: 1, misses: 1))
        #expect(first.answer.schedule == again.answer.schedule && first.id != again.id)
        let other = try await scheduler.schedule(
            diamond(["a1": 1, "a2": 1, "b1": 5, "end": 1]), on: pair, policy: .heft)
        #expect(other.answer.schedule.makespan == 6 && scheduler.planCacheCounts == (hits: 1, misses: 2))
        // The forecasts that a plan stands on are a part of the question.
        let predicted = try await scheduler.schedule(diamond(), on: pair, policy: .heft, predicts: true)
        let repeated = try await scheduler.schedule(diamond(), on: pair, policy: .heft, predicts: true)
        #expect(predicted.answer.schedule == repeated.answer.schedule)
        let hits = scheduler.planCacheCounts.hits
        let outcomes = (0..<10).map { place in
            ReportedExecution(
                TaskExecution(
                    task: TaskSpec(workflow: "diamond", process: "a2"), taskID: "\(place)", completedAt: Double(place),
                    duration: 5000))
        }
        _ = try await scheduler.record(outcomes)
        let later = try await scheduler.schedule(diamond(), on: pair, policy: .heft, predicts: true)
        #expect(later.answer.schedule.makespan > 4000 && scheduler.planCacheCounts.hits == hits)
    }
}

/// An optimizer is swapped like any model, and proposes plans to the portfolio.
@Test(.timeLimit(.minutes(10))) func theChampionOfOptimizersIsAMemberOfThePortfolio() async throws {
    try await TemporaryFolder.with { folder in
        let name = try CheckedName("optimizer")
        let registry = ModelRegistry(path: folder("models"))
        var trainer = PriorityTrainer.Settings()
        (trainer.sizes, trainer.lists, trainer.samples, trainer.steps, trainer.judged) = ([2], 1, 2, 1, 1)
        let jobs = try (0..<3).map { try diamond(["a1": Double($0 + 1), "a2": 2, "b1": 3, "end": 4]).workflow }
        let lists = JobLists(of: jobs, on: Cluster(nodes: [.init(name: "n", cores: 2)]))
        let optimizer = try await PriorityTrainer(lists, settings: trainer).train(seed: 1)
        let manifest = ModelManifest(
            name: name, kind: GCNOptimizer.kind, architecture: optimizer.architecture.fields, hyperparameters: [:],
            seed: 1, features: optimizer.features, inputs: GCNOptimizer.inputs, outputs: GCNOptimizer.outputs,
            dataset: .init(rows: 1, firstAt: nil, lastAt: nil, sha256: "0"), metrics: [], parentVersion: nil,
            commit: nil,
            created: 1)
        let version = try registry.publish(
            manifest, weights: optimizer.archive(),
            golden: GoldenPriorities.archive(of: optimizer, questions: GoldenPriorities.questions(of: lists)),
            metrics: "{}",
            card: "# card")
        var stated = settings(in: folder)
        stated.targetLatencyMs = 500
        let scheduler = try await IntelligentScheduler(settings: stated)
        #expect(scheduler.servedOptimizer == nil)
        func members() async throws -> [String] {
            try await scheduler.schedule(randomWorkflow(30, seed: 1), on: cluster(3)).answer.alternatives.map(\.policy)
        }
        #expect(try await !members().contains("gcn"))
        _ = try await scheduler.promote(name, to: version, alias: CheckedName("champion"), force: "a test", who: "test")
        #expect(scheduler.servedOptimizer?.version == version)
        #expect(try await members().contains("gcn"))
        _ = try await scheduler.rollback(name, who: "test")
        #expect(scheduler.servedOptimizer == nil)
        #expect(try await !members().contains("gcn"))
    }
}
