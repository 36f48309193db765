import Workflows

extension VirtualCluster {
    /// What has come of the stream so far. Nodes that are on are counted until they have been without a task for a minute.
    public func finish() -> SimulationResult {
        var result = result
        for node in nodes.indices where nodes[node].wasOn {
            let end = nodes[node].busy > 0 ? now : nodes[node].idleSince
            let seconds = end + ResourceUse.idleSeconds - nodes[node].onSince
            result.nodeSeconds += seconds
            result.cost += nodes[node].price * seconds / 3600
        }
        for workflow in workflows where workflow.isAlive {
            result.workflows[workflow.place].attempts = workflow.attempts
            result.workflows[workflow.place].failures = workflow.failures
            result.workflows[workflow.place].missedDeadline =
                workflow.missedTaskDeadline || workflow.deadline < .infinity
        }
        return result
    }
}
