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
