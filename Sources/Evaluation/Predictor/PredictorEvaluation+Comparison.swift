import Workflows

extension PredictorEvaluation {
    /// Another predictor on one target of tested rows.
    public struct PairedScore: Sendable {
        /// The target.
        public var target: ResourceTarget
        /// Rows that both answered.
        public var rows: Int
        /// Accuracy of the other one.
        public var accuracy: Double
        /// Accuracy of ours minus that of the other one, paired by type.
        public var difference: Estimate
    }

    /// Asks `other`, as it is, about the tasks of `rows`; a target without a type of five rows is left out.
    public static func compare(
        _ rows: [PredictionRow], with other: any ResourcePredictor, executions: [TaskExecution], seed: UInt64
    ) throws -> [PairedScore] {
        let places = Set(rows.map(\.row)).sorted()
        let answers = Dictionary(
            uniqueKeysWithValues: zip(places, try other.predict(places.map { executions[$0].task })))
        return ResourceTarget.allCases.compactMap { target in
            let ours = rows.filter { $0.target == target }
            let theirs = ours.map { row in
                var answered = row
                if let quantity = answers[row.row]?[target] { answered.p50 = quantity.p50 }
                return answered
            }
            return TargetComparison(target, [ours, theirs], names: ["", ""], baselines: 1, seed: seed)
                .difference(to: 1).map {
                    PairedScore(
                        target: target, rows: ours.count, accuracy: TypeScores(theirs).mean(\.accuracy), difference: $0)
                }
        }
    }
}
