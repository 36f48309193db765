import Kernels
import Simulation
import Testing
import Workflows

@testable import Scheduling

private func instance(_ seconds: [Double], edges: [(Int, Int)], cores: Double = 8) throws -> SchedulingInstance {
    let tasks = seconds.enumerated().map { Workflow.Task(id: "\($0)", runtimeSeconds: $1) }
    return try SchedulingInstance(
        Workflow(name: "w", tasks: tasks, edges: edges.map { ("\($0.0)", "\($0.1)") }),
        on: Cluster(nodes: [.init(name: "n", cores: cores)]))
}

@Test func ofTwoTasksAlikeEachIsABottleneckHalfOfTheTime() throws {
    var generator = SeededGenerator(seed: 1)
    let diamond = try instance([1, 10, 10, 1], edges: [(0, 1), (0, 2), (1, 3), (2, 3)])
    let shares = BottleneckShares(diamond, spreads: [0, 0.3, 0.3, 0], runs: 2000, using: &generator)
    #expect(abs(shares.probabilities[0] - 1) < 1e-9 && abs(shares.probabilities[3] - 1) < 1e-9)
    #expect(abs(shares.probabilities[1] - 0.5) < 0.04 && abs(shares.probabilities[2] - 0.5) < 0.04)
    // Somebody is waited for all the time.
    #expect(abs(shares.delays.reduce(0, +) - 1) < 1e-9)
    // One that is longer by two standard deviations of the difference of logarithms, √2 σ.
    let uneven = try instance([10 * 2.336, 10], edges: [])
    let other = BottleneckShares(uneven, spreads: [0.3, 0.3], runs: 2000, using: &generator)
    #expect(abs(other.probabilities[0] - 0.9772) < 0.015 && abs(other.probabilities[1] - 0.0228) < 0.015)
}

@Test func withoutSpreadsAllRunsAreTheOneThatIsExpected() throws {
    for seed in 0..<20 {
        let instance = try RandomInstance(seed: seed).instance()
        var generator = SeededGenerator(seed: 1)
        let timetable = SchedulingPolicy.heft.timetable(of: instance)
        let expected = BottleneckShares(timetable, of: instance)
        let shares = BottleneckShares(
            instance, spreads: [Double](repeating: 0, count: instance.taskCount), runs: 4, policy: .heft,
            using: &generator)
        #expect(shares.probabilities == expected.probabilities, "seed \(seed)")
        #expect(zip(shares.delays, expected.delays).allSatisfy { abs($0 - $1) < 1e-12 })
        let onChain = Set(DelayChain(timetable, of: instance).links.map(\.task))
        for task in 0..<instance.taskCount {
            #expect(expected.probabilities[task] == (onChain.contains(task) ? 1 : 0))
        }
    }
    // Three equal tasks on one core.
    let queue = BottleneckShares(
        SchedulingPolicy.fifo.timetable(of: try instance([2, 2, 2], edges: [], cores: 1)),
        of: try instance([2, 2, 2], edges: [], cores: 1))
    #expect(queue.probabilities == [1, 1, 1])
    // The last has waited for the others all the time.
    #expect(zip(queue.delays, [1.0 / 3, 2.0 / 3, 1]).allSatisfy { abs($0 - $1) < 1e-12 })
}

@Test func anEstimateCountsForSoManyRuns() throws {
    let two = try instance([1, 3], edges: [])
    let timetable = SchedulingPolicy.fifo.timetable(of: two)
    var shares = BottleneckShares(timetable, of: two)
    shares.add(timetable, of: two)
    shares.add(BottleneckShares(timetable, of: two))
    #expect(shares.runs == 3 && shares.probabilities == [0, 1] && shares.delays == [0, 1])
    let prior = BottleneckEstimate(probabilities: [0.5, 0.5], delays: [0.2, 0.4])
    let both = shares.estimate(beside: prior, counting: 1)
    #expect(both == BottleneckEstimate(probabilities: [0.125, 0.875], delays: [0.05, 0.85]))
    // Without runs it is what was said before.
    let none = BottleneckShares(taskCount: 2)
    #expect(none.estimate == BottleneckEstimate(probabilities: [0, 0], delays: [0, 0]))
    #expect(none.estimate(beside: prior, counting: 2) == prior)
}
