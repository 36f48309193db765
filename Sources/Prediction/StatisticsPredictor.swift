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
    private var fallback = FallbackLevels()
    private var fallbackCount = 0
    /// How often something changed that is said of others than the types just learned of: of those that are not known, or
    /// of one whose fit came to its end.
    public private(set) var changesElsewhere = 0
    /// Executions since these levels were begun; that they push older ones out does not make them fewer.
    private var sinceFallback = 0
    /// Types that were taken in since the last ``refit()``.
    private var touched: Set<String> = []
    /// What may be done in the next ``refit()``.
    private var work = FitWork(0)
    private var refits = Refits()
    private var shared: SharedFit?
    /// What the rules are worth on all types together.
    private(set) var pool: [ResourceTarget: PooledSkill] = [:]
    /// Trees that were grown since the training.
    private(set) var treesGrown = 0

    /// What may be done for each execution that is learned: about three milliseconds.
    static let workPerExecution = 3_000_000

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
        let largestFirst = observed.types.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
        let models = concurrentMap(largestFirst) { type, rows in
            TypeModel(rows, rules: rules, choices: settled?.choices[type] ?? [:], scores: scores)
        }
        types = Dictionary(uniqueKeysWithValues: zip(largestFirst.map(\.key), models))
        pool = settled?.pool ?? [:]
        work = .unlimited
        drawUpShared()
        work = FitWork(0)
        for (type, executions) in observed.types { types[type]?.choose(from: rules, among: pool, executions) }
    }

    /// How each type and target is answered.
    public var choices: [String: [ResourceTarget: ForecastChoice]] {
        let kept = types.map { type, model in
            let executions = observed.types[type] ?? []
            let choices = model.targets.map { target, own in
                (target, own.choice(ofNewest: executions.count { $0[target] != nil }))
            }
            return (type, Dictionary(uniqueKeysWithValues: choices))
        }
        return Dictionary(uniqueKeysWithValues: kept)
    }

    /// Learns from one execution. Medians and lines are at once what they would be if they were fitted on it too. When a
    /// type has grown by a quarter all is fitted anew, a part of it with each execution, and what answered goes on until
    /// that is done.
    public mutating func observe(_ execution: TaskExecution) {
        insert(execution)
        refit()
    }

    /// Learns from many executions: all are taken in first, and then as much is fitted as for so many one by one.
    ///
    /// Once that has come to its end, a type that has grown by a quarter is as if it were learned anew from all that is kept
    /// of it, but for the sides of its forecasts, which stay as wide as executions demanded that came since the training.
    public mutating func observe(_ executions: [TaskExecution]) {
        for execution in executions { insert(execution) }
        refit()
    }

    /// Takes in one execution without a fit: its value counts at once, and ``refit()`` is to follow.
    public mutating func insert(_ execution: TaskExecution) {
        guard execution.isUsable else { return }
        observed.insert(execution, trimming: false)
        sinceFallback += 1
        work.add(Self.workPerExecution)
        let type = execution.task.taskType
        touched.insert(type)
        refits.insert(execution)
        if var model = types.removeValue(forKey: type) {
            var work = FitWork(0)
            model.insert(execution, rules: rules, pool: pool, &work)
            types[type] = model
        } else {
            let executions = observed.types[type] ?? []
            var model = TypeModel(executions, rules: rules, scores: scores)
            model.choose(from: rules, among: pool, executions)
            types[type] = model
        }
    }

    /// Fits anew what is due, as far as the executions that were taken in since the last time make up for: what is left
    /// over goes on the next time.
    public mutating func refit() {
        for type in touched {
            observed.trim(type)
            types[type]?.chooseNext(rules: rules, pool: pool, &work)
            if types[type]?.isDue == true { refits.demand(type) }
        }
        // What was left over comes first, or it would never come where each execution makes a type due.
        settle()
        if shared != nil { drawUpShared() }
        refits.fit(&work, types, observed, rules: rules, scores: scores)
        if sinceFallback > fallbackCount / 10 { drawUpShared() }
        settle()
        touched = []
        treesGrown += work.trees
        work = FitWork(0)
    }

    /// Lets models answer whose fits are done.
    private mutating func settle() {
        while let (type, model) = refits.settle(&work, among: pool) {
            let tails = types[type]?.tails ?? [:]
            types[type] = model
            types[type]?.tails = tails
            if model.isDue { refits.demand(type) }
            if !touched.contains(type) { changesElsewhere += 1 }
        }
    }

    /// Goes on with what holds for all types together, or begins it.
    private mutating func drawUpShared() {
        if shared == nil {
            shared = SharedFit(observed)
            sinceFallback = 0
        }
        let (refits, types) = (refits, types)
        let isDone = shared?.advance(&work, rules: rules, observed: observed) { refits.model(of: $0) ?? types[$0] }
        guard isDone == true, let drawn = shared else { return }
        shared = nil
        (fallback, fallbackCount) = (drawn.levels, drawn.count)
        let skills = drawn.skills
        for target in ResourceTarget.allCases {
            pool[target] = (skills[target] ?? PooledSkill()).filled(from: pool[target])
        }
        changesElsewhere += 1
    }

    /// Forecasts for `tasks`, in their order.
    public func predict(_ tasks: [TaskSpec]) -> [ResourcePrediction] {
        tasks.map { task in
            let model = types[task.taskType]
            let features = model?.columns.values(of: task) ?? []
            let novelty = model?.novelty(of: task)
            let quantities = ResourceTarget.allCases.map {
                quantity($0, of: task, model: model, features: features, novelty: novelty)
            }
            var answer = ResourcePrediction(
                cpu: quantities[0], memory: quantities[1], duration: quantities[2], retry: [],
                samples: model?.samples ?? 0, cold: model == nil)
            Sizing.size(&answer, evidence: model?.evidence(for: task, novelty))
            return answer
        }
    }

    private func quantity(
        _ target: ResourceTarget, of task: TaskSpec, model: TypeModel?, features: [Double],
        novelty: FeatureColumns.Novelty?
    ) -> PredictedQuantity {
        var center: Double
        var residuals: ResidualDistribution
        var reason: String
        if let model, let own = model.targets[target] {
            let context = own.context(of: task.run, at: task.submittedAt)
            let answering = own.answering(context)
            center = own.logarithm(answering.blend, of: features, at: task.submittedAt)
            residuals = model.tails[target]?.widening(answering.residuals) ?? answering.residuals
            reason = "\(answering.blend.words) of \(own.count) executions of \(task.taskType)"
            if let beyond = model.beyond(features, target, residuals) {
                center += beyond.share * (beyond.logarithm - center)
                residuals = beyond.residuals
                reason += "; the input is larger than any of them had"
            }
            // Whole runs that were held out had settings of their own, but none that was the same in all of them.
            if let novelty, novelty.wasConstant || context != .newRun {
                residuals = residuals.widened(to: .unknown)
                reason += "; none of them had its \(novelty.feature)"
            }
            let machine = model.machine(of: task, target)
            center += machine.shift
            residuals = residuals.widened(withHalfWidth: machine.uncertainty)
        } else {
            let level = fallback.level(of: task, target)
            (center, residuals, reason) = (log(level.median), level.residuals, level.reason(isKnown: model != nil))
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
