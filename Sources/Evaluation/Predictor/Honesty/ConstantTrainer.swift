import Prediction
import Workflows

/// For each type and target the one value that would have been the most accurate for the executions so far.
///
/// What the distribution of a type alone can give: the minimiser of the mean of min(|p - y| / y, 1) over quantiles p of the
/// values y. A type that is not known is answered by the medians.
struct ConstantTrainer: PredictorTrainer {
    let kind = "constant"

    func train(on executions: [TaskExecution], seed: UInt64) -> any ResourcePredictor {
        ConstantPredictor(executions, medians: StatisticsTrainer.median.train(on: executions, seed: seed))
    }
}

private struct ConstantPredictor: ResourcePredictor {
    fileprivate struct Values {
        var sorted: [Double] = []
        var best = 1.0
        var countOfBest = 0
    }

    private var medians: any ResourcePredictor
    private var values: [String: [ResourceTarget: Values]] = [:]

    init(_ executions: [TaskExecution], medians: any ResourcePredictor) {
        self.medians = medians
        for execution in executions where execution.isUsable {
            for target in ResourceTarget.allCases {
                guard let value = execution[target] else { continue }
                values[execution.task.taskType, default: [:]][target, default: Values()].sorted.append(value)
            }
        }
        for (type, targets) in values {
            for target in targets.keys {
                values[type]?[target]?.sorted.sort()
                values[type]?[target]?.refit()
            }
        }
    }

    mutating func observe(_ execution: TaskExecution) {
        medians.observe(execution)
        guard execution.isUsable else { return }
        for target in ResourceTarget.allCases {
            guard let value = execution[target] else { continue }
            values[execution.task.taskType, default: [:]][target, default: Values()].insert(value)
        }
    }

    func predict(_ tasks: [TaskSpec]) throws -> [ResourcePrediction] {
        zip(tasks, try medians.predict(tasks)).map { task, answer in
            var answer = answer
            for (target, values) in values[task.taskType] ?? [:] { answer[target].p50 = values.best }
            return answer
        }
    }
}

extension ConstantPredictor.Values {
    mutating func insert(_ value: Double) {
        sorted.insert(value, at: sorted.partitioningIndex(from: value))
        if sorted.count * 5 >= countOfBest * 6 { refit() }
    }

    mutating func refit() {
        // A few hundred of the values stand for all.
        let step = max(1, sorted.count / 400)
        let sample = stride(from: 0, to: sorted.count, by: step).map { sorted[$0] }
        func error(_ constant: Double) -> Double { sample.reduce(0) { $0 + min(abs(constant - $1) / $1, 1) } }
        var (lowest, candidate) = (Double.infinity, best)
        for percent in stride(from: 0, through: 100, by: 2) {
            let constant = quantile(Double(percent) / 100, ofSorted: sorted)
            let error = error(constant)
            if error < lowest { (lowest, candidate) = (error, constant) }
        }
        best = candidate
        countOfBest = sorted.count
    }
}

extension [Double] {
    /// The first place of a sorted array whose value is not below `value`.
    fileprivate func partitioningIndex(from value: Double) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
