import Foundation
import Scheduling
import Simulation
import Synchronization
import Testing
import Workflows

@testable import WorkflowOptimization

/// Says the same of every task after a while, of first in, first out alone, and that the spreads of durations are the delays.
private struct FixedScorer: BottleneckScorer {
    var probability: Double
    var seconds = 0.0

    func bottlenecks(
        after timetable: Timetable, of instance: SchedulingInstance, spreads: [Double], policy: SchedulingPolicy
    ) -> BottleneckEstimate? {
        guard policy == .fifo, timetable.starts.count == instance.taskCount else { return nil }
        Thread.sleep(forTimeInterval: seconds)
        return BottleneckEstimate(
            probabilities: [Double](repeating: probability, count: spreads.count), delays: spreads)
    }
}

private func optimizer(_ scorer: FixedScorer) -> SimulatingOptimizer {
    SimulatingOptimizer(asking: LearnedScorer(scorer, named: "optimizer@7"))
}

/// One task behind the other: each is on the chain of every run.
private let chain = [Step(id: "a", seconds: 10), Step(id: "b", seconds: 30, parents: ["a"])]

@Test func whatALearnedScorerSaysCountsForSomeRuns() throws {
    let question = try question(chain, on: cluster(cores: 2), threshold: 0)
    let alone = try SimulatingOptimizer().analyzeBottlenecks(question)
    #expect(alone.evidence == BottleneckEvidence(runs: 17) && alone.bottlenecks.map(\.probability) == [1, 1])
    #expect(abs(alone.bottlenecks.reduce(0) { $0 + $1.expectedDelaySeconds } - 40) < 1e-9)
    let both = try optimizer(FixedScorer(probability: 0.5)).analyzeBottlenecks(question)
    let weight = LearnedScorer.runs
    #expect(both.evidence == BottleneckEvidence(runs: 17, model: "optimizer@7", modelRuns: weight))
    for (own, other) in zip(both.bottlenecks, alone.bottlenecks) {
        #expect(abs(own.probability - (17 + weight * 0.5) / (17 + weight)) < 1e-12)
        let spread = SimulatedRuns.spreadWithoutForecast
        let expected = (17 * other.expectedDelaySeconds + weight * spread * 40) / (17 + weight)
        #expect(own.task == other.task && abs(own.expectedDelaySeconds - expected) < 1e-9)
    }
    // The plan says the same, and the threshold holds for what both say together.
    let plan = try optimizer(FixedScorer(probability: 0.5)).suggestOptimizations(question)
    #expect(plan.analysis.evidence == both.evidence)
    var strict = question
    strict.bottleneckThreshold = 0.95
    #expect(try optimizer(FixedScorer(probability: 0.5)).analyzeBottlenecks(strict).bottlenecks.isEmpty)
    #expect(try optimizer(FixedScorer(probability: 1)).analyzeBottlenecks(strict).bottlenecks.count == 2)
}

/// Where there is time for one run alone, it counts for most of what is said.
@Test func withoutTimeForRunsALearnedScorerCountsForMost() throws {
    var question = try question(chain, on: cluster(cores: 2), threshold: 0)
    question.budget = .seconds(2)
    let found = try optimizer(FixedScorer(probability: 0.25, seconds: 1.4)).analyzeBottlenecks(question)
    let weight = LearnedScorer.runs
    #expect(found.evidence == BottleneckEvidence(runs: 1, model: "optimizer@7", modelRuns: weight))
    #expect(found.bottlenecks.count == 2)
    #expect(found.bottlenecks.allSatisfy { abs($0.probability - (1 + weight * 0.25) / (1 + weight)) < 1e-12 })
}

@Test func aLearnedScorerIsNotAskedWithoutTimeOrOfWhatItDoesNotKnow() throws {
    let scorer = LearnedScorer(FixedScorer(probability: 0), named: "optimizer@7")
    let question = try question(chain, on: cluster(cores: 2), threshold: 0)
    var runs = try SimulatedRuns(question)
    let finder = try BottleneckFinder(&runs)
    runs.share = 0
    #expect(try finder.analysis(&runs, asking: scorer).evidence == BottleneckEvidence(runs: 1))
    runs.share = 1
    #expect(try finder.analysis(&runs, asking: scorer).evidence.model == "optimizer@7")
    var other = question
    other.policy = "heft"
    let found = try SimulatingOptimizer(asking: scorer).analyzeBottlenecks(other)
    #expect(found.evidence == BottleneckEvidence(runs: 17) && found.bottlenecks.map(\.probability) == [1, 1])
}

/// Expects of each change what is said of its type, of its rank less, if it is asked of first in, first out.
private struct FixedChanges: ChangeScorer {
    var gains: [String: Double]
    var perRank = -1e-3
    /// Told each time that it is asked.
    var asked: @Sendable () -> Void = {}

