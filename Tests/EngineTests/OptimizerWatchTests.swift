import Decisions
import Files
import ModelFixtures
import Models
import NIOConcurrencyHelpers
import Registry
import Scheduling
import Simulation
import TestSupport
import Testing
import WorkflowOptimization
import Workflows

@testable import Engine

/// A plan that the optimizer found on forecasts stands on two versions, and its record has the digests of both.
@Test(.timeLimit(.minutes(10))) func aPlanOnForecastsThatTheOptimizerFoundNamesBothVersions() async throws {
    try await TemporaryFolder.with { folder in
        let moody = MoodyNetworks()
        let scheduler = try await optimizing(moody, latencyMs: 20_000, in: folder)
        let registry = ModelRegistry(path: folder("models"))
        let outcomes = (0..<80).map { place in
            let (kind, seconds, moment) = (place < 40 ? "l" : "s", place < 40 ? 3.0 : 2, Double(place) * 1000)
            return TaskExecution(
                task: TaskSpec(workflow: "uneven", process: kind, run: "r\(place)", submittedAt: moment),
                taskID: "\(place)", startedAt: moment, completedAt: moment + seconds, duration: seconds)
        }
        _ = try await scheduler.record(outcomes.map { ReportedExecution($0, decisionID: nil) })
        for (predicts, names) in [(false, ["optimizer"]), (true, ["optimizer", "predictor"])] {
            let plan = try await scheduler.schedule(uneven(), on: pair, predicts: predicts)
            #expect(plan.answer.foundBy == "gcn" && plan.source == .ensemble && plan.reason == nil)
            #expect(plan.model?.name == "optimizer")
            let answer = try await scheduler.decision(plan.id).answer()
            let models = try answer["models"].ifPresent { try $0.elements() } ?? [answer["model"]]
            #expect(try models.map { try $0["name"].string() } == names)
            for (model, name) in zip(models, names) {
                #expect(
                    try model["digest"].string() == registry.manifest(of: CheckedName(name), 1).digest)
            }
        }
    }
}

/// Whoever asks is answered by rules in time where the networks hang, and after some questions they are left out.
@Test(.timeLimit(.minutes(30))) func networksThatHangAreAnsweredForAndLeftOut() async throws {
    try await TemporaryFolder.with { folder in
        let moody = MoodyNetworks()
        let scheduler = try await optimizing(moody, latencyMs: 16_000, in: folder)
        moody.mood.withLockedValue { $0 = .stalled }
        defer { moody.mood.withLockedValue { $0 = .sound } }
        for round in 0..<5 {
            let reason: String?
            if round.isMultiple(of: 2) {
                // Never the same, which would not be planned again.
                let plan = try await scheduler.schedule(uneven(round), on: pair)
                reason = plan.reason
                #expect(plan.answer.foundBy != "gcn" && plan.source == .heuristic && plan.model == nil)
            } else {
                // Time enough to ask on a busy machine.
                let question = OptimizationQuestion(
                    try uneven(), on: pair, budget: .seconds(16), bottleneckThreshold: 0.1)
                let text = try await scheduler.answer(question, round == 1 ? .optimize : .bottlenecks)
                let answer = JSONField(try JSONValue(parsing: Array(text.utf8)))
                reason = try answer["reason"].ifPresent { try $0.string() }
                #expect(try answer["source"].string() == "heuristic" && !answer["model"].isPresent)
                #expect(!answer["analysis"]["evidence"]["model"].isPresent)
            }
            #expect(reason?.hasPrefix("optimizer 1 did not answer within ") == true, "\(reason ?? "")")
        }
        var condition = try #require(scheduler.modelConditions.last)
        #expect(condition.model.name == "optimizer" && condition.condition.circuit == "open")
        #expect(condition.condition.late == 5 && condition.condition.abandoned == 4)
        // Nothing waits for it now, and nothing more hangs.
        let calls = moody.calls.withLockedValue { $0 }
        let left = try await scheduler.schedule(uneven(5), on: pair)
        #expect(left.reason?.hasPrefix("optimizer 1 is left out: ") == true && left.source == .heuristic)
        #expect(moody.calls.withLockedValue { $0 } == calls)
        condition = try #require(scheduler.modelConditions.last)
        #expect(condition.condition.leftOut == 1 && scheduler.statistics.fallbacks == 6)
    }
}

