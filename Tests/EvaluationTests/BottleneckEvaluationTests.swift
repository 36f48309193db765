import Kernels
import Scheduling
import Simulation
import Testing
import Workflows

@testable import Evaluation

/// What is no number has no place in an order, and no bin.
@Test(.timeLimit(.minutes(10))) func scoresThatAreNoNumbersStopTheProgram() async {
    await #expect(processExitsWith: .failure) { _ = BinaryMetrics.averagePrecision([0.5, .nan], [true, false]) }
    await #expect(processExitsWith: .failure) { _ = BinaryMetrics.calibrationError([.nan], frequencies: [1]) }
}

@Test func averagePrecisionsAreThoseByHand() {
    #expect(BinaryMetrics.averagePrecision([0.9, 0.8, 0.7, 0.6], [true, false, true, false]) == 0.5 + 0.5 * 2 / 3)
    #expect(BinaryMetrics.averagePrecision([0.1, 0.2], [true, true]) == 1)
    #expect(BinaryMetrics.averagePrecision([0.1, 0.2], [false, false]) == nil)
    // Cases of one score come together, whatever their order.
    for kinds in [[true, false, false, false], [false, false, false, true]] {
        #expect(BinaryMetrics.averagePrecision([1, 1, 1, 1], kinds) == 0.25)
    }
    #expect(BinaryMetrics.averagePrecision([1, 1, 0], [true, true, false]) == 1)
    #expect(BinaryMetrics.averagePrecision([0, 1, 1], [true, true, false]) == 0.5 * 0.5 + 0.5 * 2 / 3)
}

@Test func probabilitiesAreScoredAgainstFrequencies() {
    #expect(BinaryMetrics.brierScore([1, 0], frequencies: [1, 0]) == 0)
    #expect(BinaryMetrics.brierScore([0.5], frequencies: [0.5]) == 0.25)
    #expect(abs(BinaryMetrics.brierScore([1, 0.25], frequencies: [0.5, 0]) - (0.5 + 0.0625) / 2) < 1e-12)
    #expect(BinaryMetrics.calibrationError([0.3, 0.8, 1], frequencies: [0.3, 0.8, 1]) < 1e-12)
    // What is off by as much in both directions within a bin is right on average.
    #expect(BinaryMetrics.calibrationError([0.45, 0.45], frequencies: [0.2, 0.7]) < 1e-12)
    #expect(abs(BinaryMetrics.calibrationError([0, 1], frequencies: [0.5, 1]) - 0.25) < 1e-12)
}

/// Forks of two branches that take nearly as long, and a short one.
private func problems() throws -> [(instance: SchedulingInstance, spreads: [Double])] {
    try (0..<12).map { number in
        let seconds = [2, 10, 9.5 - 0.2 * Double(number), 4, 2]
        let tasks = seconds.enumerated().map { Workflow.Task(id: "\($0)", runtimeSeconds: $1) }
        let edges = (1...3).flatMap { [("0", "\($0)"), ("\($0)", "4")] }
        let workflow = try Workflow(name: "fork", tasks: tasks, edges: edges.map { (parent: $0, child: $1) })
        let cluster = Cluster(nodes: [.init(name: "n", cores: 4)])
        return (try SchedulingInstance(workflow, on: cluster), [Double](repeating: 0.3, count: 5))
    }
}

