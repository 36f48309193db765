import Prediction
import Simulation
import Workflows

extension HonestyChecks {
    /// Executions of a type on the training side that tell whether its duration grows with a size.
    private static let minimumTraining = 10
    /// Spearman's correlation from which it is said to grow.
    private static let minimumCorrelation = 0.5
    /// Tasks of a type that are asked.
    private static let asked = 20

    /// Doubles the size of the input of tested tasks, for each type whose duration grows with it on the training side.
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
            let doubled = try predictor.predict(tasks.map { $0.doubled(size.feature) })
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
        let names = Set(rows.flatMap { $0.task.features.keys }).sorted()
        let found = ([TaskSpec.inputSize] + names).compactMap { name -> (feature: String, correlation: Double)? in
            let pairs = rows.compactMap { row in
                row[.duration].flatMap { duration in row.task.size(named: name).map { (size: $0, duration: duration) } }
            }
            // Sizes and counts, by the rule of `FeatureColumns`.
            guard pairs.count >= minimumTraining, pairs.allSatisfy({ $0.size >= 0 && $0.size.isFinite }),
                pairs.contains(where: { $0.size > 100 })
            else { return nil }
            return (name, RankCorrelation.spearman(pairs.map(\.size), pairs.map(\.duration)))
        }.filter { $0.correlation >= minimumCorrelation }
        if let bytes = found.first, bytes.feature == TaskSpec.inputSize { return bytes }
        return found.max { $0.correlation < $1.correlation }
    }
}

extension TaskSpec {
    fileprivate static let inputSize = "inputBytes"

    fileprivate func size(named name: String) -> Double? {
        name == Self.inputSize ? inputBytes : features[name]?.number
    }

    fileprivate func doubled(_ name: String) -> TaskSpec {
        var task = self
        if name == Self.inputSize {
            task.inputBytes = inputBytes.map { $0 * 2 }
        } else if let size = features[name]?.number {
            task.features[name] = .number(size * 2)
        }
        return task
    }
}
