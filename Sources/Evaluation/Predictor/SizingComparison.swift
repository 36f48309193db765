import Prediction
import Workflows

/// One rule of asking for memory.
public struct SizingEntry: Codable, Hashable, Sendable {
    /// `p95 x 1.1` or `max x 1.1`, of the type.
    public var name: String
    /// What it came to.
    public var metrics: SizingMetrics
}

/// Memory as it would be asked for without forecasts, from what the types have used so far.
struct SizingBaselines {
    private var sorted: [String: [Double]] = [:]

    /// The names, in the order of ``allocations(for:cold:)``.
    static let names = ["p95 x 1.1", "max x 1.1", "request"]

    mutating func observe(_ execution: TaskExecution) {
        guard execution.isUsable, let memory = execution[.memory] else { return }
        var values = sorted.removeValue(forKey: execution.task.taskType) ?? []
        insert(memory, intoSorted: &values)
        sorted[execution.task.taskType] = values
    }

    /// What each rule asks for: the 0.95 quantile of the type's values and a tenth more, the largest and a tenth more, and
    /// the request as recorded, else the largest rounded up to a power of two.
    ///
    /// - Parameter cold: what all of them ask for where nothing is known: no rule gains or loses by a type's first tasks.
    func allocations(for task: TaskSpec, cold: Double) -> [Double] {
        guard let values = sorted[task.taskType], let largest = values.last else {
            return [cold, cold, request(for: task) ?? cold]
        }
        return [quantile(0.95, ofSorted: values) * 1.1, largest * 1.1, request(for: task) ?? cold]
    }

    /// The request as recorded, else the largest value rounded up to a power of two; nil where nothing is known.
    func request(for task: TaskSpec) -> Double? {
        if let stated = task.memoryRequestBytes, stated > 0 { return stated }
        return sorted[task.taskType]?.last.map(TaskRequests.powerOfTwo(notBelow:))
    }
}

/// Our memory allocations beside those of simple rules, replayed on the same rows: those with memory and duration.
struct SizingComparison {
    /// Ours; nil where no row has memory.
    private(set) var ours: SizingMetrics?
    /// The request.
    private(set) var request: SizingMetrics?
    /// The others.
    private(set) var baselines: [SizingEntry] = []

    /// - Parameter rows: those of our forecasts, of all targets.
    init(_ evaluator: PredictorEvaluator, _ rows: [PredictionRow], folds: [Fold]) {
        let executions = evaluator.executions
        let tested = rows.filter { $0.target == .memory && executions[$0.row][.duration] != nil }
        guard !tested.isEmpty else { return }
        let others = Self.allocations(evaluator, tested, folds: folds)
        func metrics(_ allocations: [Double]) -> SizingMetrics {
            SizingMetrics(
                zip(tested, allocations).map { ($0.actual, $1, executions[$0.row][.duration] ?? 0) })
        }
        ours = metrics(tested.map(\.allocation))
        let entries = SizingBaselines.names.enumerated().map { place, name in
            SizingEntry(name: name, metrics: metrics(others.map { $0[place] }))
        }
        request = entries.last?.metrics
        baselines = entries.dropLast()
    }

    /// For each tested row what the simple rules ask for, from what could be known of its type at that point.
    private static func allocations(
        _ evaluator: PredictorEvaluator, _ tested: [PredictionRow], folds: [Fold]
    ) -> [[Double]] {
        let executions = evaluator.executions
        var known = SizingBaselines()
        switch evaluator.division {
        case .online:
            let ours = Dictionary(tested.map { ($0.row, $0.allocation) }) { first, _ in first }
            var found: [Int: [Double]] = [:]
            for event in OnlineReplay.events(executions, evaluator.usablePlaces) {
                if event.isCompletion {
                    known.observe(executions[event.place])
                } else if let cold = ours[event.place] {
                    found[event.place] = known.allocations(for: executions[event.place].task, cold: cold)
                }
            }
            return tested.map { found[$0.row] ?? [] }
        case .fixed:
            for execution in evaluator.trainingHistory ?? [] { known.observe(execution) }
            return tested.map { known.allocations(for: executions[$0.row].task, cold: $0.allocation) }
        case .groups, .time, .random, .leaveOut, .larger:
            let byFold = folds.map { fold in
                var known = SizingBaselines()
                for place in fold.training { known.observe(executions[place]) }
                return known
            }
            return tested.map { byFold[$0.fold].allocations(for: executions[$0.row].task, cold: $0.allocation) }
        }
    }
}
