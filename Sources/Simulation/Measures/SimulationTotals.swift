import Workflows

/// What has come of a simulation up to a moment, added up: what an agent is paid by.
public struct SimulationTotals: Sendable, Hashable {
    /// The moment, in seconds.
    public var seconds = 0.0
    /// Workflows that were there, times seconds: up to the end, their completion times added up.
    public var workflowSeconds = 0.0
    /// Cores held, times seconds.
    public var heldCoreSeconds = 0.0
    /// Cores that were there, held or not, times seconds.
    public var availableCoreSeconds = 0.0
    /// Price of the time that nodes were on, those that are on included.
    public var cost = 0.0
    /// Workflows that have ended and missed a deadline.
    public var missedDeadlines = 0

    /// Nothing yet.
    public init() {}
}

extension VirtualCluster {
    /// What has come of it up to now.
    public var totals: SimulationTotals {
        var totals = SimulationTotals()
        totals.seconds = now
        totals.workflowSeconds = workflowSeconds
        totals.heldCoreSeconds = heldCoreSeconds
        totals.availableCoreSeconds = result.availableCoreSeconds
        totals.cost = result.cost
        totals.missedDeadlines = missedDeadlines
        for node in nodes.indices where nodes[node].wasOn {
            let end = nodes[node].busy > 0 ? now : min(now, nodes[node].idleSince + ResourceUse.idleSeconds)
            totals.cost += nodes[node].price * max(0, end - nodes[node].onSince) / 3600
        }
        return totals
    }
}
