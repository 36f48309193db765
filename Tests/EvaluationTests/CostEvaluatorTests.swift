import Files
import Kernels
import Prediction
import Testing
import Workflows

@testable import Evaluation

private func execution(
    _ place: Int, memory: Double?, seconds: Double, cores: Double = 1, cpu: Double? = nil, request: Double? = nil,
    type: String = "p"
) -> TaskExecution {
    var task = TaskSpec(workflow: "w", process: type, cores: cores, submittedAt: Double(place))
    task.memoryRequestBytes = request
    return TaskExecution(
        task: task, taskID: "\(place)", completedAt: Double(place) + seconds, cpu: cpu, memory: memory,
        duration: seconds)
}

private let node = Cluster.Node(name: "n", cores: 4, memoryBytes: 16e9, pricePerHour: 2)

@Test func aReplayHoldsWhatWasAskedForAndRetriesWithTheDouble() throws {
    // An hour each; the first needs 3 GB.
    let rows = [execution(0, memory: 3e9, seconds: 3600), execution(1, memory: 1e9, seconds: 3600, cores: 4, cpu: 3)]
    let defined = TaskSizes(cores: [1, 4], memory: [4e9, 1e9])
    let replay = try SizingReplay(rows, requests: defined, on: Cluster(nodes: [node]), seed: 1)
    // One behind the other, as there are four cores.
    let before = try replay.run(defined)
    #expect(abs(before.cost - 2 * 7260.0 / 3600) < 1e-9 && before.failuresPer100 == 0)
    #expect(abs(before.gigabyteHours - 5) < 1e-9 && abs(before.coreHours - 5) < 1e-9)
    // The second on two cores takes 3 / 2 as long, beside the first, which fails once and then holds 4 GB.
    let after = try replay.run(.init(cores: [1, 2], memory: [2e9, 1e9]))
    #expect(abs(after.gigabyteHours - (2 + 4 + 1.5)) < 1e-9 && abs(after.coreHours - (2 + 3)) < 1e-9)
    #expect(after.failuresPer100 == 50 && abs(after.makespan - 7200) < 1e-6)
    #expect(abs(after.cost - before.cost) < 1e-9)
    // More than the node has is cut to it.
    #expect(try abs(replay.run(.init(cores: [1, 1], memory: [99e9, 1e9])).gigabyteHours - 19) < 1e-9)
}

@Test func theCheapestMixOfAReplayLeavesOutWhatIsDear() throws {
    let rows = (0..<8).map { execution($0, memory: 2e9, seconds: 3600) }
    let dear = Cluster.Node(name: "d", cores: 4, memoryBytes: 16e9, pricePerHour: 20)
    let sizes = TaskSizes(cores: rows.map { _ in 1 }, memory: rows.map { _ in 4e9 })
    let replay = try SizingReplay(rows, requests: sizes, on: Cluster(nodes: [dear, node]), seed: 1)
    let (all, one) = (try replay.run(sizes), try replay.runOnCheapestMix(sizes, deadlineSeconds: 8000, iterations: 50))
    #expect(abs(all.cost - 22 * 3660.0 / 3600) < 1e-9 && abs(one.cost - 2 * 7260.0 / 3600) < 1e-9)
    #expect(throws: InputError.self) { try replay.runOnCheapestMix(sizes, deadlineSeconds: 3000, iterations: 50) }
}

/// A type that asks for 8 GB and uses 1 to 1.4: the p95 and a tenth and the forecast save most of it, and the requests are the
/// recorded ones.
@Test func sizesAreComparedOnTheSameRows() throws {
    var generator = SeededGenerator(seed: 3)
    let rows = (0..<200).map { place in
        execution(
            place, memory: 1e9 + 4e8 * generator.uniformDouble(), seconds: 600 + 600 * generator.uniformDouble(),
            cores: 2, cpu: 0.9, request: 8e9)
    }
    let cluster = Cluster(
        nodes: (0..<4).map { Cluster.Node(name: "n\($0)", cores: 8, memoryBytes: 32e9, pricePerHour: 1) })
    let evaluator = CostEvaluator(
        rows, by: .time, of: StatisticsTrainer.gated, on: cluster, seeds: [1, 2])
    let report = try evaluator.run()
    #expect(report.rows == 60 && report.ways.count == 8 && report.ways.allSatisfy { $0.runs.count == 2 })
    let hours = rows[140...].reduce(0) { $0 + ($1.duration ?? 0) / 3600 }
    #expect(abs(report.ways[0].mean(\.gigabyteHours) - 8 * hours) < 1e-6)
    #expect(abs(report.ways[0].mean(\.coreHours) - 2 * hours) < 1e-6)
    let values = rows[..<140].compactMap(\.memory).sorted()
    #expect(
        abs(
            (CostEvaluator.memory(Array(rows[..<140]), level: 0.95)["w:p"] ?? 0)
                - (values[132] + 0.05 * (values[133] - values[132]))) < 1)
    #expect(report.ways[1].gigabyteHoursDifference.value < -0.7 && report.ways[2].gigabyteHoursDifference.value < -0.7)
    // Cores that the history shows to be unused are taken back, and the rest is cheaper for it.
    #expect(abs(report.ways[3].coreHoursDifference.value + 0.5) < 0.05)
    #expect(report.ways[3].costDifference.value < -0.15 && report.ways[7].costDifference.value < -0.15)
    // Beside the requests on all nodes and on their own cheapest ones, each order beside the same order.
    func ratio(_ way: Int, _ other: Int, _ measure: (SizingReplay.Measures) -> Double) -> Double {
        zip(report.ways[way].runs, report.ways[other].runs).reduce(0) { $0 + measure($1.0) / measure($1.1) - 1 } / 2
    }
    for (found, (way, other)) in zip(report.comparisons, [(3, 0), (7, 0), (7, 4)]) {
        #expect(abs(found.cost.value - ratio(way, other, \.cost)) < 1e-12)
        #expect(abs(found.gigabyteHours.value - ratio(way, other, \.gigabyteHours)) < 1e-12)
        #expect(abs(found.coreHours.value - ratio(way, other, \.coreHours)) < 1e-12)
        #expect(abs(found.makespan.value - ratio(way, other, \.makespan)) < 1e-12)
        #expect(found.cost.low <= found.cost.value && found.cost.value <= found.cost.high)
    }
    #expect(report.comparisons.count == 3 && report.comparisons[2].cost.value > report.comparisons[1].cost.value)
    #expect(report.keepsPromise == (report.comparisons[2].saving >= 0.15 && report.comparisons[1].saving >= 0.15))
    var dear = report
    dear.comparisons[2].cost.value = -0.149
    #expect(!dear.keepsPromise)
    #expect(throws: InputError.self) {
        var free = evaluator
        free.cluster = Cluster(nodes: [Cluster.Node(name: "n", cores: 8)])
        _ = try free.run()
    }
    #expect(throws: InputError.self) {
        var online = evaluator
        online.division = .online
        _ = try online.run()
    }
}
