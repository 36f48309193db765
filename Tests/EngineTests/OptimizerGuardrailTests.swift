import Decisions
import Files
import NIOConcurrencyHelpers
import TestSupport
import Testing
import Workflows

@testable import Engine

@Test(.timeLimit(.minutes(30)), arguments: [0.0, 1])
func anOptimizerOnTrialThatFailsIsTakenAway(share: Double) async throws {
    try await TemporaryFolder.with { folder in
        let trial = try await PlanTrial(in: folder, share: share)
        let events = trial.scheduler.events()
        trial.rival.mood.withLockedValue { $0 = .notFinite }
        try await trial.askUntilItEnds()
        try await trial.expectEnded("error rate: ", events)
    }
}

@Test(.timeLimit(.minutes(30))) func anOptimizerOnTrialThatIsSlowIsTakenAway() async throws {
    try await TemporaryFolder.with { folder in
        // A quarter of the target is the guardrail; it answers in half of it, but too late for that.
        let trial = try await PlanTrial(in: folder, latencyMs: 16_000)
        let events = trial.scheduler.events()
        trial.rival.mood.withLockedValue { $0 = .slow(4500) }
        try await trial.askUntilItEnds()
        try await trial.expectEnded("latency: ", events)
    }
}

/// Beside a canary the champion proposes in the shadow, without a mark on how it answers.
@Test(.timeLimit(.minutes(30)), arguments: [0.0, 1])
func anOptimizerOnTrialWhosePlansAreLongerIsTakenAway(share: Double) async throws {
    try await TemporaryFolder.with { folder in
        let trial = try await PlanTrial(in: folder, share: share)
        let events = trial.scheduler.events()
        trial.rival.mood.withLockedValue { $0 = .longer }
        let before = trial.scheduler.optimizer.snapshot.condition
        while trial.figures.rollbacks == 0 {
            _ = try await trial.plan()
            try await Task.sleep(for: .milliseconds(2))
            // It takes that many plans to judge them; up to then the canary is asked.
            let figures = trial.figures
            if share == 1, figures.version != nil, figures.outcomes < 30 {
                #expect(trial.scheduler.optimizer.snapshot.condition == before)
            }
        }
        let why = "live accuracy: optimizer 2 plans longer than the champion by 1 of its makespan on "
        try await trial.expectEnded(why, events)
    }
}

/// A plan that overlaps itself is short, and of no use.
@Test(.timeLimit(.minutes(30))) func anOptimizerOnTrialWhosePlansCannotBeCarriedOutIsTakenAway() async throws {
    try await TemporaryFolder.with { folder in
        let trial = try await PlanTrial(in: folder)
        let events = trial.scheduler.events()
        trial.rival.mood.withLockedValue { $0 = .overlapping }
        for count in 1...3 {
            _ = try await trial.plan()
            try await trial.awaitFigures { $0.questions == count }
        }
        #expect(trial.figures.failures == 3 && trial.figures.outcomes == 0)
        try await trial.askUntilItEnds()
        let last = try trial.registry.aliasLog(of: trial.name).last
        #expect(last?.why.hasSuffix("optimizer 2 gave a plan that cannot be carried out") == true)
        try await trial.expectEnded("error rate: ", events)
    }
}

/// What takes one challenger away leaves the other on trial.
@Test(.timeLimit(.minutes(30))) func thePredictorOnTrialThatFailsLeavesTheOptimizerOnTrial() async throws {
    try await TemporaryFolder.with { folder in
        let trial = try await PlanTrial(in: folder)
        trial.predictor.set { $0.throwsErrors = true }
        let task = TaskSpec(process: "sort")
        while trial.scheduler.challenger.figures.rollbacks == 0 {
            _ = try await trial.scheduler.predictResources(task)
            try await Task.sleep(for: .milliseconds(2))
        }
        #expect(try trial.registry.aliases(of: CheckedName("predictor")) == ["champion": 1])
        #expect(try trial.registry.aliases(of: trial.name) == ["champion": 1, "challenger": 2])
        #expect(trial.figures.version?.version == 2 && trial.figures.rollbacks == 0 && trial.figures.questions == 0)
        let told = trial.scheduler.challengerFigures
        #expect(told.map { $0.alias.name.description } == ["predictor", "optimizer"])
        #expect(told.map(\.figures.rollbacks) == [1, 0] && told.map { $0.figures.version?.version } == [nil, 2])
    }
}

/// It may not act any more where its alias cannot be taken away.
@Test(.timeLimit(.minutes(30))) func anOptimizerOnTrialThatCannotBeTakenAwayDoesNotAct() async throws {
    try await TemporaryFolder.with { folder in
        let trial = try await PlanTrial(in: folder, share: 1)
        let events = trial.scheduler.events()
        let log = folder("models/optimizer/aliases.log")
        let lines = try readBytes(of: log)
        try remove(log)
        try makeFolder(log)
        trial.rival.mood.withLockedValue { $0 = .silent }
        for _ in 0..<30 { _ = try await trial.plan() }
        trial.rival.mood.withLockedValue { $0 = .sound }
        for _ in 0..<3 {
            let decision = try await trial.plan()
            #expect(decision.model?.version == 1 && decision.reason == nil)
        }
        await trial.scheduler.followRegistry()
        #expect(trial.figures.rollbacks == 0 && trial.figures.version?.version == 2)
        try remove(log)
        try writeAtomically(lines, to: log)
        trial.clock.withLockedValue { $0 += .seconds(2) }
        await trial.scheduler.followRegistry()
        try await trial.expectEnded("error rate: ", events)
    }
}
