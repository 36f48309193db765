import Prediction

/// What an optimizer finds in workflows, and what its changes are worth.
public struct OptimizerReport: Encodable, Sendable {
    /// What can be measured apart from the rest.
    public enum Part: String, CaseIterable, Codable, Sendable {
        /// Which planted faults are found.
        case faults
        /// What the changes are worth, and whether promises come true.
        case gains
        /// Ways to look for sets of changes.
        case searches
        /// What is lost if only the first few changes are simulated.
        case orders
    }

    /// Faults of one kind and size.
    public struct Detection: Encodable, Sendable {
        /// The kind.
        public var kind: FaultKind
        /// The part of the makespan that each fault costs; 0 for a kind that costs no time.
        public var share: Double
        /// Faults that were planted.
        public var planted: Int
        /// Those of them that were found.
        public var found: Int
        /// Suggestions of the kind that mend no planted fault and are not made without it too, and all about decoys.
        public var wrong: Int

        /// Found ones over all suggestions of the kind; nil where there is none.
        public var precision: Double? { found + wrong > 0 ? Double(found) / Double(found + wrong) : nil }
        /// Found ones over all planted ones; nil where there is none.
        public var recall: Double? { planted > 0 ? Double(found) / Double(planted) : nil }
    }

    /// A workflow before and after what is recommended for it.
    public struct Gain: Encodable, Sendable {
        /// Its name.
        public var workflow: String
        /// Its tasks.
        public var tasks: Int
        /// The part of its makespan that planted faults cost; 0 where none were planted.
        public var faultShare: Double
        /// How long it takes first in, first out, in seconds.
        public var fifo: Double
        /// How long it takes by HEFT.
        public var heft: Double
        /// How long it takes first in, first out, with what is recommended.
        public var after: Double
        /// Suggestions that were offered, and of these recommended.
        public var offered: Int
        /// Those of them that are recommended.
        public var recommended: Int

        /// The part of the makespan that is gained.
        public var gain: Double { fifo > 0 ? 1 - after / fifo : 0 }
    }

    /// What was promised on forecast durations, and what it came to on true ones.
    public struct Promise: Encodable, Sendable {
        /// What was recommended for one workflow, in parts of its makespan as it is.
        public struct Row: Encodable, Sendable {
            /// Its name.
            public var workflow: String
            /// The types of the changes that are recommended.
            public var types: [String]
            /// The gain in the run with the forecast durations.
            public var planned: Double
            /// The gain that was promised: the median of the runs with resampled durations.
            public var promised: Double
            /// Quantile 0.05 of these.
            public var low: Double
            /// Quantile 0.95 of these.
            public var high: Double
            /// The gain on true durations, as a part of the makespan on true durations.
            public var real: Double
            /// The gain that was promised, in seconds.
            public var promisedSeconds: Double
            /// The gain on true durations, in seconds.
            public var realSeconds: Double
        }

        /// A row for each workflow for which something was recommended.
        public var rows: [Row] = []

        private var promised: [Double] { rows.map(\.promised) }
        private var real: [Double] { rows.map(\.real) }

        /// The median of the differences, as parts of the makespan.
        public var medianError: Double { OptimizerReport.median(zip(promised, real).map { abs($0 - $1) }) ?? 0 }
        /// The median of the differences as parts of what was promised.
        public var medianRelativeError: Double {
            OptimizerReport.median(zip(promised, real).filter { $0.0 > 0 }.map { abs($0.0 - $0.1) / $0.0 }) ?? 0
        }
        /// The median of the differences in seconds, as parts of the seconds that were promised.
        public var medianSecondsError: Double {
            OptimizerReport.median(
                rows.filter { $0.promisedSeconds > 0 }.map {
                    abs($0.promisedSeconds - $0.realSeconds) / $0.promisedSeconds
                }) ?? 0
        }
        /// The share of the promises that were gains and came to gains.
        public var signRight: Double {
            let made = zip(promised, real).filter { $0.0 > 0 }
            return made.isEmpty ? 1 : Double(made.count { $0.1 > 0 }) / Double(made.count)
        }
        /// The median of what was promised less what it came to: above zero where more is promised than comes true.
        public var medianExcess: Double { OptimizerReport.median(zip(promised, real).map { $0 - $1 }) ?? 0 }
        /// The share of the gains that lie between the quantiles that were promised.
        public var coverage: Double {
            rows.isEmpty
                ? 1 : Double(rows.count { ($0.low - 1e-9...$0.high + 1e-9).contains($0.real) }) / Double(rows.count)
        }
    }

