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
        variant.memoryRequests = try sizes.requests(after: past, trainer: StatisticsTrainer.gated, seed: 1)
        return variant
    }
    #expect(variants[0].memoryRequests == nil)
    let report = try await SchedulerEvaluator(variants, seeds: [1, 2]) { seed, _ in try stream(seed: seed) }.run()
        .report
    for variant in report.variants.dropFirst() {
        // The upper quantile lies near 58.5 %, and a tenth above it.
        #expect(variant.gigabyteHoursDifference.value < -0.3 && variant.gigabyteHoursDifference.value > -0.4)
        #expect(variant.runs.allSatisfy { $0.failuresPer100 == 0 })
    }
    // Where tasks need more than those before did, attempts fail and are tried again.
    let harder = try await SchedulerEvaluator(variants, seeds: [1]) { seed, _ in
        try stream(seed: seed, shares: 0.6...0.9)
    }.run().report
    #expect(harder.variants[0].runs[0].failuresPer100 == 0 && harder.variants[1].runs[0].failuresPer100 > 20)
    // No task asks for more than its request, and one of an unknown type for just that.
    let unknown = try StreamSizes.predicted.requests(after: [], trainer: StatisticsTrainer.gated, seed: 1)
    for arrival in past.prefix(3) {
        #expect(try unknown?(arrival).allSatisfy { $0 == 16e9 } == true)
        let known = try #require(try variants[1].memoryRequests?(arrival))
        #expect(known.allSatisfy { $0 > 8e9 && $0 < 11e9 })
    }
}
