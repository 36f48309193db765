import Foundation
import Workflows

/// Forecasts from the completed executions of a task's type, by the rule that was the most accurate on held-out ones.
///
/// With one rule it is a plain baseline: the type's median, its last execution, or a line over what is known at
/// submission. A type that was never seen is answered from wider groups, with a wide interval.
public struct StatisticsPredictor: ResourcePredictor {
    /// The rules that may answer, the simplest first.
    public let rules: [ForecastRule]
    /// What it stands on.
    public private(set) var observed: ObservedExecutions
    private var types: [String: TypeModel] = [:]
    private var fallback: FallbackLevels
    private var fallbackCount: Int
    /// Types that were taken in since the last ``refit()``.
    private var touched: Set<String> = []
    /// The residuals of all types together, towards which those of rare types are shrunk.
    private var pooled: [ResourceTarget: ResidualInterval] = [:]

    /// A predictor that has learned from `executions`.
    ///
    /// - Parameter choices: for some types and targets the rule that answers, chosen elsewhere.
    public init(
        rules: [ForecastRule], executions: [TaskExecution] = [],
        choices: [String: [ResourceTarget: ForecastRule]] = [:]
    ) {
        precondition(!rules.isEmpty, "a predictor needs a rule")
        self.rules = rules
        observed = ObservedExecutions(executions)
        fallback = FallbackLevels(observed)
        fallbackCount = observed.count
        types = Dictionary(
            uniqueKeysWithValues: observed.types.map { type, rows in
                (type, TypeModel(rows, rules: rules, choices: choices[type] ?? [:]))
            })
        poolResiduals()
    }

    /// The rule that answers for each type and target.
    public var choices: [String: [ResourceTarget: ForecastRule]] {
        types.mapValues { $0.targets.mapValues(\.rule) }
    }

    private mutating func poolResiduals() {
        for target in ResourceTarget.allCases {
            let residuals = types.sorted { $0.key < $1.key }.flatMap { $0.value.targets[target]?.residuals ?? [] }
            pooled[target] = ResidualInterval(residuals)
        }
    }

    /// Learns from one execution. Its value counts at once; lines are fitted anew now and then.
    public mutating func observe(_ execution: TaskExecution) {
        insert(execution)
        refit()
    }

    /// Learns from many executions: all are taken in first, and each type that is due is fitted once.
    ///
    /// A type for which, one by one, a fit would have been due is as if it were learned anew from all that is kept of it;
    /// one by one, its last fit may lie up to 20 executions back. The others are as one by one.
    public mutating func observe(_ executions: [TaskExecution]) {
        for execution in executions { insert(execution) }
        refit()
    }

    /// Takes in one execution without a fit: its value counts at once, and ``refit()`` is to follow.
    public mutating func insert(_ execution: TaskExecution) {
        guard execution.isUsable else { return }
        observed.insert(execution, trimming: false)
        let type = execution.task.taskType
        touched.insert(type)
        if var model = types.removeValue(forKey: type) {
            model.insert(execution)
            types[type] = model
        } else {
            types[type] = TypeModel(observed.types[type] ?? [], rules: rules)
        }
    }

    /// Fits anew what is due after the executions that were taken in.
    public mutating func refit() {
        for type in touched {
            observed.trim(type)
            if types[type]?.isDue ?? true { types[type] = TypeModel(observed.types[type] ?? [], rules: rules) }
        }
        touched = []
        if observed.count > fallbackCount + fallbackCount / 10 {
            fallback = FallbackLevels(observed)
            fallbackCount = observed.count
            poolResiduals()
        }
    }

    /// Forecasts for `tasks`, in their order.
    public func predict(_ tasks: [TaskSpec]) -> [ResourcePrediction] {
        tasks.map { task in
            let model = types[task.taskType]
            let features = model?.columns.values(of: task) ?? []
            let quantities = ResourceTarget.allCases.map { quantity($0, of: task, model: model, features: features) }
            var answer = ResourcePrediction(
                cpu: quantities[0], memory: quantities[1], duration: quantities[2], retry: [],
                samples: model?.samples ?? 0, cold: model == nil)
            Sizing.size(&answer, evidence: model?.evidence)
            return answer
        }
    }

    private func quantity(
        _ target: ResourceTarget, of task: TaskSpec, model: TypeModel?, features: [Double]
    ) -> PredictedQuantity {
        let center: Double
        let interval: ResidualInterval
        let reason: String
        if let own = model?.targets[target] {
            center = own.logarithm(of: features, at: task.submittedAt)
            let prior = pooled[target] ?? ResidualInterval(low: -1, high: 1)
            interval = own.interval?.shrunk(towards: prior) ?? prior
            reason = "\(own.rule.words) of \(own.count) executions of \(task.taskType)"
        } else {
            let level = fallback.level(of: task, target)
            (center, interval, reason) = (log(level.median), level.interval, level.reason)
        }
        func value(_ shift: Double) -> Double { exp(min(max(center + shift, -60), 90)) }
        let (p05, p50, p95) = (value(min(interval.low, 0)), value(0), value(max(interval.high, 0)))
        return PredictedQuantity(
            target, p05: p05, p50: p50, p95: p95, allocation: p95, reason: reason, source: .heuristic)
    }
}
