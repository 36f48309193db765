import Prediction
import Workflows

extension HonestyChecks {
    /// Evaluates ours, the type's median and its most accurate constant once more on labels that are shuffled within types.
    ///
    /// Where ours is better than both it is tried with another shuffle: luck does not come twice, knowledge does.
    func shuffledLabels() async throws -> HonestyReport.ShuffledLabels {
        if evaluator.trainer is FinishedPredictor {
            return .init(
                verdict: .skipped, reason: "it is scored as it is, and not trained", shuffles: 0, targets: [])
        }
        for shuffle in 1...Self.shuffles {
            let targets = try await shuffledTargets(shuffle)
            if targets.isEmpty {
                return .init(
                    verdict: .skipped, reason: "no known type has five tested rows", shuffles: shuffle, targets: [])
            }
            let isHonest = targets.allSatisfy(\.isHonest)
            if isHonest || shuffle == Self.shuffles {
                return .init(verdict: isHonest ? .passed : .failed, reason: nil, shuffles: shuffle, targets: targets)
            }
        }
        preconditionFailure("no shuffle was tried")
    }

    /// Shuffles that are tried before ours is said to know more than the distribution.
    private static let shuffles = 2

    private func shuffledTargets(_ shuffle: Int) async throws -> [HonestyReport.ShuffledTarget] {
        var shuffled = evaluator
        shuffled.shufflesLabels = true
        shuffled.baselines = [StatisticsTrainer.median, ConstantTrainer()]
        shuffled.comparisons = []
        shuffled.shuffle = shuffle
        let folds = try shuffled.folds()
        // Of a type that is not known, shuffling takes nothing away: wider groups keep their levels.
        let rows = try await shuffled.rows(folds: folds).map { $0.filter { $0.known > 0 } }
        return ResourceTarget.allCases.compactMap { target -> HonestyReport.ShuffledTarget? in
            let rows = rows.map { $0.filter { $0.target == target } }
            let comparison = TargetComparison(
                target, rows, names: shuffled.kinds.map(\.kind), baselines: 2, seed: shuffled.seed)
            guard let median = comparison.difference(to: 1), let constant = comparison.difference(to: 2) else {
                return nil
            }
            let accuracies = rows.map { TypeScores($0).mean(\.accuracy) }
            return HonestyReport.ShuffledTarget(
                target: target, accuracy: accuracies[0], medianAccuracy: accuracies[1], difference: median,
                constantAccuracy: accuracies[2], constantDifference: constant)
        }
    }
}
