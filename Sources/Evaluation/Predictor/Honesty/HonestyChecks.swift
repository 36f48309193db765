import Files
import Prediction
import Workflows

/// Shows that a kind of predictor learns nothing from what cannot be known, and something from what can.
///
/// A check trains anew: shuffled labels as often as the evaluation itself, the others once.
public struct HonestyChecks: Sendable {
    /// What was evaluated.
    public let evaluator: PredictorEvaluator

    /// Checks of what `evaluator` evaluates.
    public init(_ evaluator: PredictorEvaluator) {
        self.evaluator = evaluator
    }

    /// How often ``run(against:progress:)`` tells of its progress.
    public var pieces: Int { 3 }

    /// Runs them all.
    ///
    /// - Parameters:
    ///   - predictions: the rows of the evaluation.
    ///   - progress: told after each piece.
    public func run(
        against predictions: [PredictionRow], progress: @escaping @Sendable () -> Void = {}
    ) async throws -> HonestyReport {
        let shuffled = try await shuffledLabels()
        progress()
        let scrambled = try scrambledOutcomes(predictions)
        progress()
        let doubled = try doubledInput()
        progress()
        return HonestyReport(
            shuffledLabels: shuffled, scrambledOutcomes: scrambled,
            visibility: evaluator.division == .online ? try visibility() : nil, doubledInput: doubled)
    }

    /// What is learned from and what is asked in one piece of the protocol, for the checks that need no more: the first
    /// fold, and online the first and the second half in time.
    func firstDivision() throws -> (training: [TaskExecution], tested: [Int]) {
        let executions = evaluator.executions
        switch evaluator.division {
        case .groups, .time, .random, .leaveOut, .larger:
            let fold = try evaluator.folds()[0]
            return (fold.training.map { executions[$0] }, fold.tested)
        case .fixed: return (try evaluator.fixedTraining(), evaluator.usablePlaces)
        case .online:
            let end = middle()
            return (
                evaluator.usablePlaces.map { executions[$0] }.filter { $0.completedAt ?? .infinity <= end },
                evaluator.usablePlaces.filter { executions[$0].task.submittedAt ?? 0 > end }
            )
        }
    }

    /// The moment at which half of the tasks are submitted.
    func middle() -> Double {
        let moments = evaluator.usablePlaces.compactMap { evaluator.executions[$0].task.submittedAt }.sorted()
        return moments.isEmpty ? 0 : moments[(moments.count - 1) / 2]
    }
}
