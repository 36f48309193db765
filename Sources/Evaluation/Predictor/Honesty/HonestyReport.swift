import Workflows

/// What was done to show that nothing is learned from what cannot be known, and what came of it.
public struct HonestyReport: Codable, Sendable {
    /// Whether a check found what it looks for.
    public enum Verdict: String, Codable, Sendable {
        /// It is as it should be.
        case passed
        /// It is not.
        case failed
        /// It says nothing here; the reason stands beside it.
        case skipped
    }

    /// Trained on outcomes that were dealt out anew within each type, on one target.
    public struct ShuffledTarget: Codable, Sendable {
        /// The target.
        public var target: ResourceTarget
        /// Accuracy of ours after that, over the types of which an execution was known.
        public var accuracy: Double
        /// Accuracy of the type's median on the same rows, trained on the same.
        public var medianAccuracy: Double
        /// Accuracy of ours minus that of the median, paired by type.
        public var difference: Estimate
        /// Accuracy of the type's most accurate constant on the same rows, trained on the same.
        public var constantAccuracy: Double
        /// Accuracy of ours minus that of the constant, paired by type.
        public var constantDifference: Estimate

        /// Whether ours is no better than what the distribution alone gives.
        var isHonest: Bool { difference.low <= 0 || constantDifference.low <= 0 }
    }

    /// With labels shuffled within types nothing can be learned but the type's distribution.
    ///
    /// Accuracy goes by the relative error, which is smaller below the median than above: who forecasts a mean of logarithms
    /// may beat the median and has learned nothing. The most accurate constant is what the distribution alone can give.
    public struct ShuffledLabels: Codable, Sendable {
        /// Passed where on every target ours is no better than the type's median, or no better than its most accurate
        /// constant: not both intervals lie above zero.
        public var verdict: Verdict
        /// Why it was skipped.
        public var reason: String?
        /// Shuffles that were tried: another one where ours was better than both at first.
        public var shuffles: Int
        /// The targets, of the last shuffle.
        public var targets: [ShuffledTarget]
    }

    /// Everything that is measured of tested tasks was dealt out anew among them: no forecast of theirs may change.
    public struct ScrambledOutcomes: Codable, Sendable {
        /// Passed where no forecast changed.
        public var verdict: Verdict
        /// Why it was skipped.
        public var reason: String?
        /// Tasks whose forecasts were compared.
        public var tasks: Int
        /// Those of which a number changed.
        public var changed: Int
    }

    /// The order of events, as a predictor saw it that learns nothing and takes notes.
    public struct Visibility: Codable, Sendable {
        /// Passed where nothing was shown early.
        public var verdict: Verdict
        /// Why it was skipped.
        public var reason: String?
        /// Forecasts that were asked for.
        public var forecasts: Int
        /// Executions that were shown before a forecast although they completed after its task's submission.
        public var early: Int
    }

    /// One type whose duration grows with the size of its input on the training side.
    public struct SizedType: Codable, Sendable {
        /// The type.
        public var taskType: String
        /// The feature that is the size.
        public var feature: String
        /// Spearman's correlation of the feature and the duration on the training side.
        public var correlation: Double
        /// Median of forecast with the double / forecast as it is, over tested tasks.
        public var ratio: Double
    }

    /// The size of the input of tested tasks was doubled, and with it what goes with it on the training side, as it does there.
    public struct DoubledInput: Codable, Sendable {
        /// Passed where the forecast of the duration rises for at least 0.9 of the types.
        public var verdict: Verdict
        /// Why it was skipped.
        public var reason: String?
        /// The share of types whose forecast rises.
        public var share: Double
        /// The types, the smallest ratio first.
        public var types: [SizedType]
    }

    /// Shuffled labels.
    public var shuffledLabels: ShuffledLabels
    /// Scrambled outcomes.
    public var scrambledOutcomes: ScrambledOutcomes
    /// Nothing is seen early; absent where the protocol has no order.
    public var visibility: Visibility?
    /// Doubled input.
    public var doubledInput: DoubledInput

    /// Whether no check failed.
    public var passed: Bool {
        ![shuffledLabels.verdict, scrambledOutcomes.verdict, visibility?.verdict ?? .passed, doubledInput.verdict]
            .contains(.failed)
    }
}
