import Simulation

/// The best of several plans and ways to carry them out, by what each comes to on the same sampled durations.
public struct SampledPlan: Sendable {
    /// A plan that is compared with others.
    public struct Candidate: Sendable {
        /// What made it.
        public var name: String
        /// The plan; the nodes and the order of its starts count.
        public var plan: Timetable

        /// The plan that `name` made.
        public init(_ name: String, _ plan: Timetable) {
            (self.name, self.plan) = (name, plan)
        }
    }

    /// What a candidate came to.
    public struct Outcome: Sendable, Hashable {
        /// What made the plan.
        public var name: String
        /// How it was carried out.
        public var rule: ExecutionRule
        /// The measure of its makespans, in seconds.
        public var value: Double
    }

    /// What made the plan.
    public let name: String
    /// The plan.
    public let plan: Timetable
    /// How it is to be carried out.
    public let rule: ExecutionRule
    /// The measure of its makespans, in seconds.
    public let value: Double
    /// All that were compared, in their order; the first is HEFT on mean durations, its plan kept.
    public let outcomes: [Outcome]
}

extension SampledPlan {
    /// Ways to carry out a plan, as they are compared.
    public static let rules: [ExecutionRule] = [
        .kept, .dispatch(loyalty: 0.1), .ranked(caution: 0), .ranked(caution: 0.25), .ranked(caution: 0.5),
    ]

    /// The plan and the rule with the least `risk` on `samples`, of those that are known before `isOver` says so.
    ///
    /// First HEFT on the mean durations is carried out by each of `rules`; then other plans by the best of those rules that
    /// carry out a plan: HEFT on medians, on the durations one standard deviation above them and on each of `scenarios`, and
    /// `candidates`. The first always ends. The answer is therefore never worse on the samples than any of those compared;
    /// that holds on the samples, not for every truth.
    ///
    /// Sample average approximation with common random numbers: Kleywegt, Shapiro and Homem-de-Mello, "The sample average
    /// approximation method for stochastic discrete optimization", 2002.
    ///
    /// - Parameters:
    ///   - instance: the problem; its durations do not count.
    ///   - forecasts: what is expected of each task.
    ///   - scenarios: durations that HEFT plans for; none of `samples`, on which a plan made for one of them would shine.
    public static func best(
        for instance: SchedulingInstance, forecasts: [DurationForecast], samples: DurationSamples,
        risk: RiskMeasure = .mean, rules: [ExecutionRule] = Self.rules, candidates: [Candidate] = [],
        scenarios: DurationSamples? = nil, isOver: () -> Bool = { false }
    ) -> SampledPlan {
        precondition(
            forecasts.count == instance.taskCount, "\(forecasts.count) forecasts for \(instance.taskCount) tasks")
        precondition(!rules.isEmpty, "no rule to carry out a plan by")
        let expected = instance.with(runtimes: forecasts.map(\.mean))
        var search = SampleSearch(expected, samples, risk, HEFT().plan(expected) ?? Timetable(count: 0), rules[0])
        for rule in rules.dropFirst() where !isOver() {
            search.consider("heft on means", search.plan, by: rule, isOver: isOver)
        }
        let rule = search.ruleForPlans
        let durations =
            [
                ("heft on medians", forecasts.map(\.p50)),
                ("heft on upper quantiles", forecasts.map { $0.duration(at: 1) }),
            ] + (scenarios?.runtimes ?? []).enumerated().map { ("heft on scenario \($0)", $1) }
        for (name, runtimes) in durations where !isOver() {
            guard let plan = HEFT().plan(instance.with(runtimes: runtimes), isOver: isOver) else { break }
            search.consider(name, plan, by: rule, isOver: isOver)
        }
        for candidate in candidates where !isOver() {
            search.consider(candidate.name, candidate.plan, by: rule, isOver: isOver)
        }
        return search.answer
    }
}

/// The best so far.
private struct SampleSearch {
    private let instance: SchedulingInstance
    private let samples: DurationSamples
    private let risk: RiskMeasure
    private var name = "heft on means"
    private(set) var plan: Timetable
    private var rule: ExecutionRule
    private var value: Double
    private var outcomes: [SampledPlan.Outcome] = []

    init(
        _ instance: SchedulingInstance, _ samples: DurationSamples, _ risk: RiskMeasure, _ plan: Timetable,
        _ rule: ExecutionRule
    ) {
        (self.instance, self.samples, self.risk, self.plan, self.rule) = (instance, samples, risk, plan, rule)
        value = .infinity
        consider(name, plan, by: rule) { false }
    }

    /// Compares `plan`, carried out by `rule`, with the best so far; of equal ones the first stays.
    mutating func consider(_ name: String, _ plan: Timetable, by rule: ExecutionRule, isOver: () -> Bool) {
        guard let makespans = rule.makespans(of: plan, for: instance, on: samples, isOver: isOver) else { return }
        let value = risk.value(of: makespans)
        outcomes.append(SampledPlan.Outcome(name: name, rule: rule, value: value))
        if value < self.value { (self.name, self.plan, self.rule, self.value) = (name, plan, rule, value) }
    }

    /// The best rule so far that carries out a plan.
    var ruleForPlans: ExecutionRule {
        let planned = outcomes.filter { $0.rule.needsPlan }.min { $0.value < $1.value }
        return planned?.rule ?? .kept
    }

    var answer: SampledPlan {
        SampledPlan(name: name, plan: plan, rule: rule, value: value, outcomes: outcomes)
    }
}
