import Foundation
import Prediction
import Simulation
import Workflows

extension HonestyChecks {
    /// Executions of a type on the training side that tell whether its duration grows with a size.
    private static let minimumTraining = 10
    /// Spearman's correlation from which it is said to grow.
    private static let minimumCorrelation = 0.5
    /// Pearson's correlation of logarithms from which another feature moves with the size.
    private static let minimumTie = 0.9
    /// Tasks of a type that are asked.
    private static let asked = 20

    /// Doubles the input of tested tasks, for each type whose duration grows with its size on the training side: the size, and
    /// with it what goes with it there, such as the size of the largest of the files, as it does there.
    func doubledInput() throws -> HonestyReport.DoubledInput {
        let (training, tested) = try firstDivision()
        let usable = Dictionary(grouping: training.filter(\.isUsable), by: \.task.taskType)
        let asked = Dictionary(grouping: tested) { evaluator.executions[$0].task.taskType }
        let sizes = usable.sorted { $0.key < $1.key }.compactMap { type, rows in
            asked[type].flatMap { places in Self.size(of: rows).map { (type: type, size: $0, places: places) } }
        }
        guard !sizes.isEmpty else {
            return .init(
                verdict: .skipped, reason: "no type's duration grows with the size of its input", share: 0, types: [])
        }
        let predictor = try evaluator.trainer.train(on: evaluator.learnedExecutions(training), seed: evaluator.seed)
        let types = try sizes.compactMap { type, size, places -> HonestyReport.SizedType? in
            let step = max(places.count / Self.asked, 1)
            let tasks = stride(from: 0, to: places.count, by: step).map { evaluator.executions[places[$0]].task }
                .filter { $0.size(named: size.feature) ?? 0 > 0 }
            guard !tasks.isEmpty else { return nil }
            let exponents = Self.exponents(of: size.feature, usable[type] ?? [])
            let doubled = try predictor.predict(tasks.map { $0.scaled(by: exponents) })
            let ratios = zip(doubled, try predictor.predict(tasks)).map { $0.duration.p50 / $1.duration.p50 }.sorted()
            return .init(
                taskType: type, feature: size.feature, correlation: size.correlation, ratio: median(ofSorted: ratios))
        }.sorted { ($0.ratio, $0.taskType) < ($1.ratio, $1.taskType) }
        let share = Double(types.count { $0.ratio > 1 + 1e-9 }) / Double(max(types.count, 1))
        return .init(
            verdict: types.isEmpty ? .skipped : share >= 0.9 ? .passed : .failed,
            reason: types.isEmpty ? "no tested task has a size" : nil, share: share, types: types)
    }

    /// The size with which the duration of `rows` grows: the bytes of the input if it does with them, else the feature with
    /// which it does most; nil where it grows with none.
    private static func size(of rows: [TaskExecution]) -> (feature: String, correlation: Double)? {
        guard rows.count >= minimumTraining else { return nil }
        let found = names(of: rows).compactMap { name -> (feature: String, correlation: Double)? in
            let pairs = rows.compactMap { row in
                row[.duration].flatMap { duration in row.task.size(named: name).map { (size: $0, duration: duration) } }
            }
            // Sizes and counts, by the rule of `FeatureColumns`.
            guard pairs.count >= minimumTraining, pairs.allSatisfy({ $0.size >= 0 && $0.size.isFinite }),
                pairs.contains(where: { $0.size > 100 })
            else { return nil }
            let correlation = RankCorrelation.spearman(pairs.map(\.size), pairs.map(\.duration))
            return grows(correlation, sizes: Set(pairs.map(\.size)).count) ? (name, correlation) : nil
        }
        if let bytes = found.first, bytes.feature == TaskSpec.inputSize { return bytes }
        return found.max { $0.correlation < $1.correlation }
    }

    /// Whether a rank `correlation` over so many different `sizes` says that something grows: it is large, and its interval lies
    /// above zero (one-sided, 0.95; Fisher's z, whose variance for ranks is 1.06 / (n - 3): Fieller, Hartley and Pearson, "Tests
    /// for rank correlation coefficients", 1957). Executions of one size count as one: they say nothing of growth.
    static func grows(_ correlation: Double, sizes: Int) -> Bool {
        guard sizes > 3, correlation >= minimumCorrelation else { return false }
        return atanh(min(correlation, 1 - 1e-12)) > 1.645 * (1.06 / Double(sizes - 3)).squareRoot()
    }

    private static func names(of rows: [TaskExecution]) -> [String] {
        [TaskSpec.inputSize] + Set(rows.flatMap { $0.task.features.keys }).sorted()
    }

    /// For the size and each feature that goes with it in `rows`, by which power of its factor that changes: the slope of the
    /// logarithms.
    static func exponents(of size: String, _ rows: [TaskExecution]) -> [String: Double] {
        var exponents = [size: 1.0]
        for name in names(of: rows) where name != size {
            let pairs = rows.compactMap { row -> (Double, Double)? in
                guard let size = row.task.size(named: size), let other = row.task.size(named: name), size > 0, other > 0
                else { return nil }
                return (log(size), log(other))
            }
            let (sizes, others) = (pairs.map(\.0), pairs.map(\.1))
            guard pairs.count >= minimumTraining else { continue }
            let tie = RankCorrelation.pearson(sizes, others)
            guard abs(tie) >= minimumTie else { continue }
            func spread(_ values: [Double]) -> Double {
                let mean = values.reduce(0, +) / Double(values.count)
                return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }.squareRoot()
            }
            exponents[name] = tie * spread(others) / spread(sizes)
        }
        return exponents
    }
}

extension TaskSpec {
    fileprivate static let inputSize = "inputBytes"

    fileprivate func size(named name: String) -> Double? {
        name == Self.inputSize ? inputBytes : features[name]?.number
    }

    /// This task with each of the sizes multiplied by 2 to the power that belongs to it.
    fileprivate func scaled(by exponents: [String: Double]) -> TaskSpec {
        var task = self
        for (name, exponent) in exponents {
            if name == Self.inputSize {
                task.inputBytes = inputBytes.map { $0 * exp2(exponent) }
            } else if let size = features[name]?.number {
                task.features[name] = .number(size * exp2(exponent))
            }
        }
        return task
    }
}