@Test func runsAreBetterThanOneThePathIsThatOfExpectedDurations() throws {
    let problems = try problems()
    for (instance, spreads) in problems {
        #expect(BottleneckEvaluation.Method.criticalPath.estimate(instance, spreads).probabilities == [1, 1, 0, 0, 1])
        #expect(
            BottleneckEvaluation.Method.runs(1, seed: 1).estimate(instance, spreads).probabilities == [1, 1, 0, 0, 1])
        let three = BottleneckEvaluation.Method.runs(3, seed: 1).estimate(instance, spreads).probabilities
        #expect(three[0] == 1 && abs(three[1] + three[2] + three[3] - 1) < 1e-9)
        #expect(three.allSatisfy { abs(3 * $0 - (3 * $0).rounded()) < 1e-9 })
    }
    let evaluation = BottleneckEvaluation(
        [
            .runs(100, name: "many", seed: 5), .criticalPath, .runs(1, seed: 5),
            .runs("none", seed: 5) { _, _ in 1 },
        ], on: problems.map { [$0] }, seed: 3)
    let entries = evaluation.entries
    #expect(evaluation.workflows == 12 && entries.map(\.name) == ["many", "critical path", "1 runs", "none"])
    #expect(entries[0].brierGain == Estimate(value: 0, low: 0, high: 0))
    for entry in entries.dropFirst() {
        #expect(entry.brierGain.low > 0 && entry.calibrationError > 3 * entries[0].calibrationError)
        #expect(entry.precisionGain.value >= 0 && entry.brierScore.value > entries[0].brierScore.value)
    }
    // Fork and join are bottlenecks for certain; where the path says the same of a branch that is none, its precision falls.
    #expect(entries[0].averagePrecision.value == 1 && entries[1].averagePrecision.value < 1)
    // A threshold that only certain tasks reach.
    let certain = BottleneckEvaluation(
        [.criticalPath], on: problems.map { [$0] }, threshold: 1 - 1e-9, seed: 3
    ).entries[0]
    #expect(abs(certain.averagePrecision.value - 2.0 / 3) < 1e-9)
    // One workflow in twelve settings is one workflow, and has no interval; in two, the mean of two.
    let one = BottleneckEvaluation([.criticalPath, .runs(1, seed: 5)], on: [problems], seed: 3)
    #expect(one.workflows == 1 && one.entries[0].brierScore.low == one.entries[0].brierScore.high)
    let alone = try problems.map { problem in
        try #require(BottleneckEvaluation([.criticalPath], on: [[problem]], seed: 3).entries.first).averagePrecision
            .value
    }
    #expect(alone.allSatisfy { $0 > 0 && $0 <= 1 })
    let pairs = BottleneckEvaluation(
        [.criticalPath], on: [Array(problems[0..<1]), Array(problems[1..<12])], threshold: 1 - 1e-9, seed: 3)
    #expect(pairs.workflows == 2 && abs(pairs.entries[0].averagePrecision.value - 2.0 / 3) < 1e-9)
}

/// Says that the end hangs on every task half of the time, for a tenth of the makespan.
private struct Half: BottleneckScorer {
    func bottlenecks(
        after timetable: Timetable, of instance: SchedulingInstance, spreads: [Double], policy: SchedulingPolicy
    ) -> BottleneckEstimate? {
        let count = timetable.starts.count
        return BottleneckEstimate(
            probabilities: [Double](repeating: 0.5, count: count), delays: [Double](repeating: 0.1, count: count))
    }
}

@Test func delaysAreScoredByErrorAndRank() throws {
    let problems = try problems().map { [$0] }
    let (instance, spreads) = problems[3][0]
    // Of 2, 10, 8.9, 4 and 2 s the path 0, 1, 4 takes 14 s.
    let delays: [Double] = [2, 10, 0, 0, 2].map { $0 / 14 }
    #expect(BottleneckEvaluation.Method.criticalPath.estimate(instance, spreads).delays == delays)
    let none = [Double](repeating: 0, count: 5)
    let evaluation = BottleneckEvaluation(
        [
            .runs(100, name: "many", seed: 5), .criticalPath, .asking(Half(), name: "half"),
            .init("nothing") { _, _ in BottleneckEstimate(probabilities: none, delays: none) },
        ], on: problems, seed: 3)
    let entries = evaluation.entries
    #expect(entries[0].delayGain == Estimate(value: 0, low: 0, high: 0) && entries[0].delayError.value < 0.01)
    for entry in entries.dropFirst() { #expect(entry.delayGain.low > 0 && entry.correlationGain.low >= 0) }
    // Delays add up to the makespan: without any, a fifth of it is missing in each of five tasks.
    #expect(abs(entries[3].delayError.value - 0.2) < 1e-3 && entries[3].delayCorrelation.value == 0)
    #expect(entries[2].delayCorrelation.value == 0 && entries[1].delayCorrelation.value > 0.5)
}

@Test func aScorerCountsForSoManyRuns() throws {
    let (instance, spreads) = try problems()[0]
    let method = BottleneckEvaluation.Method.runs(1, asking: Half(), counting: 3, name: "both", seed: 1)
    let answer = method.estimate(instance, spreads)
    #expect(zip(answer.probabilities, [0.625, 0.625, 0.375, 0.375, 0.625]).allSatisfy { abs($0 - $1) < 1e-12 })
    let delays: [Double] = [2, 10, 0, 0, 2].map { (0.3 + $0 / 14) / 4 }
    #expect(zip(answer.delays, delays).allSatisfy { abs($0 - $1) < 1e-12 })
}
