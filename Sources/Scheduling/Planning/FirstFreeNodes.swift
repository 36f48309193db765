import Simulation

/// Of each kind of node, the two that are free first; of those free at once, the first.
struct FirstFreeNodes {
    /// By kind; the second is -1 where there is one node alone.
    private(set) var nodes: [(first: Int, second: Int)]
    private let groups: NodeGroups

    /// Those of `instance` that are free from `closings` on.
    init(of instance: SchedulingInstance, _ closings: [Double]) {
        groups = NodeGroups(of: instance)
        nodes = groups.members.map { Self.firstTwo(of: $0, closings) }
    }

    /// Says that `node` is free later than before.
    mutating func update(_ node: Int, _ closings: [Double]) {
        let kind = groups.ofNode[node]
        guard node == nodes[kind].first || node == nodes[kind].second else { return }
        nodes[kind] = Self.firstTwo(of: groups.members[kind], closings)
    }

    private static func firstTwo(of members: [Int], _ closings: [Double]) -> (first: Int, second: Int) {
        var (first, second) = (members[0], -1)
        for node in members.dropFirst() {
            if closings[node] < closings[first] {
                (first, second) = (node, first)
            } else if second < 0 || closings[node] < closings[second] {
                second = node
            }
        }
        return (first, second)
    }
}
