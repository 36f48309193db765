import Simulation

/// How a learner gets on over its epochs, as it is and with each of its parts left out, over the same seeds.
public struct LearningReport: Codable, Sendable {
    /// One variant of the learner.
    public struct Entry: Codable, Sendable {
        /// Its name.
        public var name: String
        /// By seed, mean completion on validation streams over that of the rule, minus 1: before the first epoch, then behind each.
        public var curves: [[Double]]
        /// The mean over the last quarter of the epochs, over seeds.
        public var end: Estimate
        /// The mean over all epochs, over seeds: how soon it learns.
        public var whole: Estimate
        /// ``end`` less that of the first variant, paired over seeds; above 0 is later.
        public var endDifference: Estimate
        /// ``whole`` less that of the first variant, likewise.
        public var wholeDifference: Estimate
        /// What ``endDifference`` says.
        public var verdict: PredictorReport.Verdict

        /// The mean over seeds by epoch.
        public var mean: [Double] { columns.map { $0.reduce(0, +) / Double(max($0.count, 1)) } }
        /// The least and the most over seeds by epoch.
        public var range: [ClosedRange<Double>] { columns.map { ($0.min() ?? 0)...($0.max() ?? 0) } }

        private var columns: [[Double]] {
            (0..<(curves.map(\.count).min() ?? 0)).map { epoch in curves.map { $0[epoch] } }
        }
    }

    /// What completions are compared with.
    public var rule: String
    /// The seeds.
    public var seeds: [UInt64]
    /// Epochs of a run.
    public var epochs: Int
    /// Streams of an epoch.
    public var episodes: Int
    /// Streams that a network is evaluated on.
    public var validationStreams: Int
    /// What the whole learner learned with, by name.
    public var hyperparameters: [String: Double]
    /// What was rewarded and evaluated, as `completion=1,cost=0.2`; nil where that is mean completion, which figures then are of.
    public var reward: String?
    /// The variants, the whole learner first.
    public var entries: [Entry]

    /// A report of `variants`: a curve for each seed, from before the first epoch on; the first one is what the others are compared with.
    public init(
        _ variants: [(name: String, curves: [[Double]])], over rule: String, seeds: [UInt64], epochs: Int,
        episodes: Int, validationStreams: Int, hyperparameters: [String: Double] = [:],
        reward: SchedulingReward = .init()
    ) {
        precondition(
            !variants.isEmpty && epochs > 0
                && variants.allSatisfy {
                    $0.curves.count == seeds.count && $0.curves.allSatisfy { $0.count == epochs + 1 }
                },
            "\(variants.count) variants of \(seeds.count) seeds and \(epochs) epochs")
        (self.rule, self.seeds, self.epochs, self.episodes) = (rule, seeds, epochs, episodes)
        (self.validationStreams, self.hyperparameters) = (validationStreams, hyperparameters)
        self.reward = reward == .init() ? nil : "\(reward)"
        let last = max(1, epochs / 4)
        func ends(_ curves: [[Double]]) -> [Double] { curves.map { Self.mean($0.suffix(last)) } }
        func wholes(_ curves: [[Double]]) -> [Double] { curves.map { Self.mean($0.dropFirst()) } }
        let (end, whole) = (ends(variants[0].curves), wholes(variants[0].curves))
        entries = variants.map { name, curves in
            let difference = Self.estimate(zip(ends(curves), end).map { $0 - $1 })
            return Entry(
                name: name, curves: curves, end: Self.estimate(ends(curves)), whole: Self.estimate(wholes(curves)),
                endDifference: difference, wholeDifference: Self.estimate(zip(wholes(curves), whole).map { $0 - $1 }),
                verdict: difference.high < 0 ? .better : difference.low > 0 ? .worse : .tie)
        }
    }

    private static func mean(_ values: ArraySlice<Double>) -> Double {
        values.reduce(0, +) / Double(max(values.count, 1))
    }

    private static func estimate(_ values: [Double]) -> Estimate {
        Bootstrap.estimate([values], seed: 1) ?? Estimate(value: 0, low: 0, high: 0)
    }
}