    func gains(
        of changes: [ProposedChange], after timetable: Timetable, of instance: SchedulingInstance,
        policy: SchedulingPolicy
    ) -> [Double]? {
        asked()
        return policy == .fifo ? changes.map { (gains[$0.type] ?? 0) + perRank * Double($0.rank) } : nil
    }
}

/// A task that holds more cores than it uses, beside one that could be divided.
private let improvable = [
    Step(id: "a", seconds: 10, cores: 1, used: 0.9, requestCores: 2, program: "p"),
    Step(id: "b", seconds: 10, cores: 1, used: 0.9, requestCores: 2, program: "p"),
    Step(id: "c", seconds: 40, parents: ["a", "b"], divisible: 1...4),
]

@Test func changesOfWhichMuchIsExpectedAreSimulatedFirst() throws {
    let question = try question(improvable, on: cluster(cores: 2), objectives: [.makespan])
    func types(_ gains: [String: Double]?, _ trials: Int?, policy: String = "fifo", weights: [String: Double] = [:])
        throws -> Set<String>
    {
        var question = question
        (question.policy, question.weights) = (policy, weights)
        let scorer = gains.map { LearnedScorer(nil, changes: FixedChanges(gains: $0), named: "optimizer@7") }
        let plan = try SimulatingOptimizer(asking: scorer, trials: trials).suggestOptimizations(question)
        #expect(plan.analysis.evidence.model == nil)
        #expect(plan.orderedBy == (gains == nil || policy != "fifo" ? nil : "optimizer@7"))
        return Set(plan.suggestions.map(\.type))
    }
    let all = try types(nil, nil)
    #expect(all.isSuperset(of: ["right-size", "split"]))
    #expect(try types(["split": 1], nil) == all)
    #expect(try types(nil, 1) == ["right-size"])
    #expect(try types(["split": 0.5, "right-size": 0.3], 1) == ["split"])
    #expect(try types(["split": 0.3, "right-size": 0.5], 1) == ["right-size"])
    // Of what is expected only so much counts as came true, and nothing is known of other policies.
    #expect(try types(["split": 0.5, "right-size": 0.4], 1, weights: ["split": 0.7]) == ["right-size"])
    #expect(try types(["split": 0.5], 1, policy: "heft") == ["right-size"])
}

@Test func changesAreSimulatedToLearnFromThem() throws {
    let question = try question(improvable, on: cluster(cores: 2), objectives: [.makespan])
    let simulated = try SimulatedChanges(question)
    let splits = zip(simulated.changes, simulated.gains).filter { $0.0.type == "split" }
    // 10 s behind 10 s, then 40 s: two parts beside each other save 20 s, four as many.
    #expect(splits.map(\.0.rank) == Array(splits.indices))
    #expect(splits.map(\.0.edits) == [[.split(task: "c", chunks: 2)], [.split(task: "c", chunks: 4)]])
    #expect(splits.allSatisfy { abs($0.1 - 20.0 / 60) < 1e-12 })
    let place = try #require(simulated.changes.firstIndex { $0.type == "right-size" })
    #expect(abs(simulated.gains[place] - 10.0 / 60) < 1e-12)
    // Of two ways to divide one task the better comes first, the other last.
    let expected = simulated.changes.map { $0.type == "split" ? 0.5 : $0.type == "right-size" ? 0.4 : 0 }
    #expect(simulated.bestGain(ofFirst: 1, byExpected: expected) == splits[0].1)
    #expect(simulated.bestGain(ofFirst: 1, byExpected: expected.map { -$0 }) < 10.0 / 60)
    #expect(simulated.bestGain(ofFirst: 0) == 0)
    #expect(simulated.bestGain(ofFirst: .max) == simulated.gains.max())
}

/// What went by since a question arrived, such as reading it, is taken from its budget.
@Test func theBudgetCountsFromWhenAQuestionArrived() throws {
    var question = try question(improvable, on: cluster(cores: 2), objectives: [.makespan])
    question.askedAt = .now - .seconds(1)
    let whole = try SimulatingOptimizer().suggestOptimizations(question)
    #expect(!whole.suggestions.isEmpty)
    question.askedAt = .now - question.budget
    let late = try SimulatingOptimizer().suggestOptimizations(question)
    #expect(late.suggestions.isEmpty && late.iterations == 1 && late.recommended.isEmpty)
    #expect(late.analysis.before.makespan == 60)
}

/// A rule that plans ends early enough for the one that answers in its place where it does not.
@Test func theFirstRunLeavesTimeForAnotherRule() throws {
    var question = try question(improvable, on: cluster(cores: 2), objectives: [.makespan])
    question.policy = "heft"
    let count = question.document.workflow.tasks.count
    for (left, policy) in [(count - 1, SchedulingPolicy.fifo), (count + 1, .heft)] {
        let began = ContinuousClock.now
        question.askedAt = began
        let now = began + question.budget - .microseconds(left)
        var runs = try SimulatedRuns(question) { now }
        _ = try runs.run(question.document.workflow)
        #expect(runs.policy == policy)
    }
}

