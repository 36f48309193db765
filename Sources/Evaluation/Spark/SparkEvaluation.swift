import Simulation

/// Rules for executors of Spark on the same streams of jobs, paired over seeds.
public struct SparkEvaluation: Codable, Sendable {
    /// One rule.
    public struct Entry: Codable, Sendable {
        /// Its name.
        public var name: String
        /// Mean seconds from a job's arrival to its end, by stream.
        public var completions: [Double]
        /// Their mean over streams.
        public var mean: Estimate
        /// The sum of completions over that of the baseline, streams resampled together: below one is sooner.
        public var ratio: Estimate
        /// The same seconds as they were published for this many executors and jobs, on three other streams; nil if they were not.
        public var published: Double?
        /// The part of the means of three of these streams, drawn with replacement, that lie below what was published: where that
        /// stands in the distribution of what it is a draw of. Nil without it, or with fewer than ten streams.
        public var publishedRank: Double?
    }

    /// The jobs that figures were published for are so many TPC-H queries.
    static let publishedJobs = 154

    /// Executors.
    public var executors: Int
    /// Jobs of a stream.
    public var jobs: Int
    /// Mean seconds between two arrivals.
    public var meanGap: Double
    /// Seeds of the streams.
    public var seeds: [UInt64]
    /// The rules; the first is the baseline.
    public var entries: [Entry]

    /// Runs `rules` on the stream of each seed.
    ///
    /// - Parameter progress: told of each run that has ended.
    public init(
        _ rules: [(name: String, rule: any SparkRule)], of jobs: SparkJobs, count: Int, meanGap: Double = 25,
        executors: Int, seeds: [UInt64], progress: (_ name: String) -> Void = { _ in }
    ) {
        precondition(!rules.isEmpty && !seeds.isEmpty, "\(rules.count) rules on \(seeds.count) streams")
        let allJobs = jobs.count
        var completions = [[Double]](repeating: [], count: rules.count)
        for seed in seeds {
            let stream = SparkStream(of: jobs, count: count, meanGap: meanGap, seed: seed)
            for (place, rule) in rules.enumerated() {
                completions[place].append(Self.completion(rule.rule, of: stream, executors: executors))
                progress(rule.name)
            }
        }
        (self.executors, self.jobs, self.meanGap, self.seeds) = (executors, count, meanGap, seeds)
        entries = zip(rules, completions).map { rule, own in
            let published =
                meanGap == 25 && allJobs == Self.publishedJobs
                ? Self.published.first { $0.executors == executors && $0.jobs == count && $0.name == rule.name }?
                    .seconds
                : nil
            return Entry(
                name: rule.name, completions: own,
                mean: Bootstrap.estimate([own], seed: 1) ?? Estimate(value: 0, low: 0, high: 0),
                ratio: Bootstrap.ratio(of: own, to: completions[0], seed: 1),
                published: published,
                publishedRank: published.flatMap { own.count < 10 ? nil : Bootstrap.rank(of: $0, amongMeansOf: 3, own) }
            )
        }
    }

    /// How much sooner jobs end under `own` than under `other`, as a part of the latter's completion, with its interval.
    public static func gain(of own: Entry, over other: Entry) -> Estimate {
        let ratio = Bootstrap.ratio(of: own.completions, to: other.completions, seed: 1)
        return Estimate(value: 1 - ratio.value, low: 1 - ratio.high, high: 1 - ratio.low)
    }

    private static func completion(_ rule: some SparkRule, of stream: SparkStream, executors: Int) -> Double {
        var cluster = SparkCluster(stream, executors: executors)
        cluster.run(rule)
        return cluster.meanCompletion
    }

    /// Mean completion in seconds of the simulator spark-sched-sim over three seeds, which differ by a factor of up to five.
    public static let published: [(executors: Int, jobs: Int, name: String, seconds: Double)] = [
        (10, 50, "fifo", 1362), (10, 50, "fair", 1086), (10, 50, "srpt", 599), (50, 200, "fifo", 446),
        (50, 200, "fair", 72.5), (50, 200, "srpt", 175), (50, 200, "srpt-fair", 69.8),
    ]
}
