import Foundation
import Prediction
import Workflows

extension WorkflowSketch {
    /// What statistics by kind would forecast of each task: of the other tasks of the same program the median duration m, and as its
    /// 0.05 and 0.95 quantiles m exp(±1.645 σ), where σ² is the mean square of ln(x / m) over those others and ``assumed`` more
    /// that deviate by ``assumedSpread``, times 1 + 1 / n for a further one. A task that is alone of its kind has its own duration and is
    /// cold. Nothing is forecast of cores and memory but what is recorded.
    var forecasts: [ResourcePrediction] {
        var known: [String: [Double]] = [:]
        for task in tasks { known[task.program ?? task.name, default: []].append(task.runtimeSeconds ?? 0) }
        for (name, values) in known { known[name] = values.sorted() }
        return tasks.map { task in
            let own = task.runtimeSeconds ?? 0
            var others = known[task.program ?? task.name] ?? []
            if let place = others.firstIndex(of: own) { others.remove(at: place) }
            return Self.forecast(of: task, seconds: others.isEmpty ? own : median(ofSorted: others), others)
        }
    }

    /// Executions that a spread counts beside those that are known, and by how much they deviate.
    private static let (assumed, assumedSpread) = (2.0, 0.2)

    private static func forecast(of task: Workflow.Task, seconds: Double, _ others: [Double]) -> ResourcePrediction {
        let squares = others.filter { $0 > 0 && seconds > 0 }.map { pow(log($0 / seconds), 2) }
        let count = Double(squares.count)
        let mean = (squares.reduce(0, +) + assumed * assumedSpread * assumedSpread) / (count + assumed)
        let spread = (mean * (1 + 1 / max(count, 1))).squareRoot()
        func quantity(_ target: ResourceTarget, _ value: Double, spread: Double = 0) -> PredictedQuantity {
            PredictedQuantity(
                target, p05: value * exp(-1.645 * spread), p50: value, p95: value * exp(1.645 * spread),
                allocation: value, reason: "\(others.count) other tasks of the kind", source: .heuristic)
        }
        return ResourcePrediction(
            cpu: quantity(.cpu, task.cpu ?? task.cores ?? 1),
            memory: quantity(.memory, max(task.memoryBytes ?? 0, task.wishes.memoryBytes ?? 0)),
            duration: quantity(.duration, seconds, spread: spread), retry: [], samples: others.count,
            cold: others.isEmpty)
    }
}
