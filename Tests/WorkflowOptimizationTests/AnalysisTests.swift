import Scheduling
import Simulation
import Testing
import Workflows

@testable import WorkflowOptimization

private func analysis(_ question: OptimizationQuestion) throws -> BottleneckAnalysis {
    try SimulatingOptimizer().analyzeBottlenecks(question)
}

/// a (10 s) before b (20 s) and c (5 s), both before d (1 s): the path a, b, d; c has 15 s to spare.
private let diamond = [
    Step(id: "a", seconds: 10), Step(id: "b", seconds: 20, parents: ["a"]), Step(id: "c", seconds: 5, parents: ["a"]),
    Step(id: "d", seconds: 1, parents: ["b", "c"]),
]

@Test func aDiamondByHand() throws {
    let found = try analysis(question(diamond, on: cluster(cores: 2)))
    #expect(found.criticalPath == ["a", "b", "d"] && found.criticalPathSeconds == 31)
    #expect(found.slackSeconds == [0, 0, 15, 0])
    #expect(found.parallelism.map(\.at) == [0, 10, 15, 31] && found.parallelism.map(\.tasks) == [1, 2, 1, 0])
    #expect(found.meanParallelism == 36 / 31.0)
    // Without b, d waits for c: 15 s sooner; a and d are gained whole.
    #expect(found.bottlenecks.map(\.task) == ["b", "a", "d"])
    #expect(found.bottlenecks.map(\.delaySeconds) == [15, 10, 1])
    #expect(found.bottlenecks.allSatisfy { $0.probability == 1 && $0.resource == "time" })
    #expect(found.bottlenecks[0].reason == "it runs for 20 s on n0 while the end waits for it")
    #expect(found.before.makespan == 31)
}

/// Two tasks of nearly the same length end the workflow now the one, now the other.
@Test func theProbabilityIsThatOfEndingTheWorkflow() throws {
    let steps = [Step(id: "a", seconds: 10), Step(id: "b", seconds: 9.9), Step(id: "c", seconds: 1)]
    let found = try analysis(question(steps, on: cluster(cores: 3), threshold: 0))
    let (a, b) = (found.bottlenecks.first { $0.task == "a" }, found.bottlenecks.first { $0.task == "b" })
    let share = try #require(a?.probability)
    #expect(share > 0.2 && share < 0.9)
    #expect(b == nil)
    #expect(try analysis(question(steps, on: cluster(cores: 3), threshold: 0.95)).bottlenecks.isEmpty)
}

@Test func waitingForRoomNamesWhatLacks() throws {
    // One at a time: 1 core each of a node with one, or memory for one of them.
    let steps = [Step(id: "a", seconds: 10, memory: 6e9), Step(id: "b", seconds: 2, memory: 6e9)]
    let cores = try analysis(question(steps, on: cluster(cores: 1)))
    #expect(cores.bottlenecks.first { $0.task == "b" }?.resource == "cores")
    var wide = steps
    wide[1].requestCores = 3
    let memory = try analysis(question(wide, on: cluster(cores: 4, memory: 10e9)))
    let bottleneck = memory.bottlenecks.first { $0.task == "b" }
    #expect(bottleneck?.resource == "memory")
    #expect(bottleneck?.reason == "it waits 10 s for memory on n0, which a gives back")
    #expect(memory.bottlenecks.map(\.task) == ["a", "b"] && memory.bottlenecks.map(\.delaySeconds) == [10, 2])
}

@Test func waitingForFilesNamesTheParent() throws {
    // b must leave n0, which a's twin fills, and fetch 100 bytes at 5 bytes a second.
    let steps = [
        Step(id: "a", seconds: 1, output: 100), Step(id: "hog", seconds: 60, parents: ["a"]),
        Step(id: "b", seconds: 50, parents: ["a"]),
    ]
    let found = try analysis(question(steps, on: cluster(nodes: 2, cores: 1, bandwidth: 5), threshold: 0))
    #expect(found.before.makespan == 71)
    #expect(found.bottlenecks.map(\.task) == ["b", "a"])
    let short = [steps[0], steps[1], Step(id: "b", seconds: 45, parents: ["a"], output: 0)]
    let long = try analysis(
        question(short, on: cluster(nodes: 2, cores: 1, bandwidth: 2), threshold: 0))
    #expect(long.before.makespan == 96)
    #expect(long.bottlenecks.first { $0.task == "b" }?.resource == "transfer")
    #expect(long.bottlenecks.first { $0.task == "b" }?.reason == "it waits 50 s for the files of a")
}

