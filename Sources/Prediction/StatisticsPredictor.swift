import Files
import Foundation
import Workflows

/// Forecasts from the completed executions of a task's type, by the mean of those rules that were the most accurate on
/// held-out ones.
///
/// With one rule it is a plain baseline: the type's median, its last execution, or a line over what is known at
/// submission. Rules are chosen for each type, target and ``QuestionContext``; a type with few executions is moved towards
/// what holds for all, and one that was never seen is answered from wider groups, with a wide interval.
public struct StatisticsPredictor: ResourcePredictor {
    /// The rules that may answer, the simplest first.
    public let rules: [ForecastRule]
    /// What it stands on.
    public private(set) var observed: ObservedExecutions
    /// What is known of machines.
    public let scores: MachineScores
    private(set) var types: [String: TypeModel] = [:]
    private var fallback: FallbackLevels
    private var fallbackCount: Int
    /// How often these levels were drawn up anew: what is said of a type that is not known changes then and only then.
    public private(set) var fallbackRevision = 0
    /// Executions since these levels were drawn up; that they push older ones out does not make them fewer.
    private var sinceFallback = 0
    /// Types that were taken in since the last ``refit()``.
    private var touched: Set<String> = []
    /// What the rules are worth on all types together.
    private(set) var pool: [ResourceTarget: PooledSkill] = [:]

    /// A predictor that has learned from `executions`.
    ///
    /// - Parameters:
    ///   - settled: how they are answered, as an earlier training of the same rules on them has settled.
    ///   - benchmarks: what is known of machines.
    public init(
        rules: [ForecastRule], executions: [TaskExecution] = [],
        settled: SettledChoices? = nil, benchmarks: [MachineBenchmark] = []
    ) {
        precondition(!rules.isEmpty, "a predictor needs a rule")
        self.rules = rules
        let scores = MachineScores(benchmarks)
        self.scores = scores
        observed = ObservedExecutions(executions)
        fallback = FallbackLevels(observed)
        fallbackCount = observed.count
        let largestFirst = observed.types.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
        let models = concurrentMap(largestFirst) { type, rows in
            TypeModel(rows, rules: rules, choices: settled?.choices[type] ?? [:], scores: scores)
        }
        types = Dictionary(uniqueKeysWithValues: zip(largestFirst.map(\.key), models))
        pool = settled?.pool ?? [:]
        poolSkill()
        for (type, executions) in observed.types { types[type]?.choose(from: rules, among: pool, executions) }
    }

    /// How each type and target is answered.
    public var choices: [String: [ResourceTarget: ForecastChoice]] {
        types.mapValues { $0.targets.mapValues(\.choice) }
    }

    private mutating func poolSkill() {
        let models = types.sorted { $0.key < $1.key }.map(\.value)
        for target in ResourceTarget.allCases {
            let skill = PooledSkill(models.compactMap { $0.targets[target] }, rules: rules)
            pool[target] = skill.filled(from: pool[target])
        }
    }

    /// Learns from one execution. Its value counts at once; lines are fitted anew now and then, and everything while the
    /// type is small.
    public mutating func observe(_ execution: TaskExecution) {
        insert(execution)
        refit(hasTime: false)
    }

    /// Learns from many executions: all are taken in first, and each type that is due is fitted once.
    ///
    /// A type that has grown by a quarter is as if it were learned anew from all that is kept of it, but for the sides of
    /// its forecasts, which stay as wide as executions demanded that came since the training.
    public mutating func observe(_ executions: [TaskExecution]) {
        for execution in executions { insert(execution) }
        refit()
    }

    /// Takes in one execution without a fit: its value counts at once, and ``refit()`` is to follow.
    public mutating func insert(_ execution: TaskExecution) {
        guard execution.isUsable else { return }
        observed.insert(execution, trimming: false)
        sinceFallback += 1
        let type = execution.task.taskType
        touched.insert(type)
        if var model = types.removeValue(forKey: type) {
            model.insert(execution, rules: rules)
            types[type] = model
        } else {
            types[type] = fitted(type)
        }
    }

    private func fitted(_ type: String) -> TypeModel {
        let executions = observed.types[type] ?? []
        var model = TypeModel(executions, rules: rules, scores: scores)
        model.choose(from: rules, among: pool, executions)
        return model
    }

    /// Fits anew what is due after the executions that were taken in.
    public mutating func refit() { refit(hasTime: true) }

    private mutating func refit(hasTime: Bool) {
        var fitted: [String] = []
        for type in touched.sorted() {
            observed.trim(type)
            if types[type]?.isDue(hasTime: hasTime) ?? true {
                types[type] = TypeModel(
                    observed.types[type] ?? [], rules: rules, scores: scores, tails: types[type]?.tails ?? [:])
                fitted.append(type)
            } else {
                types[type]?.refitLines(rules: rules, pool: pool)
            }
        }
        touched = []
        if sinceFallback > fallbackCount / 10 {
            fallback = FallbackLevels(observed)
            (fallbackCount, sinceFallback) = (observed.count, 0)
            fallbackRevision += 1
            poolSkill()
        }
        for type in fitted { types[type]?.choose(from: rules, among: pool, observed.types[type] ?? []) }
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
        var center: Double
        var residuals: ResidualDistribution
        var reason: String
        if let model, let own = model.targets[target] {
            let answering = own.answering(own.context(of: task.run, at: task.submittedAt))
            center = own.logarithm(answering.blend, of: features, at: task.submittedAt)
            residuals = model.tails[target]?.widening(answering.residuals) ?? answering.residuals
            reason = "\(answering.blend.words) of \(own.count) executions of \(task.taskType)"
            if let beyond = model.beyond(features, target, residuals) {
                center += beyond.share * (beyond.logarithm - center)
                residuals = beyond.residuals
                reason += "; the input is larger than any of them had"
            }
            let machine = model.machine(of: task, target)
            center += machine.shift
            residuals = residuals.widened(withHalfWidth: machine.uncertainty)
        } else {
            let level = fallback.level(of: task, target)
            (center, residuals, reason) = (log(level.median), level.residuals, level.reason)
        }
        // The middle stays where the rules put it; the others keep to their side of it.
        let quantiles = residuals.shifts.enumerated().map { level, shift in
            let kept =
                level < ForecastLevels.median ? min(shift, 0) : level == ForecastLevels.median ? 0 : max(shift, 0)
            return exp(min(max(center + kept, -60), 90))
        }
        return PredictedQuantity(
            target, quantiles: quantiles, allocation: quantiles[ForecastLevels.high], reason: reason, source: .heuristic
        )
    }
}
