import Kernels
import Prediction
import Workflows

/// What bases forecast of executions that they had not seen: all that touches the base in training.
///
/// Three ways of holding out, because they ask for different things: of an execution among its neighbours in time and
/// run; of one in a run of which nothing is known; of one that comes after all that is known.
struct BlindForecasts: Sendable {
    /// By bases that learned from four of five folds.
    var inFolds: [BaseForecast?]
    /// By bases that learned from other runs; nil where the type has no other, empty where there are too few runs.
    var inOtherRuns: [BaseForecast?] = []
    /// By a base that learned from the first 70 % of each type, for the rest; empty where there are no moments.
    var ahead: [BaseForecast?] = []

    private static let folds = 5

    /// Forecasts of `executions`, which are usable and, where all have moments, in the order of their completion.
    init(of executions: [TaskExecution], base: StatisticsPredictor, seed: UInt64) {
        var generator = SeededGenerator(seed: seed ^ 0xF01D)
        let folds = executions.map { _ in Int(generator.next() % UInt64(Self.folds)) }
        inFolds = Self.forecasts(executions, folds: folds, base: base)
        if let folds = Self.foldsOfRuns(executions, using: &generator) {
            inOtherRuns = Self.forecasts(executions, folds: folds, base: base)
        }
        if executions.allSatisfy({ $0.completedAt != nil && $0.task.submittedAt != nil }) {
            let later = Self.isLater(executions)
            ahead = Self.forecasts(executions, folds: later.map { $0 ? 0 : nil }, base: base)
        }
    }

    /// Each execution with a fold by a base that learned from those that are not in that fold.
    private static func forecasts(
        _ executions: [TaskExecution], folds: [Int?], base: StatisticsPredictor
    ) -> [BaseForecast?] {
        var forecasts = [BaseForecast?](repeating: nil, count: executions.count)
        for fold in Set(folds.compactMap(\.self)).sorted() {
            let held = executions.indices.filter { folds[$0] == fold }
            let rest = executions.indices.filter { folds[$0] != fold }
            guard !rest.isEmpty else { continue }
            let blind = StatisticsPredictor(rules: base.rules, executions: rest.map { executions[$0] })
            for (place, answer) in zip(held, blind.predict(held.map { executions[$0].task })) where !answer.cold {
                forecasts[place] = BaseForecast(answer)
            }
        }
        return forecasts
    }

    /// Whole runs dealt into folds; nil where there are fewer runs than folds, or no type is in two of them.
    private static func foldsOfRuns(
        _ executions: [TaskExecution], using generator: inout SeededGenerator
    ) -> [Int?]? {
        let runs = Set(executions.compactMap(\.task.run)).sorted()
        guard runs.count >= Self.folds else { return nil }
        let order = runs.shuffled(using: &generator)
        let folds = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0 % Self.folds) })
        var first: [String: String] = [:]
        let isShared = executions.contains { execution in
            guard let run = execution.task.run else { return false }
            let other = first.updateValue(run, forKey: execution.task.taskType)
            return other != nil && other != run
        }
        return isShared ? executions.map { $0.task.run.flatMap { folds[$0] } } : nil
    }

    /// Whether each execution is in the last 30 % of its type.
    private static func isLater(_ executions: [TaskExecution]) -> [Bool] {
        var (counts, seen): ([String: Int], [String: Int]) = ([:], [:])
        for execution in executions { counts[execution.task.taskType, default: 0] += 1 }
        return executions.map { execution in
            let type = execution.task.taskType
            seen[type, default: 0] += 1
            return (seen[type] ?? 0) * 10 > (counts[type] ?? 0) * 7
        }
    }
}
