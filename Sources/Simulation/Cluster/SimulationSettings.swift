/// How a virtual cluster is run beside its rule.
public struct SimulationSettings: Sendable {
    /// What all draws come from. They belong to arrivals, tasks and attempts, so that the same happens to the same task
    /// under every rule.
    public var seed: UInt64
    /// What goes wrong by chance.
    public var failures: FailureModel
    /// What happens to nodes at given moments.
    public var disruptions: [Disruption]
    /// Whether the result tells of every attempt at every task.
    public var keepsTaskRecords: Bool
    /// Whether nodes are off to begin with, so that the first task placed on one waits for its start.
    public var nodesStartOff: Bool

    /// Settings under which nothing happens by chance, unless something else is given.
    public init(
        seed: UInt64 = 0, failures: FailureModel = .none, disruptions: [Disruption] = [],
        keepsTaskRecords: Bool = false, nodesStartOff: Bool = true
    ) {
        self.seed = seed
        self.failures = failures
        self.disruptions = disruptions
        self.keepsTaskRecords = keepsTaskRecords
        self.nodesStartOff = nodesStartOff
    }
}

/// Something that happens to a node at a given moment.
public struct Disruption: Sendable, Hashable {
    /// What happens.
    public enum Change: Sendable, Hashable {
        /// It joins the cluster; a node to which this happens first is not there before.
        case joins
        /// It leaves the cluster; what runs on it is lost and waits again.
        case leaves
        /// It runs at this part of its speed from then on, also what already runs there; 1 is as before.
        case slows(to: Double)
    }

    /// When, in seconds.
    public var at: Double
    /// The node, by its place in the cluster.
    public var node: Int
    /// What happens.
    public var change: Change

    /// The `change` of `node` at a moment.
    public init(at moment: Double, node: Int, _ change: Change) {
        if case .slows(let factor) = change { precondition(factor > 0, "a node slowed to \(factor) of its speed") }
        at = moment
        self.node = node
        self.change = change
    }
}
