import Scheduling
import Simulation
import Workflows

/// What decides on a stream of workflows: a policy, or the rule of a learned model.
public struct StreamPolicy: Sendable {
    private enum Form: Sendable {
        case policy(SchedulingPolicy)
        case rule(SimulationRule)
    }

    /// Its name, as in answers.
    public let name: String
    private let form: Form

    /// `policy`, by its own name.
    public init(_ policy: SchedulingPolicy) { (name, form) = (policy.rawValue, .policy(policy)) }

    /// What decides by `rule` is called `name`.
    public init(_ name: String, rule: SimulationRule) { (self.name, form) = (name, .rule(rule)) }

    /// Runs a stream on `cluster`.
    ///
    /// - Parameters:
    ///   - iterations: rules that a portfolio tries at each arrival beside the one in charge, at the most; the others try none.
    ///   - arrivals: tells the next workflow, none of them before the one told last, and nil when no more come.
    func simulate(
        on cluster: Cluster, settings: SimulationSettings, iterations: Int, arrivals: @escaping () -> Arrival?
    ) -> SimulationResult {
        switch form {
        case .policy(let policy):
            return policy.simulate(on: cluster, settings: settings, iterations: iterations, arrivals: arrivals)
        case .rule(let rule):
            var simulation = VirtualCluster(cluster, rule: rule, settings: settings, arrivals: arrivals)
            return simulation.run()
        }
    }
}
