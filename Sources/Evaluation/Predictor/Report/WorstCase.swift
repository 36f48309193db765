import Foundation
import Prediction
import Workflows

/// A forecast that was far off, with what it was made from.
public struct WorstCase: Codable, Sendable {
    /// The execution's place in the history.
    public var row: Int
    /// The task's identifier.
    public var taskID: String
    /// The task's type.
    public var taskType: String
    /// The run; empty where there is none.
    public var run: String
    /// The target.
    public var target: ResourceTarget
    /// What was measured.
    public var actual: Double
    /// Quantile 0.05.
    public var p05: Double
    /// The point forecast.
    public var p50: Double
    /// Quantile 0.95.
    public var p95: Double
    /// What would have been asked for.
    public var allocation: Double
    /// Completed executions of the type that could be known.
    public var known: Int
    /// What the forecast rests on.
    public var reason: String
    /// What was known of the task at its submission, as text by name.
    public var inputs: [String: String]
}

extension PredictorEvaluator {
    /// Cases of each direction.
    private static let worstCount = 4

    /// Of `rows`, all of one target, those whose forecast is the furthest too low and the furthest too high as a ratio; one
    /// for each type and direction, so that one broken type does not hide the others.
    func worstCases(_ rows: [PredictionRow]) -> [WorstCase] {
        let byRatio = rows.map { (row: $0, ratio: log($0.p50 / $0.actual)) }
            .sorted { ($0.ratio, $0.row.row) < ($1.ratio, $1.row.row) }
        func worst(_ ordered: some Sequence<(row: PredictionRow, ratio: Double)>) -> [PredictionRow] {
            var (types, found): (Set<String>, [PredictionRow]) = ([], [])
            for (row, _) in ordered where found.count < Self.worstCount && types.insert(row.taskType).inserted {
                found.append(row)
            }
            return found
        }
        let low = worst(byRatio.prefix { $0.ratio < 0 })
        let high = worst(byRatio.reversed().prefix { $0.ratio > 0 })
        return (low + high).map { row in
            WorstCase(
                row: row.row, taskID: row.taskID, taskType: row.taskType, run: row.run, target: row.target,
                actual: row.actual, p05: row.p05, p50: row.p50, p95: row.p95, allocation: row.allocation,
                known: row.known, reason: row.reason, inputs: inputs(of: executions[row.row].task))
        }
    }

    private func inputs(of task: TaskSpec) -> [String: String] {
        var inputs = FeatureColumns.known(of: task).mapValues { value in
            switch value {
            case .number(let number): Int(exactly: number).map { "\($0)" } ?? "\(number)"
            case .word(let word): word
            }
        }
        inputs["node"] = task.node
        return inputs
    }
}