@Test(arguments: 1...25) func analysesOfRandomWorkflowsAgreeWithNaiveOnes(seed: Int) throws {
    let steps = randomSteps(4 + seed, seed: UInt64(seed))
    let question = try question(
        steps, on: cluster(nodes: 3, cores: 4, memory: 16e9, bandwidth: 10), policy: seed % 2 == 0 ? "fifo" : "heft")
    let found = try analysis(question)
    let instance = try SchedulingInstance(question.document.workflow, on: question.cluster)
    let timetable = try SchedulingPolicy(named: question.policy).timetable(of: instance)
    #expect(found.before == ResourceUse(timetable, of: instance))
    let graph = instance.graph
    func behind(_ task: Int) -> Double { instance.runtimes[task] + (graph.children(of: task).map(behind).max() ?? 0) }
    func before(_ task: Int) -> Double { graph.parents(of: task).map { before($0) + instance.runtimes[$0] }.max() ?? 0 }
    let length = (0..<graph.count).map(behind).max() ?? 0
    #expect(found.criticalPathSeconds == length)
    #expect(found.slackSeconds == (0..<graph.count).map { length - before($0) - behind($0) })
    let ends = found.parallelism.dropFirst().map(\.at) + [0]
    let busy = zip(found.parallelism, ends).reduce(0) { $0 + Double($1.0.tasks) * ($1.1 - $1.0.at) }
    #expect(abs(busy - instance.runtimes.reduce(0, +)) < 1e-6 * (1 + busy))
    #expect(found.parallelism.last?.tasks == 0)
    for bottleneck in found.bottlenecks {
        var without = question.document.workflow
        without.update(try #require(without.places[bottleneck.task])) { $0.runtimeSeconds = 0 }
        let shorter = try HeuristicScheduler(SchedulingPolicy(named: question.policy)).plan(
            without, on: question.cluster)
        #expect(bottleneck.delaySeconds == timetable.makespan - shorter.schedule.makespan)
        #expect(bottleneck.delaySeconds > 0 && (0.8...1).contains(bottleneck.probability))
    }
    #expect(found.bottlenecks.map(\.delaySeconds) == found.bottlenecks.map(\.delaySeconds).sorted(by: >))
}

/// Every link starts when what it waited for ended, up to the start of the workflow: waits and runs fill the makespan.
@Test(arguments: 1...25) func theChainReachesFromTheEndToTheStart(seed: Int) throws {
    let steps = randomSteps(10 + seed, seed: UInt64(seed))
    for policy in ["fifo", "heft"] {
        let question = try question(steps, on: cluster(nodes: 2, cores: 4, memory: 16e9, bandwidth: 10), policy: policy)
        let instance = try SchedulingInstance(question.document.workflow, on: question.cluster)
        let timetable = try SchedulingPolicy(named: policy).timetable(of: instance)
        let chain = DelayChain(timetable, of: instance).links
        var end = timetable.makespan
        for link in chain {
            let arrives = timetable.ends[link.task]
            #expect(arrives <= end, "\(policy): \(link)")
            switch link.cause {
            case .nothing: end = timetable.starts[link.task]
            case .transfer(let parent):
                end = timetable.starts[link.task] - link.waited
                #expect(link.waited > 0 && abs(timetable.ends[parent] - end) < 1e-9)
            case .room(let holder):
                end = timetable.starts[link.task]
                #expect(timetable.ends[holder] == end && timetable.nodes[holder] == timetable.nodes[link.task])
            }
        }
        #expect(end == 0, "\(policy)")
    }
}

@Test func workflowsWithoutTasksOrLengthHaveNoBottleneck() throws {
    for steps in [
        [], [Step(id: "a", seconds: 0)], [Step(id: "a", seconds: 0), Step(id: "b", seconds: 0, parents: ["a"])],
    ] {
        let found = try analysis(question(steps, on: cluster(cores: 1), threshold: 0))
        #expect(found.bottlenecks.isEmpty && found.before.makespan == 0 && found.meanParallelism == 0)
        #expect(found.criticalPath.count == steps.count && found.parallelism.isEmpty)
    }
}
