import Kernels
import Scheduling
import Simulation
import Testing
import Workflows

@testable import Evaluation

/// Plans by the static key with one scale, in cores.
private struct KeyProposer: PlanProposer {
    var name: String
    var scale: Double

    func propose(_ instance: SchedulingInstance, isOver: () -> Bool) -> Timetable? {
        CumulativeScheduler(instance)?.timetable(scale: scale)
    }
}

private struct NoProposer: PlanProposer {
    let name = "none"

    func propose(_ instance: SchedulingInstance, isOver: () -> Bool) -> Timetable? { nil }
}

private func lists() throws -> JobLists {
    var generator = SeededGenerator(seed: 2)
    let jobs = try (0..<8).map { number in
        let tasks = (0..<5).map { place in
            var task = Workflow.Task(id: "\(place)", runtimeSeconds: 1 + 9 * generator.uniformDouble())
            task.cores = Double(1 + generator.next() % 7)
            return task
        }
        return try Workflow(
            name: "w\(number)", tasks: tasks, edges: [("0", "2"), ("1", "2"), ("2", "3"), ("0", "4")])
    }
    return JobLists(of: jobs, on: Cluster(nodes: [.init(name: "n", cores: 8)]))
}

@Test func listsAreComparedOnePairAtATime() throws {
    let lists = try lists()
    let training = try (0..<40).map { try lists.list(6, .training, $0) }
    let choice = try #require(ScaleChoice(training))
    // The best of the scales by its definition.
    for (place, scale) in choice.scales.enumerated() {
        let gaps = try training.map { instance in
            try #require(CumulativeScheduler(instance)).timetable(scale: scale).makespan / instance.lowerBound - 1
        }
        #expect(choice.gaps.map { $0[place] } == gaps)
        let best = choice.gaps.reduce(0) { $0 + $1[choice.bestPlace] }
        #expect(gaps.reduce(0, +) >= best)
    }
    #expect(choice.best == choice.scales[choice.bestPlace] && choice.scales.count == 40)
    let alike = try #require(ScaleChoice(training, serialFrom: 0))
    #expect(alike.gaps != choice.gaps && ScaleChoice(training, serialFrom: 1000)?.gaps == choice.gaps)

    let path = KeyProposer(name: "path", scale: .infinity)
    let same = KeyProposer(name: "same", scale: choice.best)
    let evaluation = try ListEvaluation(
        [path, same, NoProposer()], on: lists, sizes: [6, 3], part: .test, count: 12,
        serialFrom: 0)
    #expect(evaluation.part == "test" && evaluation.sizes.map(\.jobs) == [6, 3])
    let size = evaluation.sizes[0]
    let held = try (0..<12).map { try lists.list(6, .test, $0) }
    func mean(_ gap: (SchedulingInstance) throws -> Double) rethrows -> Double {
        try held.reduce(0) { try $0 + gap($1) } / 12
    }
    let fixed = try mean { try #require(same.propose($0) { false }).makespan / $0.lowerBound - 1 }
    let own = try mean { try #require(path.propose($0) { false }).makespan / $0.lowerBound - 1 }
    #expect(size.lists == 12 && abs(size.staticKey.value - fixed) < 1e-12 && size.scale == choice.best)
    let keyAlike = try mean { instance in
        let scheduler = try #require(CumulativeScheduler(instance))
        return scheduler.timetable(scale: alike.best, serialFrom: 0).makespan / instance.lowerBound - 1
    }
    #expect(abs(size.keyOfSamePass.value - keyAlike) < 1e-12 && abs(keyAlike - fixed) > 1e-6)
    let learned = size.learned[0]
    #expect(abs(learned.gainOverKeyOfSamePass.value - (keyAlike - own)) < 1e-12)
    #expect(learned.name == "path" && abs(learned.gap.value - own) < 1e-12)
    #expect(abs(learned.ratio.value - own / fixed) < 1e-12 && abs(learned.gain.value - (fixed - own)) < 1e-12)
    #expect(learned.gain.low <= learned.gain.value && learned.gain.value <= learned.gain.high)
    #expect(learned.ratio.low <= learned.ratio.value && learned.ratio.value <= learned.ratio.high)
    let differences = try held.map { instance in
        let (its, key) = (
            try #require(path.propose(instance) { false }), try #require(same.propose(instance) { false })
        )
        return (its.makespan - key.makespan) / instance.lowerBound
    }
    #expect(learned.shorter == differences.count { $0 < -1e-9 } && learned.longer == differences.count { $0 > 1e-9 })
    #expect(learned.equal == differences.count { abs($0) <= 1e-9 })
    // There is something to tell apart.
    #expect(learned.shorter > 0 && learned.longer > 0 && learned.shorter != learned.longer)
    let best = try mean { instance in
        let scheduler = try #require(CumulativeScheduler(instance))
        let makespan = scheduler.scales(40).map { scheduler.timetable(scale: $0).makespan }.min() ?? 0
        return makespan / instance.lowerBound - 1
    }
    #expect(abs(size.bestScale.value - best) < 1e-12 && abs(learned.gainOverBestScale.value - (best - own)) < 1e-12)
    // Against itself there is nothing to gain, and a plan that is not there is one by first in, first out.
    let twin = size.learned[1]
    #expect(twin.gain == Estimate(value: 0, low: 0, high: 0) && twin.ratio == Estimate(value: 1, low: 1, high: 1))
    #expect(twin.equal == 12 && twin.verdict == .tie)
    let fifo = mean { SchedulingPolicy.fifo.timetable(of: $0).makespan / $0.lowerBound - 1 }
    #expect(abs(size.learned[2].gap.value - fifo) < 1e-12)
    let gain = ListEvaluation.gain(of: twin, over: learned)
    #expect(abs(gain.value + learned.gain.value) < 1e-12)
}

@Test func aRatioIsThatOfSums() {
    let ratio = Bootstrap.ratio(of: [1, 2, 3], to: [2, 2, 8], seed: 1)
    #expect(ratio.value == 0.5 && ratio.low >= 0.375 && ratio.high <= 1 && ratio.low < 0.5 && ratio.high > 0.5)
    #expect(Bootstrap.ratio(of: [0, 1], to: [0, 0], seed: 1) == Estimate(value: 0, low: 0, high: 0))
    #expect(Bootstrap.ratio(of: [], to: [], seed: 1) == Estimate(value: 0, low: 0, high: 0))
}
