import Decisions
import Files
import Layers
import Models
import Registry
import Scheduling
import Simulation
import WorkflowOptimization
import Workflows

/// What a version of an optimizer is asked.
struct OptimizerNetworks: Sendable {
    /// Proposes plans to a portfolio.
    var proposer: any PlanProposer
    /// Says what will hold a workflow back; nil where it has not learned that.
    var bottlenecks: (any BottleneckScorer)?
    /// Says what changes of a workflow will gain; nil where it has not learned that.
    var changes: (any ChangeScorer)?
    /// Asks the questions that the version was published with.
    /// - Throws: `InputError` where an answer is another than it was then.
    var check: @Sendable (WeightArchive) throws -> Void
}

extension OptimizerNetworks {
    init(_ optimizer: GCNOptimizer) {
        self.init(proposer: optimizer, bottlenecks: optimizer.bottlenecks, changes: optimizer.gains) {
            try GoldenWorkflows.check(optimizer, against: $0)
        }
    }
}

/// What proposes plans to the portfolio and says what will hold a workflow back at one moment: a version of an optimizer, or
/// none.
struct ServedOptimizer: ServedVersion {
    /// What the version is asked; nil where there is none.
    private let networks: OptimizerNetworks?
    /// Watches how it answers; nil where there is none.
    let watch: OptimizerWatch?
    /// What it has said lately of workflows.
    private var known = EncodingCache()
    let model: ModelReference?
    var reason: String?
    var service: EndNotice?
    var residence: EndNotice?

    init(withoutModel reason: String) { (networks, watch, model, self.reason) = (nil, nil, nil, reason) }

    init(_ networks: OptimizerNetworks, model: ModelReference, of version: ModelVersion) {
        self.networks = networks
        watch = OptimizerWatch("\(model.name) \(model.version)")
        (self.model, reason) = (model, nil)
    }

    /// What `foundBy` says of its plans; nil where there is no version.
    var name: String? { networks?.proposer.name }

    /// The networks for one question, each of which is waited for up to half of `budget`, and not beyond it; nil where there is
    /// no version.
    ///
    /// - Parameters:
    ///   - began: when the budget began.
    ///   - target: the latency target.
    ///   - shares: how many versions that half is for.
    func asked(
        from began: ContinuousClock.Instant = .now, within budget: Duration, target: Duration, shares: Int = 1
    ) -> WatchedNetworks? {
        guard let networks, let watch, let model else { return nil }
        return WatchedNetworks(
            networks, of: model, watch, knowing: known, half: budget / (2 * shares), end: began + budget,
            judgedFrom: target / (4 * shares))
    }

    /// What it proposes for `instance` within `limit` where that decides nothing, past what is known and without a mark on how it
    /// does.
    func probe(_ instance: SchedulingInstance, within limit: Duration) async -> Timetable? {
        guard let networks, let watch else { return nil }
        let due = ContinuousClock.now + limit
        let answer = await watch.probe(within: limit) { networks.plan(instance, until: due) }
        return if case .plan(let plan)? = answer { plan } else { nil }
    }

    static func test(_ networks: OptimizerNetworks, against golden: WeightArchive) throws { try networks.check(golden) }

    /// It learns nothing from single executions.
    @discardableResult
    mutating func observe(_ executions: some Sequence<TaskExecution>) -> Int { 0 }

    func warmUp(_ golden: WeightArchive) throws { try networks?.check(golden) }

    mutating func forgetAnswers() { known = EncodingCache() }

    var condition: ModelCondition? { watch?.condition.counting(known.counts) }
}
