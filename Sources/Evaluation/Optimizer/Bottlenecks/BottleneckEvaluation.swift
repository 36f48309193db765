import Kernels
import Scheduling
import Simulation

/// How well methods say, before a workflow runs, on which tasks its end will hang.
///
/// What is true of a workflow is how often the end hangs on each task in many runs with durations resampled; a bottleneck is
/// a task of which that is at least the threshold. All methods are asked about the same workflows.
public struct BottleneckEvaluation: Codable, Sendable {
    /// A way to tell the probability of each task of a workflow, of which the spreads of its durations are given.
    public struct Method: Sendable {
        var name: String
        var probabilities: @Sendable (SchedulingInstance, [Double]) -> [Double]

        /// A method called `name`.
        public init(
            _ name: String, probabilities: @escaping @Sendable (SchedulingInstance, [Double]) -> [Double]
        ) {
            (self.name, self.probabilities) = (name, probabilities)
        }
    }

    /// What one method came to.
    public struct Entry: Codable, Sendable {
        /// Its name.
        public var name: String
        /// The mean over workflows of the average precision with which it finds the bottlenecks.
        public var averagePrecision: Estimate
        /// The mean over workflows of the Brier score.
        public var brierScore: Estimate
        /// The calibration error over the tasks of all workflows.
        public var calibrationError: Double
        /// The average precision of the first method minus its own on the same workflows: above zero the first is better.
        public var precisionGain: Estimate
        /// Its own Brier score minus that of the first: above zero the first is better.
        public var brierGain: Estimate
    }

    /// The threshold of the settings.
    public static let threshold = 0.8
    private static let seed: UInt64 = 11

    /// Workflows.
    public var workflows: Int
    /// What each method came to.
    public var entries: [Entry]

    /// Asks `methods` about each of `workflows` on the clusters and with the spreads of durations that it is given with.
    ///
    /// Intervals are over workflows: what one comes to on several clusters counts as its mean.
    public init(
        _ methods: [Method], on workflows: [[(instance: SchedulingInstance, spreads: [Double])]], runs: Int = 200,
        threshold: Double = Self.threshold, seed: UInt64
    ) {
        precondition(
            !methods.isEmpty && !workflows.isEmpty && !workflows.contains { $0.isEmpty },
            "\(methods.count) methods, \(workflows.count) workflows")
        let problems = workflows.flatMap(\.self)
        let owners = workflows.indices.flatMap { [Int](repeating: $0, count: workflows[$0].count) }
        var generator = SeededGenerator(seed: seed)
        let truths = problems.map {
            BottleneckShares($0.instance, spreads: $0.spreads, runs: runs, using: &generator).probabilities
        }
        let answers = methods.map { method in problems.map { method.probabilities($0.instance, $0.spreads) } }
        let precisions = answers.map { answers in
            Self.means(
                zip(answers, truths).map { answer, truth in
                    BinaryMetrics.averagePrecision(answer, truth.map { $0 >= threshold })
                }, of: owners)
        }
        let scores = answers.map {
            Self.means(zip($0, truths).map { BinaryMetrics.brierScore($0, frequencies: $1) }, of: owners)
        }
        self.workflows = workflows.count
        entries = methods.indices.map { place in
            Entry(
                name: methods[place].name, averagePrecision: Self.mean(precisions[place]),
                brierScore: Self.mean(scores[place]),
                calibrationError: BinaryMetrics.calibrationError(
                    answers[place].flatMap(\.self), frequencies: truths.flatMap(\.self)),
                precisionGain: Self.mean(zip(precisions[0], precisions[place]).map { $0 - $1 }),
                brierGain: Self.mean(zip(scores[place], scores[0]).map { $0 - $1 }))
        }
    }

    /// The mean of what each owner's problems came to, of those for which there is something.
    private static func means(_ values: [Double?], of owners: [Int]) -> [Double] {
        var sums: [(sum: Double, count: Double)] = []
        for (value, owner) in zip(values, owners) {
            while sums.count <= owner { sums.append((0, 0)) }
            guard let value else { continue }
            sums[owner].sum += value
            sums[owner].count += 1
        }
        return sums.filter { $0.count > 0 }.map { $0.sum / $0.count }
    }

    private static func mean(_ values: [Double]) -> Estimate {
        Bootstrap.estimate(values.isEmpty ? [] : [values], seed: seed) ?? Estimate(value: 0, low: 0, high: 0)
    }
}

extension BottleneckEvaluation.Method {
    /// 1 for the tasks on a longest path by expected durations, 0 for the others.
    public static let criticalPath = Self("critical path") { instance, _ in
        let behind = instance.graph.upwardRanks(costs: instance.meanDurations) {
            instance.transferSeconds(from: $0, to: $1)
        }
        var before = [Double](repeating: 0, count: instance.taskCount)
        for task in instance.graph.topologicalOrder {
            instance.forEachParent(of: task) { parent, transfer in
                before[task] = max(before[task], before[parent] + instance.meanDurations[parent] + transfer)
            }
        }
        let longest = (behind.max() ?? 0) * (1 - 1e-9)
        return zip(before, behind).map { $0 + $1 >= longest ? 1 : 0 }
    }

    /// The share of so many runs: the first with the durations as they are, the others resampled.
    public static func runs(_ count: Int, name: String? = nil, seed: UInt64) -> Self {
        Self(name ?? "\(count) runs") { instance, spreads in sampled(instance, spreads, runs: count, seed: seed) }
    }

    /// The share of as many runs as `count` says of a workflow, at least one.
    public static func runs(
        _ name: String, seed: UInt64, count: @escaping @Sendable (SchedulingInstance, [Double]) -> Int
    ) -> Self {
        Self(name) { sampled($0, $1, runs: count($0, $1), seed: seed) }
    }

    private static func sampled(_ instance: SchedulingInstance, _ spreads: [Double], runs: Int, seed: UInt64)
        -> [Double]
    {
        let expected = BottleneckShares(SchedulingPolicy.fifo.timetable(of: instance), of: instance).probabilities
        guard runs > 1 else { return expected }
        var generator = SeededGenerator(seed: seed)
        let others = BottleneckShares(instance, spreads: spreads, runs: runs - 1, using: &generator).probabilities
        return zip(expected, others).map { ($0 + Double(runs - 1) * $1) / Double(runs) }
    }
}
