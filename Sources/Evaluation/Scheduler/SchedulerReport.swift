/// What an evaluation of policies and clusters on streams of workflows came to.
///
/// Every variant runs the same streams, one for each seed; what is compared is paired over seeds.
public struct SchedulerReport: Codable, Sendable {
    /// What one variant came to on one stream.
    public struct Measures: Codable, Sendable, Hashable {
        /// Seed of the stream.
        public var seed: UInt64
        /// Seconds from a workflow's arrival to the end of its last task, the mean.
        public var meanCompletion: Double
        /// Their 95th percentile.
        public var p95Completion: Double
        /// Those seconds over the workflow's critical path at the fastest speed, the mean.
        public var meanSlowdown: Double
        /// The longest time from arrival to completion, in seconds.
        public var longestCompletion: Double
        /// Seconds from the first arrival to the end of the last task.
        public var makespan: Double
        /// Workflows that missed a deadline.
        public var missedDeadlines: Int
        /// Workflows that were given up.
        public var givenUp: Int
        /// Executions that did not end well, per 100 tasks.
        public var failuresPer100: Double
        /// The part of the cluster's core-seconds that was held.
        public var utilisation: Double
        /// Cores held, failed attempts included, times hours.
        public var coreHours: Double
        /// Gigabytes held, likewise.
        public var gigabyteHours: Double
        /// Price of the time that nodes are on.
        public var cost: Double
        /// Whom a portfolio put in charge; nil where it is none.
        public var choices: [Choice]?
    }

    /// Behind how many moments of arrivals a member of a portfolio was in charge: workflows that come at one moment count once.
    public struct Choice: Codable, Sendable, Hashable {
        /// The member.
        public var member: String
        /// The moments.
        public var arrivals: Int
    }

    /// One variant.
    public struct Entry: Codable, Sendable {
        /// Its name.
        public var name: String
        /// What it came to on each stream.
        public var runs: [Measures]
        /// Mean completion, by seed over that of the baseline, minus 1: below zero is sooner.
        public var completionDifference: Estimate
        /// The same for the 95th percentile.
        public var p95Difference: Estimate
        /// The same for GB-hours.
        public var gigabyteHoursDifference: Estimate
        /// The same for cost; zero where nothing costs anything.
        public var costDifference: Estimate
        /// The same for the mix that they are compared by, of which each part counts over the baseline's; nil where that is mean
        /// completion.
        public var rewardDifference: Estimate?
        /// What the difference in mean completion says.
        public var verdict: PredictorReport.Verdict

        /// The difference in what they are compared by.
        public var difference: Estimate { rewardDifference ?? completionDifference }

        /// The part of the arrivals of all streams behind which each member of a portfolio was in charge, the largest first; none
        /// where it is no portfolio.
        public var shares: [(member: String, part: Double)] {
            var counts: [String: Int] = [:]
            for choice in runs.lazy.compactMap(\.choices).joined() {
                counts[choice.member, default: 0] += choice.arrivals
            }
            let all = Double(max(counts.values.reduce(0, +), 1))
            return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, Double($0.value) / all) }
        }
    }

    /// The variant that the others are compared with: the first.
    public var baseline: String
    /// The variants, in the order in which they were asked for.
    public var variants: [Entry]
    /// Seeds of the streams.
    public var seeds: [UInt64]
    /// Workflows of one stream.
    public var workflows: Int
    /// Core-seconds that arrive over those that the cluster has, the mean over the streams.
    public var load: Double
    /// The mix that they are compared by, as `completion=1,cost=0.2`; nil where that is mean completion.
    public var reward: String?
}

/// An evaluation: the report, and what pictures are drawn from.
public struct SchedulerEvaluation: Sendable {
    /// One workflow of one stream in one variant.
    public struct Completion: Sendable, Hashable {
        /// Seconds from its arrival to the end of its last task; nil if it was given up.
        public var seconds: Double?
        /// Its core-seconds at speed 1.
        public var work: Double
    }

    /// The figures.
    public var report: SchedulerReport
    /// By variant, the workflows of all streams in the same order.
    public var completions: [[Completion]]
}
