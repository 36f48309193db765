import Files
import Workflows

extension ReadyPlacer {
    /// The decision that `placed` is.
    func decision(_ placed: [Placement]) -> PlacementDecision {
        let assignments = placed.enumerated().map { rank, entry in
            PlacementDecision.Assignment(
                id: ready.tasks[entry.task].id, node: state.nodes[entry.node].node.name,
                priority: Double(placed.count - rank))
        }
        var texts: [Double: String] = [:]
        let deferred = waiting.map { task in
            PlacementDecision.Deferral(id: ready.tasks[task].id, reason: reason(ready.needs[task], &texts))
        }
        return PlacementDecision(assignments: assignments, deferred: deferred, foundBy: policy.rawValue)
    }

    /// Why a task waits; `texts` are those for want of room, by cores.
    private func reason(_ need: PlacementRoom.Need, _ texts: inout [Double: String]) -> String {
        switch room.obstacle(need) {
        case .full:
            if let known = texts[need.cores] { return known }
            let text = "waits for room: no node has \(JSONValue.text(of: need.cores)) cores and its memory free"
            texts[need.cores] = text
            return text
        case .late: return "would not end by constraints.deadlineAt on any node"
        case .dear: return "would exceed constraints.maxCost"
        case .tooSmall: return "fits on no node that may be used"
        case nil where !state.nodes.isEmpty:
            return rule.node.isPatient
                ? "waits for room on the nodes on which it would run shortest"
                : "waits behind the first, which waits for room and which nothing passes"
        case .excluded, nil: return "no node may be used: see constraints.pools and constraints.excludedNodes"
        }
    }
}
