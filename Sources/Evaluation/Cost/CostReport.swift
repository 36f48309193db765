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

    /// What our sizes of memory and cores come to beside requests as defined, on the same rows in the same orders.
    public struct Comparison: Codable, Sendable {
        /// What runs where beside what.
        public var name: String
        /// Gigabyte-hours over those of the requests, minus 1, the mean over the seeds with its interval: below zero is less.
        public var gigabyteHours: Estimate
        /// The same for core-hours.
        public var coreHours: Estimate
        /// The same for cost.
        public var cost: Estimate
        /// The same for the makespan.
        public var makespan: Estimate

        /// The part of the cost that is saved.
        public var saving: Double { -cost.value }
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

    /// Our sizes beside the requests, each on all nodes; ours on their cheapest mix beside the requests on all nodes; and each
    /// on its own cheapest mix.
    public var comparisons: [Comparison]

    /// The least part of the cost of requests as defined that sizing is to save: beside the requests on all nodes, which is what
    /// is paid without sizing, and beside those on their own cheapest mix, which is due to sizes alone.
    public static let promisedSaving = 0.15

    /// Whether it saves that much beside both.
    public var keepsPromise: Bool { comparisons.dropFirst().allSatisfy { $0.saving >= Self.promisedSaving } }

    /// A report of `runs`, by way and seed.
    init(
        kind: String, protocol division: EvaluationProtocol, seeds: [UInt64], rows: Int, names: [String],
        runs: [[SizingReplay.Measures]]
    ) {
        self.kind = kind
        self.protocol = division
        self.seeds = seeds
        self.rows = rows
        func difference(_ way: Int, _ other: Int, _ measure: (SizingReplay.Measures) -> Double) -> Estimate {
            let ratios = zip(runs[way], runs[other]).map { measure($1) > 0 ? measure($0) / measure($1) - 1 : 0 }
            return Bootstrap.estimate([ratios], seed: 1) ?? Estimate(value: 0, low: 0, high: 0)
        }
        ways = names.enumerated().map { way, name in
            Entry(
                name: name, runs: runs[way], gigabyteHoursDifference: difference(way, 0, \.gigabyteHours),
                coreHoursDifference: difference(way, 0, \.coreHours), costDifference: difference(way, 0, \.cost),
                makespanDifference: difference(way, 0, \.makespan))
        }
        // The first half of the ways is on all nodes, the second on the cheapest mix of each; requests come first in each.
        let (half, last) = (names.count / 2, names.count - 1)
        comparisons = [
            ("all nodes, requests on all nodes", half - 1, 0), ("cheapest mix, requests on all nodes", last, 0),
            ("cheapest mix, requests on theirs", last, half),
        ].map { name, way, other in
            Comparison(
                name: name, gigabyteHours: difference(way, other, \.gigabyteHours),
                coreHours: difference(way, other, \.coreHours), cost: difference(way, other, \.cost),
                makespan: difference(way, other, \.makespan))
        }
    }
}
