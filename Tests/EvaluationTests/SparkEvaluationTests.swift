import Simulation
import Testing

@testable import Evaluation

private func job(_ size: Int) -> SparkJob {
    SparkJob(name: "\(size)", stages: [.init(tasks: 3 * size, durations: SparkDurations(constant: Double(size)))])
}

private let jobs = SparkJobs((1...5).map(job))

@Test func rulesForSparkAreComparedOnTheSameStreams() {
    let rules: [(name: String, rule: any SparkRule)] = SparkOrder.allCases.map { ($0.rawValue, $0) }
    let seeds: [UInt64] = [4, 5, 6, 7]
    let evaluation = SparkEvaluation(rules, of: jobs, count: 12, meanGap: 3, executors: 3, seeds: seeds)
    #expect(evaluation.entries.map(\.name) == ["fifo", "fair", "srpt", "srpt-fair"])
    #expect(evaluation.entries[0].ratio.value == 1 && evaluation.entries[0].ratio.low == 1)
    for (entry, rule) in zip(evaluation.entries, SparkOrder.allCases) {
        for (seed, completion) in zip(seeds, entry.completions) {
            var cluster = SparkCluster(SparkStream(of: jobs, count: 12, meanGap: 3, seed: seed), executors: 3)
            cluster.run(rule)
            #expect(cluster.meanCompletion == completion)
        }
        #expect(abs(entry.mean.value - entry.completions.reduce(0, +) / 4) < 1e-9 && entry.published == nil)
        let ratio = entry.completions.reduce(0, +) / evaluation.entries[0].completions.reduce(0, +)
        #expect(abs(entry.ratio.value - ratio) < 1e-9 && entry.ratio.low <= ratio && entry.ratio.high >= ratio)
    }
    let gain = SparkEvaluation.gain(of: evaluation.entries[2], over: evaluation.entries[0])
    #expect(gain.value == 1 - evaluation.entries[2].ratio.value && gain.low <= gain.value && gain.value <= gain.high)
    #expect(gain.value > 0)
    // The least remaining work is published at 10 executors and 50 jobs, for the 154 queries alone.
    let all = SparkJobs((0..<154).map { job(1 + $0 % 5) })
    for (jobs, published) in [(jobs, nil), (all, 599.0)] {
        let known = SparkEvaluation([("srpt", SparkOrder.srpt)], of: jobs, count: 50, executors: 10, seeds: [1])
        #expect(known.entries[0].published == published && known.entries[0].publishedRank == nil)
    }
}

/// Where what was published stands among means of three of our own streams.
@Test func whatWasPublishedHasARankAmongMeansOfThree() {
    let jobs = SparkJobs((0..<154).map { job(1 + $0 % 5) })
    let streams = SparkEvaluation(
        [("srpt", SparkOrder.srpt)], of: jobs, count: 50, executors: 10, seeds: Array(1...12))
    // These jobs are far shorter than those of what was published.
    #expect(streams.entries[0].publishedRank == 1)
    // Of three of 0 and 1 the mean is 0, 1/3, 2/3 and 1 in 1, 3, 3 and 1 of 8 draws.
    let values = [0.0, 1]
    for (mean, rank) in [(0.0, 0.0), (0.2, 0.125), (0.5, 0.5), (0.9, 0.875), (1.1, 1)] {
        #expect(abs(Bootstrap.rank(of: mean, amongMeansOf: 3, values) - rank) < 0.02)
    }
}
