import Decisions
import Foundation
import Kernels
import ModelFixtures
import Models
import Prediction
import Registry
import Settings
import TestSupport
import Testing
import Workflows

@testable import Engine

private let reference = ModelReference(name: "predictor", version: 1, digest: "d")

private func prediction(_ place: Int) -> ResourcePrediction {
    var answer = StatisticsPredictor(rules: [.median]).predict([TaskSpec(process: "p")])[0]
    answer.samples = place
    return answer
}

private func task(_ place: Int) -> TaskSpec { TaskSpec(workflow: "w\(place % 3)", process: "p\(place)") }

@Test func whatWasUsedLatelyStaysAndNoMoreThanTheCapacity() {
    let cache = AnswerCache(capacity: 100)
    for place in 0..<1000 {
        cache.insert([(task(place), prediction(place))], in: 0)
        #expect(cache.count <= 100)
        // The first one is asked for again and again.
        #expect(cache.answers([task(0)], in: 0)[0]?.samples == 0)
    }
    #expect(cache.answers([task(999), task(960), task(800)], in: 0).map { $0?.samples } == [999, 960, nil])
    #expect(cache.counts.hits == 1002 && cache.counts.misses == 1)
}

@Test func aStateFindsWhatHoldsInItAndNothingElse() {
    let cache = AnswerCache()
    cache.insert((0..<6).map { (task($0), prediction($0)) }, in: 0)
    let (same, next) = cache.begin(from: 0) { $0.workflow == "w1" }
    #expect(same === cache && next == 1)
    #expect(cache.answers((0..<6).map(task), in: 1).map { $0?.samples } == [0, nil, 2, 3, nil, 5])
    // A question that is still answered from the old state adds nothing to the new one...
    cache.insert([(task(1), prediction(10))], in: 0)
    #expect(cache.answers([task(1)], in: 1) == [nil])
    // ...and does not find what holds in the new one only.
    cache.insert([(task(1), prediction(11))], in: 1)
    #expect(cache.answers([task(1), task(2)], in: 0).map { $0?.samples } == [nil, 2])
    // Two states from one: the second has a cache of its own.
    let (other, first) = cache.begin(from: 0) { _ in false }
    #expect(other !== cache && first == 0 && other.count == 0)
}

/// Tasks and outcomes of a few workflows, runs and nodes.
private func randomTask(_ generator: inout SeededGenerator) -> TaskSpec {
    func one<Element>(of elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &generator)]
    }
    return TaskSpec(
        workflow: one(of: ["w", "w", "v", nil]), process: one(of: ["p", "q", "w:p", "new"]),
        tool: one(of: ["t", "u", nil]), inputBytes: one(of: [1e6, 2e6, nil]), cores: 1,
        run: one(of: ["r1", "r2", "r3", nil]),
        node: one(of: ["n1", "n2", nil]), submittedAt: one(of: [1e6, 2e6, nil]))
}

/// Whatever is asked and learned in whatever order: an answer from the cache is the one that the version gives.
@Test(arguments: ["lstm", "linear"], 1...3 as ClosedRange<UInt64>)
func aCachedAnswerIsTheOneThatTheVersionGives(kind: String, seed: UInt64) async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        let version = try models.publish(kind, seconds: 10)
        var served = ServedPredictor(
            try Catalog.load(models.registry.load(models.name, version)), model: reference)
        var generator = SeededGenerator(seed: seed)
        // Few, so that many of them are asked again.
        let questions = (0..<24).map { _ in randomTask(&generator) }
        var dropped = 0
        for step in 0..<40 {
            let tasks = (0..<12).map { _ in questions[Int.random(in: 0..<24, using: &generator)] }
            let answer = try await served.predict(tasks, within: .seconds(120))
            #expect(try answer.predictions == served.predictor.predict(tasks), "\(step)")
            #expect(answer.model == reference && answer.outcomesLearned == served.outcomesLearned)
            guard step % 2 == 1 else { continue }
            let outcomes = (0..<Int.random(in: 1...4, using: &generator)).map { place in
                let task = randomTask(&generator)
                let seconds = Double.random(in: 5...40, using: &generator)
                let moment = 1e6 + Double(step * 100 + place)
                return TaskExecution(
                    task: task, taskID: "t", startedAt: moment, completedAt: moment + seconds, cpu: 1,
                    memory: seconds * 1e6, duration: seconds)
            }
            let before = served.predictor
            served.observe(outcomes)
            let changed = try served.predictor.predict(tasks) != before.predict(tasks)
            if changed { dropped += 1 }
        }
        #expect(dropped > 5 && served.cacheCounts.hits > 20, "\(dropped) \(served.cacheCounts)")
    }
}

