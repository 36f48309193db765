import Decisions
import Files
import ModelFixtures
import NIOConcurrencyHelpers
import Registry
import Scheduling
import Simulation
import TestSupport
import Testing
import WorkflowOptimization
import Workflows

@testable import Engine

/// A run is known by the name of its workflow; what has none is the champion's.
@Test func theNameOfAWorkflowSaysWhetherACanaryPlansIt() throws {
    let (canary, champion) = (try PlanTrial.numbers(ofCanary: true), try PlanTrial.numbers(ofCanary: false))
    #expect(canary.count > 4 && champion.count > 4)
    for number in canary { #expect(Canary.place(of: "uneven-\(number)") < 0.5) }
    let nameless = try Workflow(name: "", tasks: [Workflow.Task(id: "a", runtimeSeconds: 1)], edges: [], fileBytes: [:])
    #expect(Canary.place(of: "") < 1 && !Canary.takes(nameless, share: 1))
    #expect(try !Canary.takes(uneven().workflow, share: 0) && Canary.takes(uneven().workflow, share: 1))
}

@Test(.timeLimit(.minutes(30))) func inTheShadowAnOptimizerProposesAndDoesNotAct() async throws {
    try await TemporaryFolder.with { folder in
        let trial = try await PlanTrial(in: folder)
        let scheduler = trial.scheduler
        trial.rival.mood.withLockedValue { $0 = .longer }
        for count in 1...6 {
            let decision = try await trial.plan(count)
            #expect(decision.model?.version == 1 && decision.reason == nil && decision.answer.foundBy == "gcn")
            #expect(
                decision.answer.schedule.makespan == 6 && decision.answer.alternatives.count { $0.policy == "gcn" } == 1
            )
            try await trial.awaitFigures { $0.outcomes == count }
        }
        var figures = trial.figures
        #expect(figures.version?.version == 2 && figures.questions == 6 && figures.failures == 0)
        // 12 s in place of 6.
        #expect(figures.acted == 0 && figures.meanGain == -1 && figures.slowSeconds > 0)
        #expect(scheduler.planCacheCounts == (hits: 0, misses: 6))
        let champion = try #require(scheduler.optimizer.snapshot.condition)
        #expect(champion.asked == 6 && champion.cacheMisses == 6 && champion.cacheHits == 0)
        // What it proposed before tells nothing new of it, whether the plan is known or made again.
        _ = try await trial.plan(1)
        #expect(scheduler.planCacheCounts == (hits: 1, misses: 6))
        let again = ScheduleQuestion(.workflow(try uneven(1), pair, predicts: false), budgetMs: 2_000_000)
        _ = try await scheduler.schedule(again)
        #expect(scheduler.planCacheCounts == (hits: 1, misses: 7))
        // Only where plans are proposed is it asked.
        _ = try await scheduler.schedule(uneven(7), on: pair, policy: .heft)
        let evidence = try await trial.answer(.bottlenecks, 8)["analysis"]["evidence"]
        #expect(try evidence["model"].string() == "optimizer@1")
        // Nobody waits for one that stalls.
        trial.rival.mood.withLockedValue { $0 = .stalled }
        let calls = trial.rival.calls.withLockedValue { $0 }
        let unawaited = try await trial.plan(9)
        #expect(unawaited.model?.version == 1 && unawaited.reason == nil && unawaited.answer.schedule.makespan == 6)
        while trial.rival.calls.withLockedValue({ $0 }) == calls { try await Task.sleep(for: .milliseconds(2)) }
        #expect(trial.rival.calls.withLockedValue { $0 } == calls + 1)
        trial.rival.mood.withLockedValue { $0 = .sound }
        try await trial.awaitFigures { $0.outcomes == 7 }
        figures = trial.figures
        #expect(figures.questions == 7 && figures.acted == 0 && abs(figures.meanGain + 6.0 / 7) < 1e-12)
        #expect(scheduler.statistics.fallbacks == 0)
    }
}

/// Where there is no champion, nothing says what a plan is worth; failures and seconds count all the same.
@Test(.timeLimit(.minutes(30))) func withoutAChampionAnOptimizerOnTrialIsNotScored() async throws {
    try await TemporaryFolder.with { folder in
        let trial = try await PlanTrial(in: folder, hasChampion: false)
        for count in 1...3 {
            let decision = try await trial.plan(count)
            #expect(decision.model == nil && decision.reason == "optimizer has no champion")
            #expect(decision.answer.foundBy != "gcn")
            try await trial.awaitFigures { $0.questions == count }
        }
        #expect(trial.figures.failures == 0 && trial.figures.outcomes == 0)
        #expect(trial.scheduler.statistics.fallbacks == 3)
    }
}

