import Decisions
import Foundation
import Kernels
import ModelFixtures
import Prediction
import Testing
import Workflows

@testable import Engine

/// Executions whose durations go with their input, off by little, and one time in six by a lot.
private func executions(_ count: Int, seed: UInt64) -> [TaskExecution] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { place in
        let bytes = Double.random(in: 1...100, using: &generator)
        let isOff = generator.uniformDouble() < 1.0 / 6
        let error =
            isOff ? (generator.uniformDouble() < 0.5 ? 1.5 : -1.5) : Double.random(in: -0.1...0.1, using: &generator)
        let duration = 10 * bytes.squareRoot() * exp(error)
        return TaskExecution(
            task: TaskSpec(workflow: "w", process: "p", inputBytes: bytes, submittedAt: Double(place) * 1000),
            taskID: "\(place)", startedAt: Double(place) * 1000, completedAt: Double(place) * 1000 + duration, cpu: 1,
            memory: 1e6, duration: duration)
    }
}

/// Without the past execution that is named first a forecast changes by more than without one drawn at random, by the line alone and
/// by the blend of rules.
@Test(arguments: [[ForecastRule.linear], [.last, .recent, .median], StatisticsTrainer.gated.rules])
func thePastThatIsNamedFirstMattersMost(rules: [ForecastRule]) {
    var generator = SeededGenerator(seed: 77)
    var (first, others, wins, questions) = (0.0, 0.0, 0, 0)
    for seed in 1...6 as ClosedRange<UInt64> {
        let known = executions(60, seed: seed)
        let predictor = StatisticsPredictor(rules: rules, executions: known)
        var task = known[59].task
        task.submittedAt = 61_000
        task.inputBytes = 30
        let whole = predictor.predict([task])[0]
        func change(without name: String) -> Double {
            let rest = known.filter { $0.taskID != name }
            let without = StatisticsPredictor(rules: rules, executions: rest).predict([task])[0]
            return abs(log(without.duration.p50 / whole.duration.p50))
        }
        let named = ForecastInfluences.past(of: task, in: predictor).influences[0].name.dropFirst("past.".count)
        let drawn = known.map(\.taskID).filter { $0 != named }.shuffled(using: &generator).prefix(4)
        let (own, other) = (change(without: String(named)), drawn.reduce(0) { $0 + change(without: $1) / 4 })
        (first, others, questions) = (first + own, others + other, questions + 1)
        if own >= other { wins += 1 }
    }
    #expect(first > 1.5 * others && wins >= questions * 3 / 4, "\(first) and \(others), \(wins) of \(questions)")
}

@Test func whatTimeLeavesOutOfThePastIsSaid() {
    let predictor = StatisticsPredictor(rules: [.last], executions: executions(300, seed: 5))
    let task = executions(300, seed: 5)[299].task
    let whole = ForecastInfluences.past(of: task, in: predictor)
    // The one before the task itself, which is among what is known.
    #expect(whole.influences.count == 5 && whole.influences[0].name == "past.298")
    #expect(
        whole.basis
            == "the newest 40 past executions were left out one by one of statistics that learned from 200 of the 300 executions of the type alone"
    )
    for limit in [0, 1, 2, 9, 41] {
        var looks = 0
        let past = ForecastInfluences.past(of: task, in: predictor) {
            looks += 1
            return looks > limit
        }
        // One look before all of them, and one before each; the newest come first.
        let tried = max(0, min(limit - 1, 40))
        #expect(past.influences.count == min(tried, 5))
        #expect(
            past.influences.allSatisfy { influence in (0..<tried).contains { influence.name == "past.\(299 - $0)" } })
        #expect(past.basis?.hasSuffix("; \(40 - tried) of them were not tried, as time was over") == (tried < 40))
    }
}

/// A version that had a say beside the statistics may weigh the past in another way, which the answer says.
@Test func aSayOfTheVersionIsNotPassedOver() throws {
    var answer = StatisticsPredictor(rules: [.last], executions: executions(40, seed: 6))
        .predict([executions(40, seed: 6)[39].task])[0]
    let model = ModelReference(name: "predictor", version: 3, digest: "abc")
    #expect(IntelligentScheduler.reservation(answer, of: model) == "")
    answer.memory.source = .ensemble
    answer.duration.source = .model
    #expect(
        IntelligentScheduler.reservation(answer, of: model)
            == "; in memory, duration predictor 3 has a say of its own, and what past executions did to that was not measured"
    )
    #expect(IntelligentScheduler.reservation(answer, of: nil) == "")
}
