import Kernels
import Simulation
import TestSupport
import Testing

/// The simulator beside the published figures of spark-sched-sim: means of three streams of their own.
@Test(
    .enabled(if: traces != nil), arguments: [(10, 50, [1362.0, 1086, 599]), (50, 200, [446, 72.5, 175, 69.8])])
func rulesComeToWhatWasPublished(executors: Int, count: Int, published: [Double]) throws {
    let jobs = SparkJobs(try SparkJob.measured(in: try #require(traces) + "/tpch_spark"))
    #expect(jobs.count == 154)
    let streams = 12
    let rules = [SparkOrder.fifo, .fair, .srpt, .srptFair].prefix(published.count)
    let means = (0..<UInt64(streams)).map { seed in
        let stream = SparkStream(of: jobs, count: count, seed: 7000 + seed)
        return rules.map { rule in
            var cluster = SparkCluster(stream, executors: executors)
            cluster.run(rule)
            return logarithm(cluster.meanCompletion)
        }
    }
    // The mean of three streams, and that of these: both come from one distribution, by two standard errors of the difference. So
    // do the ratios to fair, which vary less.
    let fair = 1
    for rule in rules.indices {
        check(means.map { $0[rule] }, logarithm(published[rule]), "\(rules[rule])")
        guard rule != fair else { continue }
        check(means.map { $0[rule] - $0[fair] }, logarithm(published[rule] / published[fair]), "\(rules[rule]) / fair")
    }
}

private func check(_ values: [Double], _ published: Double, _ name: String) {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    let error = (variance * (1 / count + 1.0 / 3)).squareRoot()
    #expect(abs(mean - published) < 2 * error, "\(name): \(mean) ± \(error), published \(published)")
}