@Test(.timeLimit(.minutes(30))) func aCanaryPlansForItsRunsAndNamesItsVersion() async throws {
    try await TemporaryFolder.with { folder in
        let trial = try await PlanTrial(in: folder, share: 0.5)
        let (canary, champion) = (try PlanTrial.numbers(ofCanary: true), try PlanTrial.numbers(ofCanary: false))
        for (version, numbers) in [(2, canary.prefix(3)), (1, champion.prefix(3))] {
            for number in numbers {
                // The second time the plan is known, and is still that version's.
                for _ in 1...2 {
                    let decision = try await trial.plan(number)
                    #expect(decision.model?.version == version && decision.reason == nil, "\(number)")
                    #expect(decision.source == .ensemble && decision.answer.foundBy == "gcn")
                    let record = try await trial.scheduler.decision(decision.id).answer()
                    #expect(try record["model"]["version"].int() == version)
                }
                for request in [IntelligentScheduler.OptimizationRequest.bottlenecks, .optimize] {
                    let answer = try await trial.answer(request, number)
                    #expect(try answer["analysis"]["evidence"]["model"].string() == "optimizer@\(version)")
                    #expect(try answer["model"]["version"].int() == version && !answer["reason"].isPresent)
                }
            }
        }
        #expect(trial.scheduler.planCacheCounts == (hits: 6, misses: 6))
        // A plan, bottlenecks and changes of three workflows each.
        #expect(trial.figures.acted == 9)
        // Both sides have been scored: plans of the champion's in the shadow, and those of the canary beside the champion.
        try await trial.awaitFigures { $0.outcomes == 6 }
        #expect(trial.figures.meanGain == 0 && trial.figures.questions == 12)
        // Once it is on trial no longer, its plans are nobody's.
        _ = try trial.registry.withdraw(trial.alias, of: trial.name, from: 2, at: 2, who: "test", why: "over")
        while trial.figures.version != nil { await trial.scheduler.followRegistry() }
        let decision = try await trial.plan(canary[0])
        #expect(decision.model?.version == 1 && decision.reason == nil)
        #expect(trial.scheduler.planCacheCounts == (hits: 6, misses: 7))
    }
}

@Test(.timeLimit(.minutes(30))) func whereACanaryFailsTheChampionProposes() async throws {
    try await TemporaryFolder.with { folder in
        let trial = try await PlanTrial(in: folder, share: 1)
        var number = 0
        for (mood, problem) in [
            (MoodyNetworks.Mood.notFinite, "gave numbers that are no plan"),
            (.overlapping, "gave a plan that cannot be carried out"),
        ] {
            number += 1
            trial.rival.mood.withLockedValue { $0 = mood }
            let decision = try await trial.plan(number)
            #expect(decision.model?.version == 1 && decision.answer.foundBy == "gcn" && decision.source == .ensemble)
            #expect(decision.reason == "the challenger: optimizer 2 \(problem)")
        }
        trial.rival.mood.withLockedValue { $0 = .notFinite }
        for request in [IntelligentScheduler.OptimizationRequest.bottlenecks, .optimize] {
            let answer = try await trial.answer(request, 3)
            #expect(try answer["reason"].string() == "the challenger: optimizer 2 gave numbers that are no estimate")
            #expect(try answer["analysis"]["evidence"]["model"].string() == "optimizer@1")
            #expect(try answer["model"]["version"].int() == 1)
        }
        // A version answered each time.
        #expect(trial.scheduler.statistics.fallbacks == 0 && trial.figures.acted == 0 && trial.figures.failures == 4)
        // The plan is kept as the champion's.
        _ = try trial.registry.withdraw(trial.alias, of: trial.name, from: 2, at: 2, who: "test", why: "over")
        while trial.figures.version != nil { await trial.scheduler.followRegistry() }
        let hits = trial.scheduler.planCacheCounts.hits
        #expect(try await trial.plan(1).model?.version == 1 && trial.scheduler.planCacheCounts.hits == hits + 1)
    }
}

@Test(.timeLimit(.minutes(30))) func whereBothOptimizersFailRulesAnswer() async throws {
    try await TemporaryFolder.with { folder in
        let trial = try await PlanTrial(in: folder, share: 1)
        for moody in [trial.champion, trial.rival] { moody.mood.withLockedValue { $0 = .silent } }
        let decision = try await trial.plan(1)
        #expect(decision.model == nil && decision.source == .heuristic && trial.scheduler.statistics.fallbacks == 1)
        #expect(decision.reason == "the challenger: optimizer 2 gave no plan; optimizer 1 gave no plan")
        #expect(trial.figures.acted == 0 && trial.figures.failures == 1)
    }
}

