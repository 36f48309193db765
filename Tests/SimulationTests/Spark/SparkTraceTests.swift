import Kernels
import Simulation
import TestSupport
import Testing

/// The simulator beside the published figures of spark-sched-sim: means of three streams of their own.
@Test(.enabled(if: traces != nil), arguments: [(10, 50, 1362.0, 1086.0), (50, 200, 446, 72.5)])
func firstComeAndFairComeToWhatWasPublished(executors: Int, count: Int, fifo: Double, fair: Double) throws {
    let jobs = SparkJobs(try SparkJob.measured(in: try #require(traces) + "/tpch_spark"))
    #expect(jobs.count == 154)
    let streams = 12
    var logarithms: [[Double]] = [[], [], []]
    for seed in 0..<UInt64(streams) {
        let stream = SparkStream(of: jobs, count: count, seed: 7000 + seed)
        let means = [SparkOrder.fifo, .fair].map { rule in
            var cluster = SparkCluster(stream, executors: executors)
            cluster.run(rule)
            return cluster.meanCompletion
        }
        for (place, value) in [means[0], means[1], means[1] / means[0]].enumerated() {
            logarithms[place].append(logarithm(value))
        }
    }
    // The mean of three streams, and that of these: both come from one distribution, by two standard errors of the difference.
    for (values, published) in zip(logarithms, [fifo, fair, fair / fifo]) {
        let mean = values.reduce(0, +) / Double(streams)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(streams - 1)
        let error = (variance * (1 / Double(streams) + 1.0 / 3)).squareRoot()
        #expect(abs(mean - logarithm(published)) < 2 * error, "\(mean) ± \(error), published \(logarithm(published))")
    }
}
