import Scheduling
import Simulation
import Workflows

/// What decides on a stream of workflows: a policy, or the rule of a learned model.
public struct StreamPolicy: Sendable {
    private enum Form: Sendable {
        case policy(SchedulingPolicy)
        case rule(SimulationRule)
        case portfolio([StreamPortfolio.Member])
    }

    /// What came of a stream, and behind how many arrivals each member of a portfolio was in charge; none where it is no portfolio.
    struct Run {
        var result: SimulationResult
        var choices: [SchedulerReport.Choice] = []
    }

    /// Its name, as in answers.
    public let name: String
    private let form: Form

    /// `policy`, by its own name.
    public init(_ policy: SchedulingPolicy) { (name, form) = (policy.rawValue, .policy(policy)) }

    /// What decides by `rule` is called `name`.
    public init(_ name: String, rule: SimulationRule) { (self.name, form) = (name, .rule(rule)) }

    /// A portfolio of its own members and of those that `others` are.
    public init(_ name: String, portfolioWith others: [StreamPortfolio.Member]) {
        (self.name, form) = (name, .portfolio(StreamPortfolio.members + others))
    }

    /// Runs a stream on `cluster`.
    ///
    /// - Parameters:
    ///   - iterations: rules that a portfolio tries at each arrival beside the one in charge, at the most; the others try none.
    ///   - arrivals: tells the next workflow, none of them before the one told last, and nil when no more come.
    func simulate(
        on cluster: Cluster, settings: SimulationSettings, iterations: Int, arrivals: @escaping () -> Arrival?
    ) -> Run {
        let members: [StreamPortfolio.Member]
        switch form {
        case .policy(.portfolio): members = StreamPortfolio.members
        case .portfolio(let given): members = given
        case .policy(let policy):
            return Run(result: policy.simulate(on: cluster, settings: settings, arrivals: arrivals))
        case .rule(let rule):
            var simulation = VirtualCluster(cluster, rule: rule, settings: settings, arrivals: arrivals)
            return Run(result: simulation.run())
        }
        var portfolio = StreamPortfolio(
            of: members, trials: iterations, on: cluster, settings: settings, arrivals: arrivals)
        let result = portfolio.run()
        return Run(
            result: result,
            choices: zip(members, portfolio.chosen).map { SchedulerReport.Choice(member: $0.name, arrivals: $1) })
    }
}