/// The same for networks whose answers are no numbers; a version that has recovered is asked again.
@Test(.timeLimit(.minutes(30))) func networksThatFailAreLeftOutForAWhile() throws {
    let (moody, clock) = (MoodyNetworks(), NIOLockedValueBox(0.0))
    let watch = OptimizerWatch("optimizer 7", clock: { clock.withLockedValue { $0 } })
    let instance = try SchedulingInstance(uneven().workflow, on: pair)
    func ask() throws -> (plan: Timetable?, problem: String?) {
        let networks = try asked(moody, watch)
        return (networks.propose(instance) { false }, networks.problem)
    }
    #expect(try ask().plan?.makespan == 6)
    for (mood, problem) in [(MoodyNetworks.Mood.notFinite, "gave numbers that are no plan"), (.silent, "gave no plan")]
    {
        moody.mood.withLockedValue { $0 = mood }
        let (plan, found) = try ask()
        #expect(plan == nil && found == "optimizer 7 \(problem)")
    }
    moody.mood.withLockedValue { $0 = .notFinite }
    let networks = try asked(moody, watch)
    let timetable = try #require(MoodyNetworks().propose(instance) { false })
    #expect(
        networks.bottlenecks(
            after: timetable, of: instance, spreads: [Double](repeating: 0.1, count: 5), policy: .fifo) == nil)
    #expect(networks.problem == "optimizer 7 gave numbers that are no estimate")
    // Once one has failed none is asked again for the same question.
    let calls = moody.calls.withLockedValue { $0 }
    let change = ProposedChange(type: "split", rank: 0, edits: [])
    #expect(networks.gains(of: [change], after: timetable, of: instance, policy: .fifo) == nil)
    #expect(moody.calls.withLockedValue { $0 } == calls)
    let other = try asked(moody, watch)
    #expect(other.gains(of: [change], after: timetable, of: instance, policy: .fifo) == nil)
    #expect(other.problem == "optimizer 7 gave numbers that are no gains")
    #expect(try ask().problem == "optimizer 7 gave numbers that are no plan")
    #expect(watch.condition.circuit == "open" && watch.condition.failures == 5)
    moody.mood.withLockedValue { $0 = .sound }
    #expect(try ask().problem?.hasPrefix("optimizer 7 is left out: it is tried again in 5 s; ") == true)
    clock.withLockedValue { $0 = 5 }
    #expect(try ask().plan?.makespan == 6 && watch.condition.circuit == "closed")
    #expect(other.gains(of: [change], after: timetable, of: instance, policy: .fifo) == nil)
    #expect(try asked(moody, watch).gains(of: [change], after: timetable, of: instance, policy: .fifo) == [0.1])
}

/// One that gives up as its time is over is late, though it has ended before anybody gave it up.
@Test(.timeLimit(.minutes(30))) func whatEndsAsItsTimeIsOverIsLate() throws {
    let watch = OptimizerWatch("optimizer 7")
    for count in 1...5 {
        guard case .failed(let why) = watch.ask(within: .seconds(3000), isJudged: true, { .late }) else {
            Issue.record("it answered")
            return
        }
        #expect(why == "optimizer 7 did not answer within 3000000 ms" && watch.condition.late == count)
    }
    #expect(watch.condition.circuit == "open" && watch.condition.failures == 5)
    let unjudged = OptimizerWatch("optimizer 7")
    for _ in 0..<8 { _ = unjudged.ask(within: .seconds(3000), isJudged: false) { .late } }
    #expect(unjudged.condition.circuit == "closed" && unjudged.condition.late == 0)
}

/// That a network is late says nothing of it where there was hardly any time.
@Test(.timeLimit(.minutes(30))) func hardlyAnyTimeSaysNothingOfANetwork() throws {
    let moody = MoodyNetworks()
    defer { moody.mood.withLockedValue { $0 = .sound } }
    let watch = OptimizerWatch("optimizer 7")
    let instance = try SchedulingInstance(uneven().workflow, on: pair)
    moody.mood.withLockedValue { $0 = .stalled }
    for _ in 0..<8 {
        let networks = try asked(moody, watch, half: .milliseconds(1), judgedFrom: .milliseconds(25))
        #expect(networks.propose(instance) { false } == nil)
        #expect(networks.problem == "optimizer 7 did not answer within 1 ms")
        // Nor of a version on trial, whose part another takes all the same.
        #expect(networks.attempt == nil && networks.hasGivenWay)
    }
    #expect(watch.condition.circuit == "closed" && watch.condition.failures == 0 && watch.condition.leftOut == 8)
    // Where the time of the question is over, nothing is asked, and that is said.
    let over = try asked(moody, watch, end: .now - .seconds(1))
    #expect(over.problem == "optimizer 7 was not asked: no time was left")
    #expect(over.propose(instance) { false } == nil && watch.condition.leftOut == 8)
    #expect(over.problem == "optimizer 7 was not asked: no time was left")
    // That nobody asks while there is time is no problem.
    #expect(try asked(moody, watch).problem == nil)
}
