import History
import Workflows

/// Two predictors, A and B, on the same executions: where B is better and where it is worse.
public struct PairedComparison: Codable, Sendable {
    /// What executions of a segment have in common.
    public enum Dimension: String, Codable, Sendable {
        /// Nothing but the target.
        case all
        /// The task type.
        case type
        /// The class of the size of the input.
        case size
        /// How many completed executions of the type were known, or to which of the two the type is new.
        case known
    }

    /// What is said of a segment.
    public enum Verdict: String, Codable, Sendable {
        /// The interval of the difference lies above zero.
        case better
        /// It holds zero.
        case tie
        /// It lies below zero.
        case worse
        /// There is no interval.
        case open
    }

    /// Accuracy of B minus that of A, with its 95 % interval where there is one.
    public struct Difference: Codable, Hashable, Sendable {
        /// The difference.
        public var value: Double
        /// Quantile 0.025.
        public var low: Double?
        /// Quantile 0.975.
        public var high: Double?

        /// A difference; without bounds where there is no interval.
        public init(value: Double, low: Double? = nil, high: Double? = nil) {
            (self.value, self.low, self.high) = (value, low, high)
        }

        init(_ estimate: Estimate) {
            self.init(value: estimate.value, low: estimate.low, high: estimate.high)
        }

        /// Of two estimates on executions of their own: both errors are independent, so that their squares add.
        public init(
            from a: (value: Double, low: Double, high: Double), to b: (value: Double, low: Double, high: Double)
        ) {
            func norm(_ x: Double, _ y: Double) -> Double { (x * x + y * y).squareRoot() }
            let value = b.value - a.value
            self.init(
                value: value, low: value - norm(b.value - b.low, a.high - a.value),
                high: value + norm(b.high - b.value, a.value - a.low))
        }

        /// What it says of B.
        public var verdict: Verdict {
            guard let low, let high else { return .open }
            return low > 0 ? .better : high < 0 ? .worse : .tie
        }
    }

    /// Some of the executions, at one target.
    public struct Segment: Codable, Sendable {
        /// `cpu`, `memory` or `duration`; the name of a series.
        public var target: String
        /// What they have in common.
        public var dimension: Dimension
        /// Which ones they are.
        public var segment: String
        /// Executions; absent where the two were scored on different ones.
        public var rows: Int?
        /// Accuracy of A.
        public var accuracyA: Double
        /// Accuracy of B.
        public var accuracyB: Double
        /// Their difference.
        public var difference: Difference
        /// What it says of B.
        public var verdict: Verdict

        /// A segment; the verdict follows from the difference.
        public init(
            target: String, dimension: Dimension, segment: String, rows: Int?, accuracyA: Double, accuracyB: Double,
            difference: Difference
        ) {
            (self.target, self.dimension, self.segment, self.rows) = (target, dimension, segment, rows)
            (self.accuracyA, self.accuracyB, self.difference) = (accuracyA, accuracyB, difference)
            verdict = difference.verdict
        }
    }

    /// Target by target, each with everything first and then in the order of ``Dimension``.
    public var segments: [Segment]
}

extension PairedComparison {
    /// Asks both, as they are, about the usable ones of `executions` for which `isTested` holds.
    ///
    /// All executions of a target are compared as evaluations are: by task type, then by workflow, with an interval from
    /// resampling types; types of fewer than five are left out there. Within a segment each execution counts the same, and
    /// executions are what is resampled.
    public init(
        _ a: any ResourcePredictor, _ b: any ResourcePredictor, on executions: [TaskExecution], seed: UInt64,
        where isTested: (TaskExecution) -> Bool
    ) async throws {
        var evaluator = PredictorEvaluator(
            executions.filter(isTested), by: .fixed, of: FinishedPredictor(b, kind: "b"), seed: seed)
        evaluator.baselines = []
        evaluator.comparisons = [FinishedPredictor(a, kind: "a")]
        evaluator.trainingHistory = []
        let rows = try await evaluator.rows(folds: [])
        let tested = evaluator.executions
        segments = ResourceTarget.allCases.flatMap { target in
            PairedRows(a: rows[1], b: rows[0], of: target, tested, seed: seed).segments
        }
    }
}

/// The answers of both to the same tasks, at one target.
private struct PairedRows {
    let target: ResourceTarget
    let a: [PredictionRow]
    let b: [PredictionRow]
    let executions: [TaskExecution]
    let seed: UInt64

    init(a: [PredictionRow], b: [PredictionRow], of target: ResourceTarget, _ executions: [TaskExecution], seed: UInt64)
    {
        self.target = target
        self.a = a.filter { $0.target == target }
        self.b = b.filter { $0.target == target }
        self.executions = executions
        self.seed = seed
    }

    var segments: [PairedComparison.Segment] {
        [all].compactMap { $0 } + segments(.type) { b[$0].taskType }
            + segments(.size) { SizeClass.name(of: executions[b[$0].row].task.inputBytes) }
            + segments(.known) {
                switch (a[$0].cold, b[$0].cold) {
                case (false, false): "known to both"
                case (true, true): "new to both"
                case (true, false): "known to B only"
                case (false, true): "known to A only"
                }
            }
    }

    private var all: PairedComparison.Segment? {
        TargetComparison(target, [b, a], names: ["b", "a"], baselines: 1, seed: seed).difference(to: 1).map {
            PairedComparison.Segment(
                target: target.rawValue, dimension: .all, segment: "all", rows: b.count,
                accuracyA: TypeScores(a).mean(\.accuracy), accuracyB: TypeScores(b).mean(\.accuracy),
                difference: .init($0))
        }
    }

    private func segments(
        _ dimension: PairedComparison.Dimension, by name: (Int) -> String
    ) -> [PairedComparison.Segment] {
        Dictionary(grouping: b.indices, by: name).sorted { $0.key < $1.key }.compactMap { name, places in
            let differences = places.map { b[$0].accuracy - a[$0].accuracy }
            // One execution has no spread that could tell how sure its difference is.
            let estimate = places.count > 1 ? Bootstrap.estimate([differences], seed: seed) : nil
            return PairedComparison.Segment(
                target: target.rawValue, dimension: dimension, segment: name, rows: places.count,
                accuracyA: places.map { a[$0] }.mean(of: \.accuracy),
                accuracyB: places.map { b[$0] }.mean(of: \.accuracy),
                difference: estimate.map { .init($0) } ?? .init(value: Bootstrap.mean([differences])))
        }
    }
}

/// Classes of the size of a task's input, a hundredfold each.
private enum SizeClass {
    private static let bounds: [(below: Double, name: String)] = [
        (1e6, "input under 1 MB"), (1e8, "input 1 to 100 MB"), (1e10, "input 100 MB to 10 GB"),
    ]

    static func name(of inputBytes: Double?) -> String {
        guard let inputBytes else { return "input not known" }
        return bounds.first { inputBytes < $0.below }?.name ?? "input 10 GB and more"
    }
}
