import Simulation
import Workflows

/// Runs variants of policy and cluster on the same streams of workflows and compares what came of them, paired over seeds.
public struct SchedulerEvaluator: Sendable {
    /// What is compared; the first is the baseline. The seed of their settings is that of the stream.
    public var variants: [StreamVariant]
    /// What they are compared by, beside the other figures: mean completion, or a mix of which each part counts over the baseline's.
    public var reward = SchedulingReward()
    /// A stream for each.
    public var seeds: [UInt64]
    /// The stream of a seed at the cluster of the baseline, which a load is relative to: it is the same for every variant.
    public var stream: @Sendable (_ seed: UInt64, _ cluster: Cluster) throws -> ArrivalStream

    /// An evaluator of `variants`.
    public init(
        _ variants: [StreamVariant], seeds: [UInt64],
        stream: @escaping @Sendable (_ seed: UInt64, _ cluster: Cluster) throws -> ArrivalStream
    ) {
        precondition(!variants.isEmpty && !seeds.isEmpty, "\(variants.count) variants and \(seeds.count) seeds")
        self.variants = variants
        self.seeds = seeds
        self.stream = stream
    }

    /// Runs every variant on every stream, streams beside each other.
    ///
    /// - Parameter progress: told of each run that has ended.
    public func run(progress: @escaping @Sendable (_ variant: String) -> Void = { _ in }) async throws
        -> SchedulerEvaluation
    {
        let streams = try await withThrowingTaskGroup(of: (place: Int, runs: [StreamRun]).self) { group in
            for place in seeds.indices {
                group.addTask {
                    let runs = try variants.map { variant in
                        try Task.checkCancellation()
                        var variant = variant
                        variant.settings.seed = seeds[place]
                        let run = try StreamRun(variant, of: stream(seeds[place], variants[0].cluster))
                        progress(variant.name)
                        return run
                    }
                    return (place, runs)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.place < $1.place }
        }
        return SchedulerEvaluation(
            variants.indices.map { variant in streams.map { $0.runs[variant] } }, seeds: seeds, reward: reward)
    }
}

extension SchedulerEvaluation {
    /// Compares `runs`: by variant, the first of which is the baseline, one for each of `seeds`.
    public init(_ runs: [[StreamRun]], seeds: [UInt64], reward: SchedulingReward = .init()) {
        precondition(runs.allSatisfy { $0.count == seeds.count } && !runs.isEmpty, "one run for each seed")
        let measures = runs.map { zip($0, seeds).map { $0.measures(seed: $1) } }
        let baseline = runs[0]
        self.init(
            report: SchedulerReport(
                baseline: baseline.first?.variant.name ?? "",
                variants: zip(runs, measures).map { runs, ours in
                    SchedulerReport.Entry(runs.first?.variant.name ?? "", ours, beside: measures[0], by: reward)
                }, seeds: seeds, workflows: baseline.map(\.members.count).max() ?? 0,
                load: baseline.reduce(0) { $0 + $1.load } / Double(max(baseline.count, 1)),
                reward: reward == .init() ? nil : "\(reward)"),
            completions: runs.map { $0.flatMap(\.completions) })
    }
}

extension SchedulerReport.Entry {
    /// A variant with `ours` on the streams on which the baseline came to `theirs`.
    init(
        _ name: String, _ ours: [SchedulerReport.Measures], beside theirs: [SchedulerReport.Measures],
        by reward: SchedulingReward
    ) {
        func difference(_ measure: (SchedulerReport.Measures) -> Double) -> Estimate {
            let ratios = zip(ours, theirs).map { ours, theirs in
                measure(theirs) > 0 ? measure(ours) / measure(theirs) - 1 : 0
            }
            return Bootstrap.estimate([ratios], seed: 1) ?? Estimate(value: 0, low: 0, high: 0)
        }
        let completion = difference(\.meanCompletion)
        self.init(
            name: name, runs: ours, completionDifference: completion, p95Difference: difference(\.p95Completion),
            gigabyteHoursDifference: difference(\.gigabyteHours), costDifference: difference(\.cost),
            rewardDifference: reward == .init()
                ? nil : Bootstrap.estimate([zip(ours, theirs).map { $0.relative(to: $1, by: reward) - 1 }], seed: 1),
            verdict: completion.high < 0 ? .better : completion.low > 0 ? .worse : .tie)
    }
}

extension SchedulerReport {
    /// How much sooner workflows complete in `own` than in `other`, as a part of the latter's mean: the mean over streams.
    public static func sooner(_ own: Entry, than other: Entry) -> Estimate { gain(own, over: other, by: .init()) }

    /// How much less `own` comes to of what is to be little by `reward` than `other`, as a part: the mean over streams.
    public static func gain(_ own: Entry, over other: Entry, by reward: SchedulingReward) -> Estimate {
        precondition(own.runs.count == other.runs.count, "\(own.runs.count) runs beside \(other.runs.count)")
        let gains = zip(own.runs, other.runs).map { 1 - $0.relative(to: $1, by: reward) }
        return Bootstrap.estimate([gains], seed: 1) ?? Estimate(value: 0, low: 0, high: 0)
    }
}

extension SchedulerReport.Measures {
    /// What it comes to beside `other` on the same stream: see ``SchedulingReward/relative(of:to:)``.
    func relative(to other: SchedulerReport.Measures, by reward: SchedulingReward) -> Double {
        reward.relative(of: amount(of:), to: other.amount(of:))
    }

    private func amount(of part: SchedulingReward.Part) -> Double {
        switch part {
        case .completion: meanCompletion
        case .makespan: makespan
        case .cost: cost
        case .missedDeadlines: part.offset + Double(missedDeadlines)
        case .idleCores: utilisation > 0 ? coreHours / utilisation - coreHours : 0
        }
    }
}
