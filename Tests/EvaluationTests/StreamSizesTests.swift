import Files
import Prediction
import Simulation
import Testing
import Workflows

@testable import Evaluation

private let cluster = Cluster(
    nodes: (0..<4).map { Cluster.Node(name: "n\($0)", cores: 16, memoryBytes: 64e9, pricePerHour: 1) })

/// Tasks that ask for 16 GB and need 30 to 60 % of it.
private func stream(seed: UInt64, shares: ClosedRange<Double> = 0.3...0.6) throws -> ArrivalStream {
    let rule = RequestRule(
        memoryBytes: .constant(16e9), peakShare: .uniform(from: shares.lowerBound, to: shares.upperBound))
    let workload = Workload(
        arrivals: ArrivalProcess(.poisson, .load(0.7)), extent: .count(40),
        applications: [
            .init(name: "layers", source: .family(SyntheticFamily(.layered, tasks: .uniform(from: 5, to: 30))))
        ],
        requests: rule)
    return try workload.arrivals(seed: seed, on: cluster) { _ in throw InputError("no file") }
}

@Test func sizesOfAStreamAreLearnedFromThoseBefore() async throws {
    let past = Array(try stream(seed: 99))
    let variants = try StreamSizes.allCases.map { sizes in
        var variant = StreamVariant(.fifo, on: cluster, name: sizes.rawValue)
        variant.sizes = try sizes.requests(after: past, trainer: StatisticsTrainer.gated, seed: 1)
        return variant
    }
    #expect(variants[0].sizes == nil)
    let report = try await SchedulerEvaluator(variants, seeds: [1, 2]) { seed, _ in try stream(seed: seed) }.run()
        .report
    // The largest, rounded up to a power of two, is what is asked for at the most.
    #expect(report.variants[1].gigabyteHoursDifference.value == 0)
    for variant in report.variants.dropFirst(2) {
        // The upper quantile lies near 58.5 %, and a tenth above it.
        #expect(variant.gigabyteHoursDifference.value < -0.3 && variant.gigabyteHoursDifference.value > -0.4)
        #expect(variant.runs.allSatisfy { $0.failuresPer100 == 0 })
    }
    // Where tasks need more than those before did, attempts fail and are tried again.
    let harder = try await SchedulerEvaluator(variants, seeds: [1]) { seed, _ in
        try stream(seed: seed, shares: 0.6...0.9)
    }.run().report
    #expect(harder.variants[0].runs[0].failuresPer100 == 0 && harder.variants[2].runs[0].failuresPer100 > 20)
    // No task asks for more than its request, and one of an unknown type for just that.
    let unknown = try StreamSizes.predicted.requests(after: [], trainer: StatisticsTrainer.gated, seed: 1)
    for arrival in past.prefix(3) {
        #expect(try unknown?(arrival).memory.allSatisfy { $0 == 16e9 } == true)
        let known = try #require(try variants[2].sizes?(arrival))
        #expect(known.memory.allSatisfy { $0 > 8e9 && $0 < 11e9 })
    }
}

/// Tasks of a stream that compute for a part `used` of the time.
private func arrivals(seed: UInt64, used: Double?, cores: Double = 1) throws -> [WorkflowArrival] {
    try Array(stream(seed: seed)).prefix(15).map { arrival in
        var arrival = arrival
        for place in arrival.workflow.tasks.indices {
            arrival.workflow.update(place) { task in
                task.cpu = used
                task.wishes.cores = cores
            }
        }
        return arrival
    }
}

@Test func coresThatAreNotUsedAreTakenBackAndProlongWhatIsComputed() throws {
    let past = try arrivals(seed: 99, used: 0.2, cores: 4)
    let sizes = try #require(
        try StreamSizes.predictedWithCores.requests(after: past, trainer: StatisticsTrainer.gated, seed: 1))
    let memoryAlone = try #require(
        try StreamSizes.p95.requests(after: past, trainer: StatisticsTrainer.gated, seed: 1))
    let drawn = try arrivals(seed: 1, used: 0.2, cores: 4)[0]
    let asked = try sizes(drawn)
    // 1 / (0.1 / 0.2 + 1) = 0.67, in tenths.
    #expect(asked.cores.allSatisfy { abs($0 - 0.7) < 1e-9 })
    #expect(try memoryAlone(drawn).cores.allSatisfy { $0 == 4 })
    let unmeasured = try arrivals(seed: 1, used: nil, cores: 4)[0]
    #expect(try sizes(unmeasured).cores.allSatisfy { $0 == 4 })

    let instance = try SchedulingInstance(drawn.workflow, on: cluster)
    var arrival = Arrival(at: 0, instance)
    try arrival.ask(for: asked)
    #expect(arrival.instance.cores == asked.cores && arrival.memoryRequests == asked.memory)
    for (before, after) in zip(instance.runtimes, arrival.instance.runtimes) where before > 0 {
        #expect(abs(after / before - (1 + 0.2 * (1 / 0.7 - 1))) < 1e-9)
    }
    // No node has more memory than it has.
    try arrival.ask(for: TaskSizes(cores: asked.cores, memory: asked.memory.map { _ in 1e12 }))
    #expect(arrival.memoryRequests?.allSatisfy { $0 == 64e9 } == true)
}