    /// One way to look for sets of changes.
    public struct Search: Sendable {
        /// Its name.
        public var name: String
        /// Hypervolume of the front by workflow: makespan, cost and gigabyte-hours over what they are, up to twice as much of
        /// each, and quality down to none.
        public var hypervolumes: [Double]
        /// Simulations, the mean over workflows.
        public var simulations: Double

        /// The mean hypervolume.
        public var meanHypervolume: Double { hypervolumes.reduce(0, +) / Double(max(hypervolumes.count, 1)) }

        /// By how much its hypervolume is larger than that of `other` on the same workflows, the mean with its interval over
        /// workflows; nil without any.
        public func advantage(over other: Search) -> Estimate? {
            guard !hypervolumes.isEmpty else { return nil }
            return Bootstrap.estimate([zip(hypervolumes, other.hypervolumes).map { $0 - $1 }], seed: 1)
        }
    }

    /// What is gained where only the first few changes are simulated, in one order.
    public struct Order: Sendable {
        /// Its name.
        public var name: String
        /// Changes that are simulated at the most; nil: all.
        public var trials: Int?
        /// The part of the makespan that is gained, by workflow.
        public var gains: [Double]
        /// Simulations, the mean over workflows.
        public var simulations: Double

        /// The mean gain.
        public var meanGain: Double { gains.reduce(0, +) / Double(max(gains.count, 1)) }

        /// How much of what `other` gains on the same workflows is lost, the mean with its interval over workflows; nil without
        /// any.
        public func loss(beside other: Order) -> Estimate? {
            guard !gains.isEmpty else { return nil }
            return Bootstrap.estimate([zip(gains, other.gains).map { $1 - $0 }], seed: 1)
        }
    }

    /// What was measured, in the order of all; the rest is empty.
    public var parts: [Part]
    /// By kind and size.
    public var detection: [Detection] = []
    /// Workflows with planted faults of 40 % of their makespan.
    public var planted: [Gain] = []
    /// The workflows as they are.
    public var asTheyAre: [Gain] = []
    /// Promises for both.
    public var promise = Promise()
    /// Ways to look for sets, on the workflows with planted faults.
    public var searches: [Search] = []
    /// Ways to look for sets, on workflows in which time, cost, memory and quality are given up for each other.
    public var choices: [Search] = []
    /// Orders in which changes are simulated, on the workflows with planted faults; the first simulates all.
    public var orders: [Order] = []

    /// A report of `parts` in which nothing stands yet.
    init(parts: Set<Part> = Set(Part.allCases)) { self.parts = Part.allCases.filter(parts.contains) }

    /// The part of the makespan that the planted workflows lose by their faults together.
    public static let plantedShare = 0.4
    /// The size of a fault at which ``wantedScore`` is wanted.
    public static let judgedShare = 0.1
    /// Precision and recall that are wanted.
    public static let wantedScore = 0.9
    /// The median gain that is wanted on workflows with planted faults.
    public static let wantedGain = 0.3
    /// The median difference between the seconds promised and gained, as a part of the former, that is wanted at the most.
    public static let wantedError = 0.1
    /// Promises from which on their median is judged.
    public static let judgedPromises = 10

    /// The median gain of `gains`; nil for none.
    public static func medianGain(_ gains: [Gain]) -> Double? { median(gains.map(\.gain)) }

    private static func median(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : Prediction.median(ofSorted: values.sorted())
    }
}
