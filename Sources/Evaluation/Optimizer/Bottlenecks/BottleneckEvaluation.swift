import Kernels
import Prediction
import Scheduling
import Simulation

/// How well methods say, before a workflow runs, on which tasks its end will hang, and how long it will.
///
/// What is true of a workflow is how often the end hangs on each task in many runs with durations resampled, and which part of
/// the makespan the task could delay in them on average; a bottleneck is a task of which the first is at least the threshold. All
/// methods are asked about the same workflows.
public struct BottleneckEvaluation: Codable, Sendable {
    /// A way to tell what will hold a workflow back, of which the spreads of its durations are given.
    public struct Method: Sendable {
        var name: String
        var estimate: @Sendable (SchedulingInstance, [Double]) -> BottleneckEstimate

        /// A method called `name`.
        public init(
            _ name: String, estimate: @escaping @Sendable (SchedulingInstance, [Double]) -> BottleneckEstimate
        ) {
            (self.name, self.estimate) = (name, estimate)
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
        /// The mean over workflows of the mean absolute error of the tasks' delays, as parts of the makespan.
        public var delayError: Estimate
        /// The mean over workflows of Spearman's correlation of the tasks' delays.
        public var delayCorrelation: Estimate
        /// By how much the first method is better than it on the same workflows, above zero where it is: average precision.
        public var precisionGain: Estimate
        /// The same of the Brier score.
        public var brierGain: Estimate
        /// The same of the error of the delays.
        public var delayGain: Estimate
        /// The same of their correlation.
        public var correlationGain: Estimate
    }

    /// The threshold of the settings.
    public static let threshold = 0.8
    private static let seed: UInt64 = 11

    /// What a gain of the first method says of it.
    public static func verdict(_ gain: Estimate) -> PredictorReport.Verdict { .init(gain) }

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
            BottleneckShares($0.instance, spreads: $0.spreads, runs: runs, using: &generator).estimate
        }
        let answers = methods.map { method in problems.map { method.estimate($0.instance, $0.spreads) } }
        func scored(_ score: (BottleneckEstimate, BottleneckEstimate) -> Double?) -> [[Double]] {
            answers.map { Self.means(zip($0, truths).map(score), of: owners) }
        }
        let precisions = scored {
            BinaryMetrics.averagePrecision($0.probabilities, $1.probabilities.map { $0 >= threshold })
        }
        let scores = scored { BinaryMetrics.brierScore($0.probabilities, frequencies: $1.probabilities) }
        let errors = scored { answer, truth in
            zip(answer.delays, truth.delays).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(truth.delays.count)
        }
        let correlations = scored { RankCorrelation.spearman($0.delays, $1.delays) }
        self.workflows = workflows.count
        entries = methods.indices.map { place in
            Entry(
                name: methods[place].name, averagePrecision: Self.mean(precisions[place]),
                brierScore: Self.mean(scores[place]),
                calibrationError: BinaryMetrics.calibrationError(
                    answers[place].flatMap(\.probabilities), frequencies: truths.flatMap(\.probabilities)),
                delayError: Self.mean(errors[place]), delayCorrelation: Self.mean(correlations[place]),
                precisionGain: Self.mean(zip(precisions[0], precisions[place]).map { $0 - $1 }),
                brierGain: Self.mean(zip(scores[place], scores[0]).map { $0 - $1 }),
                delayGain: Self.mean(zip(errors[place], errors[0]).map { $0 - $1 }),
                correlationGain: Self.mean(zip(correlations[0], correlations[place]).map { $0 - $1 }))
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
    /// 1 for the tasks on a longest path by expected durations, 0 for the others; the delay of each is its part of the path.
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
        let length = behind.max() ?? 0
        let probabilities = zip(before, behind).map { $0 + $1 >= length * (1 - 1e-9) ? 1.0 : 0 }
        return BottleneckEstimate(
            probabilities: probabilities,
            delays: zip(probabilities, instance.meanDurations).map { length > 0 ? $0 * $1 / length : 0 })
    }

    /// The share of so many runs: the first with the durations as they are, the others resampled.
    public static func runs(_ count: Int, name: String? = nil, seed: UInt64) -> Self {
        runs(name ?? "\(count) runs", seed: seed) { _, _ in count }
    }

    /// The share of as many runs as `count` says of a workflow, at least one.
    public static func runs(
        _ name: String, seed: UInt64, count: @escaping @Sendable (SchedulingInstance, [Double]) -> Int
    ) -> Self {
        Self(name) { sampled($0, $1, runs: count($0, $1), seed: seed).estimate }
    }

    /// What `scorer` says after the run with the durations as they are; nothing where it knows none.
    public static func asking(_ scorer: any BottleneckScorer, name: String) -> Self {
        Self(name) { instance, spreads in
            Self.answer(scorer, instance, spreads) ?? BottleneckShares(taskCount: instance.taskCount).estimate
        }
    }

    /// So many runs, and what `scorer` says counting for `weight` of them.
    public static func runs(
        _ count: Int, asking scorer: any BottleneckScorer, counting weight: Double, name: String, seed: UInt64
    ) -> Self {
        Self(name) { instance, spreads in
            let shares = sampled(instance, spreads, runs: count, seed: seed)
            guard let prior = Self.answer(scorer, instance, spreads) else { return shares.estimate }
            return shares.estimate(beside: prior, counting: weight)
        }
    }

    private static func answer(
        _ scorer: any BottleneckScorer, _ instance: SchedulingInstance, _ spreads: [Double]
    ) -> BottleneckEstimate? {
        scorer.bottlenecks(
            after: SchedulingPolicy.fifo.timetable(of: instance), of: instance, spreads: spreads, policy: .fifo)
    }

    private static func sampled(_ instance: SchedulingInstance, _ spreads: [Double], runs: Int, seed: UInt64)
        -> BottleneckShares
    {
        var shares = BottleneckShares(SchedulingPolicy.fifo.timetable(of: instance), of: instance)
        guard runs > 1 else { return shares }
        var generator = SeededGenerator(seed: seed)
        shares.add(BottleneckShares(instance, spreads: spreads, runs: runs - 1, using: &generator))
        return shares
    }
}
