import Prediction

/// What an optimizer finds in workflows, and what its changes are worth.
public struct OptimizerReport: Encodable, Sendable {
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
        /// Gains promised, each over the makespan of the workflow as it is.
        public var promised: [Double]
        /// Gains on true durations, each over that makespan on true durations.
        public var real: [Double]

        /// The median of the differences, as parts of the makespan.
        public var medianError: Double { OptimizerReport.median(zip(promised, real).map { abs($0 - $1) }) ?? 0 }
        /// The median of the differences as parts of what was promised.
        public var medianRelativeError: Double {
            OptimizerReport.median(zip(promised, real).filter { $0.0 > 0 }.map { abs($0.0 - $0.1) / $0.0 }) ?? 0
        }
        /// The share of the promises that were gains and came to gains.
        public var signRight: Double {
            let made = zip(promised, real).filter { $0.0 > 0 }
            return made.isEmpty ? 1 : Double(made.count { $0.1 > 0 }) / Double(made.count)
        }
    }

    /// One way to look for sets of changes.
    public struct Search: Encodable, Sendable {
        /// Its name.
        public var name: String
        /// Hypervolume of the front by workflow: makespan, cost and gigabyte-hours over what they are, to 1.1 of each, and
        /// quality to none.
        public var hypervolumes: [Double]
        /// Simulations, the mean over workflows.
        public var simulations: Double

        /// The mean hypervolume.
        public var meanHypervolume: Double { hypervolumes.reduce(0, +) / Double(max(hypervolumes.count, 1)) }
    }

    /// By kind and size.
    public var detection: [Detection]
    /// Workflows with planted faults of 40 % of their makespan.
    public var planted: [Gain]
    /// The workflows as they are.
    public var asTheyAre: [Gain]
    /// Promises for both.
    public var promise: Promise
    /// Ways to look for sets, on the workflows with planted faults.
    public var searches: [Search]

    /// The part of the makespan that the planted workflows lose by their faults together.
    public static let plantedShare = 0.4
    /// The size of a fault at which ``wantedScore`` is wanted.
    public static let judgedShare = 0.1
    /// Precision and recall that are wanted.
    public static let wantedScore = 0.9
    /// The median gain that is wanted on workflows with planted faults.
    public static let wantedGain = 0.3

    /// The median gain of `gains`; nil for none.
    public static func medianGain(_ gains: [Gain]) -> Double? { median(gains.map(\.gain)) }

    private static func median(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : Prediction.median(ofSorted: values.sorted())
    }
}

// Beside what is counted, what it comes to.

extension OptimizerReport.Detection {
    private enum Key: String, CodingKey { case kind, share, planted, found, wrong, precision, recall }

    /// The counts with precision and recall, where there are any.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(kind, forKey: .kind)
        try container.encode(share, forKey: .share)
        try container.encode(planted, forKey: .planted)
        try container.encode(found, forKey: .found)
        try container.encode(wrong, forKey: .wrong)
        try container.encodeIfPresent(precision, forKey: .precision)
        try container.encodeIfPresent(recall, forKey: .recall)
    }
}

extension OptimizerReport.Promise {
    private enum Key: String, CodingKey { case promised, real, medianError, medianRelativeError, signRight }

    /// The gains, and how far they lie apart.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(promised, forKey: .promised)
        try container.encode(real, forKey: .real)
        try container.encode(medianError, forKey: .medianError)
        try container.encode(medianRelativeError, forKey: .medianRelativeError)
        try container.encode(signRight, forKey: .signRight)
    }
}