@Test(.timeLimit(.minutes(30))) func anOutcomeDropsWhatItMadeStale() async throws {
    let switches = StallingPredictor.Switches()
    var served = ServedPredictor(
        StatisticsPredictor(rules: [.median], executions: TestRegistry.executions(seconds: 10)), model: reference)
    let other = TaskSpec(workflow: "v", process: "p")
    var outcome = TestRegistry.executions(seconds: 40)[0]
    func ask(_ task: TaskSpec) async throws -> ResourcePrediction {
        try await served.predict([task], within: .seconds(60)).predictions[0]
    }
    let first = try await ask(TestRegistry.task)
    #expect(try await ask(TestRegistry.task) == first && served.cacheCounts == (hits: 1, misses: 1))
    _ = try await ask(other)
    outcome.task.run = "another"
    served.observe([outcome])
    // What is asked of the type of the outcome is answered anew; the other is not.
    let second = try await ask(TestRegistry.task)
    #expect(second.samples == 41 && second != first && served.cacheCounts == (hits: 1, misses: 3))
    _ = try await ask(other)
    #expect(served.cacheCounts == (hits: 2, misses: 3))
    // An outcome that cannot be learned from changes nothing.
    outcome.status = .failed
    served.observe([outcome])
    #expect(try await ask(TestRegistry.task) == second && served.cacheCounts.hits == 3)
    // Another version starts from nothing, and one that does not say what it rests on drops everything.
    var foreign = ServedPredictor(StallingPredictor(switches), model: reference)
    for _ in 0..<3 { _ = try await foreign.predict([other], within: .seconds(60)) }
    #expect(switches.now.calls == 1)
    outcome.status = .completed
    foreign.observe([outcome])
    _ = try await foreign.predict([other], within: .seconds(60))
    #expect(switches.now.calls == 2)
}

/// What a version has answered is dropped when another takes over: kept ready, it takes no more memory than it needs for that.
@Test(.timeLimit(.minutes(30))) func aSwapDropsWhatWasAnswered() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        for seconds in [10.0, 20] { try models.publish(seconds: seconds) }
        try models.promote(1)
        let scheduler = try await engine(in: folder)
        func ask() async throws -> (version: Int?, hits: Int) {
            let decision = try await scheduler.predictResources(TestRegistry.task)
            return (decision.model?.version, scheduler.modelCondition?.cacheHits ?? -1)
        }
        #expect(try await ask() == (1, 0))
        #expect(try await ask() == (1, 1))
        try models.promote(2)
        await scheduler.followRegistry()
        #expect(try await ask() == (2, 0))
        _ = try await scheduler.rollback(models.name, who: "test")
        // It was kept ready, and is asked anew all the same.
        #expect(scheduler.swapFigures.first?.figures.switches.reduce(0, +) == 3)
        #expect(try await ask() == (1, 0))
        #expect(try await ask() == (1, 1))
    }
}

/// A fit is spread over the outcomes that come after, whatever their type: with the last of them answers about its own
/// type change.
@Test(.timeLimit(.minutes(30))) func aFitThatEndsOnOutcomesOfAnotherTypeDropsItsAnswers() async throws {
    func rows(_ process: String, _ places: Range<Int>) -> [TaskExecution] {
        places.map { place in
            let (size, moment) = (Double(place * 7 % 19 + 1), Double(place) * 100)
            return TaskExecution(
                task: TaskSpec(workflow: process, process: process, inputBytes: 1000 * size, submittedAt: moment),
                taskID: "\(place)", startedAt: moment, completedAt: moment + size, cpu: 1, memory: 1e6 * size,
                duration: size * (1 + 0.3 * sin(Double(place) / 9)))
        }
    }
    let known = (0..<18).flatMap { rows("o\($0)", 0..<20) } + rows("p", 0..<120)
    var served = ServedPredictor(
        StatisticsPredictor(rules: StatisticsTrainer.gated.rules, executions: known), model: reference)
    for outcome in rows("p", 120..<150) { served.observe([outcome]) }
    let tasks = rows("p", 60..<80).map(\.task)
    let first = try await served.predict(tasks, within: .seconds(60)).predictions
    var outcomes = rows("o7", 20..<45)[...]
    while let outcome = outcomes.popFirst() {
        served.observe([outcome])
        let hits = served.cacheCounts.hits
        let answers = try await served.predict(tasks, within: .seconds(60)).predictions
        #expect(try answers == served.predictor.predict(tasks))
        guard answers == first else { break }
        #expect(served.cacheCounts.hits == hits + tasks.count)
    }
    // It did come to its end, and not with the first of them.
    #expect((1..<24).contains(outcomes.count), "\(outcomes.count)")
}

@Test func anAnswerOfTheHeuristicIsNotKept() async throws {
    let switches = StallingPredictor.Switches()
    switches.set { $0.throwsErrors = true }
    let served = ServedPredictor(StallingPredictor(switches), model: reference)
    #expect(try await served.predict([TestRegistry.task], within: .seconds(60)).model == nil)
    switches.set { $0.throwsErrors = false }
    #expect(try await served.predict([TestRegistry.task], within: .seconds(60)).model == reference)
    #expect(switches.now.calls == 2)
}

@Test func anOutcomeConcernsItsTypeItsWorkflowItsRunAndItsNode() {
    let outcomes = [
        TaskSpec(workflow: "w", process: "p", run: "r1", node: "n1"), TaskSpec(process: "alone"),
    ].map { TaskExecution(task: $0, taskID: "t") }
    let scope = OutcomeScope(outcomes)
    // A network reads what other types of the workflow have left, and whether a run and a node are known.
    let concerned = [
        TaskSpec(workflow: "w", process: "other"), TaskSpec(process: "w:p"), TaskSpec(process: "alone"),
        TaskSpec(workflow: "v", process: "p", run: "r1"), TaskSpec(workflow: "v", process: "p", node: "n1"),
    ]
    for task in concerned { #expect(scope.concerns(task), "\(task)") }
    let others = [
        TaskSpec(workflow: "v", process: "p", run: "r2", node: "n2"), TaskSpec(process: "p"),
        TaskSpec(workflow: "v", process: "alone"),
    ]
    for task in others { #expect(!scope.concerns(task), "\(task)") }
}
