import Workflows

/// The nodes that each task of an instance fits on, laid out for loops over them.
package struct NodeChoices: Sendable {
    /// The kinds of nodes of each choice, in order: tasks with one choice fit on the same nodes.
    package let kinds: [[Int]]
    /// The nodes of each choice, in order, behind each other.
    private let nodes: [Int]
    private let offsets: [Int]
    /// The choice of each task.
    private let choiceOf: [Int]
    /// Every node, for those that are bound to one.
    private let every: [Int]

    /// The choices of `instance`.
    package init(of instance: SchedulingInstance) {
        let (needs, all) = (instance.needs, instance.kinds.all)
        var choices = ValueNumbers<[Int]>()
        let choiceOfNeed = needs.map { need in choices.number(of: all.indices.filter { need.fits(all[$0]) }) }
        kinds = choices.values
        choiceOf = instance.needOf.map { choiceOfNeed[$0] }
        every = Array(0..<instance.nodeCount)
        var nodes: [Int] = []
        var offsets = [0]
        var isChosen = [Bool](repeating: false, count: all.count)
        for choice in kinds {
            for kind in choice { isChosen[kind] = true }
            for node in every where isChosen[instance.kinds.place(of: node)] { nodes.append(node) }
            for kind in choice { isChosen[kind] = false }
            offsets.append(nodes.count)
        }
        (self.nodes, self.offsets) = (nodes, offsets)
    }

    /// The nodes that `task` fits on; `bound` alone where it is one.
    package func nodes(of task: Int, boundTo bound: Int = -1) -> ArraySlice<Int> {
        if bound >= 0 { return every[bound...bound] }
        return nodes[offsets[choiceOf[task]]..<offsets[choiceOf[task] + 1]]
    }

    /// The number of the choice of `task`.
    package func choice(of task: Int) -> Int { choiceOf[task] }
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
