import Files
import Scheduling
import Simulation
import Testing
import Workflows

@testable import Evaluation

private func nodes(_ count: Int, cores: Double = 2) -> Cluster {
    Cluster(nodes: (0..<count).map { Cluster.Node(name: "n\($0)", cores: cores, pricePerHour: 1) })
}

private let workload = Workload(
    arrivals: ArrivalProcess(.poisson, .load(0.8)), extent: .count(30),
    applications: [
        .init(name: "chains", source: .family(SyntheticFamily(.chain, tasks: .uniform(from: 1, to: 9)))),
        .init(name: "layers", source: .family(SyntheticFamily(.layered, tasks: .uniform(from: 1, to: 30)))),
    ])

private func evaluation(_ variants: [StreamVariant], seeds: [UInt64]) async throws -> SchedulerEvaluation {
    try await SchedulerEvaluator(variants, seeds: seeds) { seed, cluster in
        try workload.arrivals(seed: seed, on: cluster) { _ in throw InputError("no file") }
    }.run()
}

@Test func everyVariantRunsTheSameStream() async throws {
    // A load is relative to a cluster: with more nodes the same stream comes, not a denser one.
    let variants = [nodes(3), nodes(6), nodes(3, cores: 1)].map { StreamVariant(.fifo, on: $0) }
    let runs = try await evaluation(variants, seeds: [4, 5]).completions
    #expect(runs[1].map(\.work) == runs[0].map(\.work) && runs[2].map(\.work) == runs[0].map(\.work))
    for (fewer, more) in zip(runs[0], runs[1]) { #expect((more.seconds ?? .infinity) <= (fewer.seconds ?? 0) + 1e-9) }
    let report = try await evaluation(variants, seeds: [4, 5]).report
    #expect(report.variants[1].verdict == .better && report.variants[2].verdict == .worse)
    #expect(report.variants[1].runs[0].makespan <= report.variants[0].runs[0].makespan + 1e-9)
}

@Test func differencesArePairedOverSeeds() async throws {
    let variants = [StreamVariant(.ljf, on: nodes(3)), StreamVariant(.srpt, on: nodes(3))]
    let evaluation = try await evaluation(variants, seeds: [7, 8, 9, 10])
    let (first, second) = (evaluation.report.variants[0], evaluation.report.variants[1])
    #expect(first.runs.map(\.seed) == [7, 8, 9, 10] && first.completionDifference.value == 0)
    let ratios = zip(second.runs, first.runs).map { $0.meanCompletion / $1.meanCompletion - 1 }
    #expect(abs(second.completionDifference.value - ratios.reduce(0, +) / 4) < 1e-12)
    #expect(second.completionDifference.low >= ratios.min() ?? 0)
    #expect(second.completionDifference.high <= ratios.max() ?? 0)
    #expect(evaluation.completions.map(\.count) == [120, 120])
}