/// Where another objective counts most, changes are simulated as they are proposed; where several count, in turn.
@Test func onlyTheMakespanIsOrderedBy() throws {
    var question = try question(improvable, on: cluster(cores: 2, price: 1), objectives: [.makespan])
    let scorer = LearnedScorer(nil, changes: FixedChanges(gains: ["split": 1]), named: "optimizer@7")
    func simulated(_ objectives: [OptimizationQuestion.Objective], _ trials: Int, _ learned: LearnedScorer?) throws
        -> Set<String>
    {
        question.objectives = objectives
        let plan = try SimulatingOptimizer(asking: learned, trials: trials).suggestOptimizations(question)
        return Set(plan.suggestions.map(\.type))
    }
    #expect(try simulated([.makespan], 1, scorer) == ["split"])
    for objectives in [[.cost, .makespan], [.resources]] as [[OptimizationQuestion.Objective]] {
        #expect(try simulated(objectives, 1, scorer) == simulated(objectives, 1, nil))
    }
    #expect(try simulated([.makespan, .cost], 1, scorer) == ["split"])
    #expect(try simulated([.makespan, .cost], 2, scorer) == ["split", "right-size"])
}

/// Where there is time for all changes, their order changes nothing of the answer.
@Test func whatIsExpectedChangesNothingWhereAllIsSimulated() throws {
    let steps = [improvable, randomSteps(30, seed: 4), randomSteps(40, seed: 9)]
    for steps in steps {
        let question = try question(steps, on: cluster(cores: steps.count < 5 ? 2 : 4), objectives: [.makespan])
        var alone = try SimulatingOptimizer().suggestOptimizations(question)
        for (gains, perRank) in [([:], 1.0), (["split": 0.5], 0.1), (["raise-priority": -1], -0.1)] {
            let scorer = FixedChanges(gains: gains, perRank: perRank)
            let plan = try SimulatingOptimizer(asking: LearnedScorer(nil, changes: scorer, named: "optimizer@7"))
                .suggestOptimizations(question)
            alone.orderedBy = "optimizer@7"
            #expect(plan == alone)
        }
    }
}

/// By a clock that goes on by half a second each time that it is looked at: asking about changes of many tasks takes more time than
/// simulating one of them, and is left out where there is none for it. Only what was simulated is told to have been ordered.
@Test func expectationsAreAskedForOnlyWithTime() throws {
    let steps = (0..<20).map { place in
        Step(
            id: "t\(place)", seconds: 10 + Double(place), cores: 1, used: 0.9, memory: 1, requestCores: 2,
            requestMemory: 4, program: "p", divisible: 1...64)
    }
    var question = try question(steps, on: cluster(cores: 2, memory: 8), objectives: [.makespan])
    let asked = Mutex(0)
    let scorer = LearnedScorer(
        nil, changes: FixedChanges(gains: ["split": 1]) { asked.withLock { $0 += 1 } }, named: "optimizer@7")
    let start = ContinuousClock.now
    var (none, alone, ordered) = (0, 0, 0)
    for budget in stride(from: 2.0, through: 400, by: 0.5) {
        question.budget = .seconds(budget)
        var ticks = 0.0
        var runs = try SimulatedRuns(question) {
            ticks += 0.5
            return start + .seconds(ticks)
        }
        let finder = try BottleneckFinder(&runs)
        asked.withLock { $0 = 0 }
        let before = runs.count
        let trials = try SimulatingOptimizer(asking: scorer).trials(finder, &runs)
        let (isAsked, isSimulated) = (asked.withLock { $0 } > 0, runs.count > before)
        #expect((trials.orderedBy != nil) == (isAsked && isSimulated), "\(budget) s")
        if !isSimulated { none += 1 } else if isAsked { ordered += 1 } else { alone += 1 }
    }
    #expect(none > 0 && alone > 0 && ordered > 0, "\(none) \(alone) \(ordered)")
}

@Test func whatIsNoNumberGainsNothing() {
    let candidates = ["a", "b", "c", "d", "e"].enumerated().map { place, name in
        Candidate(
            id: name, type: "split", reason: "", risk: 0, slot: place < 3 ? "one" : nil,
            edits: [.split(task: name, chunks: 2)])
    }
    // Of the three ways to do one thing the best comes first, the others that gain behind all that gains, the rest last.
    #expect(Candidate.order(candidates, byGains: [0.1, 0.5, -1, 0.2, .nan]) == [1, 3, 0, 4, 2])
    #expect(Candidate.order(candidates, byGains: [.nan, .nan, .nan, .nan, .nan]) == [0, 1, 2, 3, 4])
    #expect(Candidate.order(candidates, byGains: [0, 0, 0, 0, 0]) == [0, 1, 2, 3, 4])
}
