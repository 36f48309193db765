/// What ways to size tasks came to on the same rows, in the same orders.
public struct CostReport: Codable, Sendable {
    /// One way.
    public struct Entry: Codable, Sendable {
        /// What it is called.
        public var name: String
        /// What it came to, by seed.
        public var runs: [SizingReplay.Measures]
        /// Gigabyte-hours over those of the first way, minus 1: below zero is less.
        public var gigabyteHoursDifference: Estimate
        /// The same for core-hours.
        public var coreHoursDifference: Estimate
        /// The same for cost.
        public var costDifference: Estimate
        /// The same for the makespan.
        public var makespanDifference: Estimate

        /// The mean of a measure over the seeds.
        public func mean(_ measure: (SizingReplay.Measures) -> Double) -> Double {
            runs.reduce(0) { $0 + measure($1) } / Double(max(runs.count, 1))
        }
    }

    /// The kind of predictor.
    public var kind: String
    /// How rows were divided.
    public var `protocol`: EvaluationProtocol
    /// Seeds of the replays.
    public var seeds: [UInt64]
    /// Rows of the last replay.
    public var rows: Int
    /// The ways; the first is what the others are compared with.
    public var ways: [Entry]

    /// The last way's cost over that of the first on its cheapest mix, minus 1, the mean over the seeds: what sizes alone save
    /// where the nodes suit them.
    public var sizesAlone: Double {
        let (ours, theirs) = (ways[ways.count - 1].runs, ways[ways.count / 2].runs)
        return zip(ours, theirs).reduce(0) { $0 + $1.0.cost / $1.1.cost - 1 } / Double(max(ours.count, 1))
    }

    /// The least part of the cost of requests as defined that sizing is to save.
    public static let promisedSaving = 0.15

    /// A report of `runs`, by way and seed.
    init(
        kind: String, protocol division: EvaluationProtocol, seeds: [UInt64], rows: Int, names: [String],
        runs: [[SizingReplay.Measures]]
    ) {
        self.kind = kind
        self.protocol = division
        self.seeds = seeds
        self.rows = rows
        ways = zip(names, runs).map { name, ours in
            func difference(_ measure: (SizingReplay.Measures) -> Double) -> Estimate {
                let ratios = zip(ours, runs[0]).map { measure($1) > 0 ? measure($0) / measure($1) - 1 : 0 }
                return Bootstrap.estimate([ratios], seed: 1) ?? Estimate(value: 0, low: 0, high: 0)
            }
            return Entry(
                name: name, runs: ours, gigabyteHoursDifference: difference(\.gigabyteHours),
                coreHoursDifference: difference(\.coreHours), costDifference: difference(\.cost),
                makespanDifference: difference(\.makespan))
        }
    }
}
