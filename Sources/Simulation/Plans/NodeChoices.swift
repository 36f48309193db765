/// The nodes that each task of an instance fits on, and how long it takes there, laid out for loops over them.
package struct NodeChoices: Sendable {
    /// The nodes of each need, in order, behind each other.
    private let nodes: [Int]
    private let offsets: [Int]
    /// The kinds of nodes of each need.
    private let kinds: [[Int]]
    private let needOf: [Int]
    /// Every node, for those that are bound to one.
    private let every: [Int]

    /// The choices of `instance`.
    package init(of instance: SchedulingInstance) {
        var nodes: [Int] = []
        var offsets = [0]
        every = Array(0..<instance.nodeCount)
        for need in instance.needs {
            nodes += every.filter { need.fits(instance.kinds.of($0)) }
            offsets.append(nodes.count)
        }
        kinds = instance.needs.map { need in
            instance.kinds.all.indices.filter { need.fits(instance.kinds.all[$0]) }
        }
        self.nodes = nodes
        self.offsets = offsets
        needOf = instance.needOf
    }

    /// The nodes that `task` fits on; `bound` alone where it is one.
    package func nodes(of task: Int, boundTo bound: Int = -1) -> ArraySlice<Int> {
        if bound >= 0 { return every[bound...bound] }
        return nodes[offsets[needOf[task]]..<offsets[needOf[task] + 1]]
    }

    /// The number of what `task` needs of a node: tasks with the same fit on the same nodes.
    package func need(of task: Int) -> Int { needOf[task] }

    /// The kinds of nodes that `task` fits on.
    package func kinds(of task: Int) -> [Int] { kinds[needOf[task]] }
}

/// Nodes that are alike, as tables over kinds of nodes need them.
package struct NodeGroups: Sendable {
    /// The first node of each kind.
    package let firsts: [Int]
    /// How many nodes are of each kind.
    package let sizes: [Double]
    /// The nodes of each kind, in order.
    package let members: [[Int]]
    /// The kind of each node.
    package let ofNode: [Int]

    /// The kinds of nodes of `instance`.
    package init(of instance: SchedulingInstance) {
        members = instance.kinds.nodes
        firsts = instance.kinds.nodes.map { $0[0] }
        sizes = instance.kinds.nodes.map { Double($0.count) }
        ofNode = (0..<instance.nodeCount).map { instance.kinds.place(of: $0) }
    }

    /// The number of kinds.
    package var count: Int { firsts.count }
}