/// What is late has used half of the time for networks, and the champion proposes in what is left.
@Test(.timeLimit(.minutes(30))) func aCanaryThatStallsLeavesTimeForTheChampionToPropose() async throws {
    try await TemporaryFolder.with { folder in
        let trial = try await PlanTrial(in: folder, share: 1, latencyMs: 32_000)
        trial.rival.mood.withLockedValue { $0 = .stalled }
        defer { trial.rival.mood.withLockedValue { $0 = .sound } }
        let decision = try await trial.plan(1)
        #expect(decision.reason == "the challenger: optimizer 2 did not answer within 8000 ms")
        #expect(decision.model?.version == 1 && decision.answer.foundBy == "gcn" && decision.latencyMs < 32_000)
        let answer = try await trial.answer(.bottlenecks, 2)
        #expect(try answer["reason"].string().hasPrefix("the challenger: optimizer 2 did not answer within "))
        #expect(try answer["latencyMs"].double() < 32_000)
        // Where the champion stalls too, rules answer in time.
        trial.champion.mood.withLockedValue { $0 = .stalled }
        defer { trial.champion.mood.withLockedValue { $0 = .sound } }
        let left = try await trial.plan(3)
        #expect(left.source == .heuristic && left.model == nil && left.latencyMs < 32_000)
        #expect(left.reason?.hasPrefix("the challenger: optimizer 2 did not answer within ") == true)
        #expect(left.reason?.contains("; optimizer 1 did not answer within ") == true)
    }
}

/// No answer stands on the networks of two versions: what has said something is not stood in for.
@Test(.timeLimit(.minutes(30))) func anAnswerThatACanaryBeganIsNotEndedByTheChampion() throws {
    let (champion, rival) = (MoodyNetworks(), MoodyNetworks())
    let instance = try SchedulingInstance(uneven().workflow, on: pair)
    let plan = try #require(champion.propose(instance) { false })
    let calls = champion.calls.withLockedValue { $0 }
    let networks = AskedNetworks(
        champion: try asked(champion, OptimizerWatch("optimizer 7")),
        canary: try asked(rival, OptimizerWatch("optimizer 8")), whyNoChampion: nil)
    let spreads = [Double](repeating: 0.1, count: 5)
    #expect(networks.bottlenecks(after: plan, of: instance, spreads: spreads, policy: .fifo) != nil)
    rival.mood.withLockedValue { $0 = .notFinite }
    let change = ProposedChange(type: "split", rank: 0, edits: [])
    #expect(networks.gains(of: [change], after: plan, of: instance, policy: .fifo) == nil)
    #expect(champion.calls.withLockedValue { $0 } == calls)
    #expect(networks.outcome.reason == "the challenger: optimizer 8 gave numbers that are no gains")
    #expect(networks.outcome.isFallback)
}

/// The alias of a challenger is followed as that of a champion: in steps, with events and figures of its own.
@Test(.timeLimit(.minutes(30))) func theOptimizerOnTrialIsFollowedLive() async throws {
    try await TemporaryFolder.with { folder in
        let trial = try await PlanTrial(in: folder)
        let (scheduler, stated) = (trial.scheduler, ServedAlias(name: trial.name, alias: trial.alias))
        func swaps() -> SwapFigures? { scheduler.swapFigures.first { $0.alias == stated }?.figures }
        #expect(swaps()?.swaps == 1 && swaps()?.steps[.selfTest]?.count == 1)
        #expect(
            scheduler.modelConditions.map { "\($0.model.name) \($0.model.version)" } == [
                "predictor 1", "optimizer 1", "predictor 2", "optimizer 2",
            ])
        _ = try await trial.plan()
        try await trial.awaitFigures { $0.questions == 1 }
        let events = scheduler.events()
        let next = try await TestOptimizers.publish(in: trial.registry)
        _ = try await scheduler.promote(trial.name, to: next, alias: trial.alias, force: "a test", who: "test")
        #expect(trial.figures.version?.version == 3 && trial.figures.questions == 0 && swaps()?.swaps == 2)
        for await event in events {
            guard case .swapped(let swap) = event.kind else { continue }
            #expect(swap.alias == stated && swap.from?.version == 2 && swap.to.version == 3)
            break
        }
        // One that cannot be loaded leaves the one on trial there, and says so.
        let broken = try await TestOptimizers.publish(in: trial.registry)
        _ = try trial.registry.promote(
            trial.name, to: broken, alias: trial.alias, at: 2, who: "test", why: "a test")
        let weights = folder("models/optimizer/\(broken)/weights.safetensors")
        try writeAtomically(readBytes(of: weights).dropLast(), to: weights)
        await scheduler.followRegistry(retries: true)
        let problem = try #require(scheduler.problems.first)
        #expect(problem.alias == stated && problem.reason.hasPrefix("optimizer 4 cannot be loaded (verify): "))
        #expect(trial.figures.version?.version == 3 && swaps()?.failures[.verify] == 1)
        // The trial ends where the alias goes.
        _ = try trial.registry.withdraw(trial.alias, of: trial.name, from: broken, at: 3, who: "test", why: "over")
        await scheduler.followRegistry(retries: true)
        #expect(trial.figures.version == nil && swaps() == nil && scheduler.problems.isEmpty)
        #expect(scheduler.modelConditions.count == 3 && trial.figures.rollbacks == 0)
    }
}
