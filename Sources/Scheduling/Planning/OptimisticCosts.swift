import Simulation

/// The optimistic cost table of ``PEFT``: seconds from the end of a task on a node to the end of the workflow, if every
/// task behind it could have the node that is best for it.
struct OptimisticCosts {
    /// The mean cost of each task over the nodes that it fits on.
    private(set) var means: [Double]
    private var costs: [Double]
    private let kinds: NodeGroups

    /// The table of `instance`; nil if `isOver` says so before it is filled.
    init?(of instance: SchedulingInstance, isOver: () -> Bool) {
        kinds = NodeGroups(of: instance)
        let width = kinds.count
        costs = [Double](repeating: 0, count: instance.taskCount * width)
        means = [Double](repeating: 0, count: instance.taskCount)
        var paths = [Double](repeating: 0, count: width)
        for task in instance.graph.topologicalOrder.reversed() {
            if isOver() { return nil }
            var (least, sum, nodes) = (Double.infinity, 0.0, 0.0)
            for kind in 0..<width {
                guard instance.fits(task, on: kinds.firsts[kind]) else {
                    paths[kind] = .infinity
                    continue
                }
                let cost = costs[task * width + kind]
                paths[kind] = cost + instance.duration(task, on: kinds.firsts[kind])
                least = min(least, paths[kind])
                sum += cost * kinds.sizes[kind]
                nodes += kinds.sizes[kind]
            }
            means[task] = sum / nodes
            instance.forEachParent(of: task) { parent, transfer in
                for kind in 0..<width {
                    let place = parent * width + kind
                    costs[place] = max(costs[place], min(paths[kind], least + transfer))
                }
            }
        }
    }

    /// That of `task` on `node`.
    func cost(of task: Int, on node: Int) -> Double { costs[task * kinds.count + kinds.ofNode[node]] }
}
