import History
import Workflows

/// What an evaluation of a predictor came to.
public struct PredictorReport: Codable, Sendable {
    /// One kind of predictor on one target.
    public struct Entry: Codable, Sendable {
        /// `median`, `last`, `linear`, or the kind that is evaluated.
        public var name: String
        /// Its figures.
        public var metrics: TargetMetrics
    }

    /// Ours against another kind on the same rows.
    public enum Verdict: String, Codable, Sendable {
        /// The interval of the difference lies above zero.
        case better
        /// It holds zero.
        case tie
        /// It lies below zero.
        case worse

        /// What a `difference` in accuracy says.
        public init(_ difference: Estimate) {
            self = difference.low > 0 ? .better : difference.high < 0 ? .worse : .tie
        }
    }

    /// A further kind on the same rows.
    public struct Comparison: Codable, Sendable {
        /// The kind.
        public var name: String
        /// Its figures.
        public var metrics: TargetMetrics
        /// Accuracy of ours minus that of this kind, paired by type.
        public var difference: Estimate
        /// What that difference says of ours.
        public var verdict: Verdict
    }

    /// One task type of one target.
    public struct TypeEntry: Codable, Sendable {
        /// The type.
        public var taskType: String
        /// Tested rows.
        public var rows: Int
        /// Mean accuracy of ours.
        public var accuracy: Double
        /// Mean accuracy of the best baseline.
        public var baselineAccuracy: Double
        /// Median of |p - y| / y of ours.
        public var medianError: Double
    }

    /// Share of rows at or below a quantile of their forecast.
    public struct CalibrationPoint: Codable, Sendable {
        /// The quantile.
        public var nominal: Double
        /// The share that was observed.
        public var observed: Double
    }

    /// In how many of the tested task types a learned model had a say, beyond the statistics that it stands on.
    public struct LearnedShare: Codable, Sendable {
        /// Types with a forecast that it had a say in; all other forecasts are those of the statistics.
        public var types: Int
        /// Tested types.
        public var of: Int
    }

    /// One target.
    public struct Target: Codable, Sendable {
        /// `cpu`, `memory` or `duration`.
        public var target: ResourceTarget
        /// What is evaluated.
        public var ours: TargetMetrics
        /// The type median, the last execution and the line of the type, on the same rows.
        public var baselines: [Entry]
        /// The baseline with the highest accuracy.
        public var bestBaseline: String
        /// 1 - (1 - accuracy of ours) / (1 - accuracy of the best baseline)
        public var skill: Double
        /// Accuracy of ours minus that of the best baseline, paired by type.
        public var difference: Estimate
        /// What that difference says.
        public var verdict: Verdict
        /// Task types, the worst first.
        public var types: [TypeEntry]
        /// Each quantile that was forecast against what was observed: 0.05, 0.5 and 0.95, and those between and above
        /// where they are known.
        public var calibration: [CalibrationPoint]
        /// Types with 50 rows or more, the one whose quantile 0.95 covers least first.
        public var coverage: [TypeCoverage]
        /// Why it is no more than a tie; absent where it is none.
        public var tie: TieEvidence?
        /// Further kinds on the same rows, such as the predictor without its learned part.
        public var comparisons: [Comparison]
        /// What would have been asked for over what was used.
        public var allocation: AllocationSpread
        /// By the number of completed executions of the type that were known.
        public var coldStart: [KnownClass]
        /// The tested rows in equal slices in the order of submission; empty where there are no moments.
        public var drift: [TimeSlice]
        /// Where a learned model had a say; absent in reports of before.
        public var learned: LearnedShare?
    }

    /// The kind that is evaluated.
    public var kind: String
    /// How executions were divided.
    public var `protocol`: EvaluationProtocol
    /// The seed of everything random.
    public var seed: UInt64
    /// Folds.
    public var folds: Int
    /// Rows of the history.
    public var rows: Int
    /// Those that are usable.
    public var usableRows: Int
    /// Whether labels were shuffled within each type on the training side.
    public var shuffledLabels: Bool
    /// Targets that have a type with five tested rows.
    public var targets: [Target]
    /// Memory allocations of ours, where memory was measured.
    public var sizing: SizingMetrics?
    /// Memory as it would have been asked for without forecasts, on the same rows.
    public var requestSizing: SizingMetrics?
    /// Memory as the simple rules on what the type has used would have asked for it, on the same rows.
    public var sizingBaselines: [SizingEntry] = []
    /// For each target the forecasts that were furthest too low and too high, with what they were made from.
    public var worstCases: [WorstCase]
    /// What was done to show that nothing is learned from what cannot be known; absent where it was not done.
    public var honesty: HonestyReport?
    /// Names the executions that were tested.
    public var dataset: DatasetDigest?
    /// Names those that were learned from, with the protocol `fixed`.
    public var trainingDataset: DatasetDigest?
}

/// An evaluation with the rows that it rests on.
public struct PredictorEvaluation: Sendable {
    /// The figures.
    public var report: PredictorReport
    /// One row for each tested task and target.
    public var predictions: [PredictionRow]
    /// How the history was divided; empty for `online`.
    public var folds: [Fold]
}
