extension WorkflowGraph {
    /// The depth of each task: 0 without parents, else one more than the deepest parent.
    public var levels: [Int] {
        var levels = [Int](repeating: 0, count: count)
        for task in topologicalOrder {
            levels[task] = 1 + parents(of: task).reduce(-1) { max($0, levels[$1]) }
        }
        return levels
    }

    /// How many tasks stand on each level.
    public var widths: [Int] {
        let levels = levels
        var widths = [Int](repeating: 0, count: (levels.max() ?? -1) + 1)
        for level in levels { widths[level] += 1 }
        return widths
    }

    /// For each task, the length of the longest path from its start to the end of the workflow:
    /// rank(i) = cost(i) + max over children j of (transfer(i, j) + rank(j)).
    ///
    /// Topcuoglu, Hariri, Wu, "Performance-effective and low-complexity task scheduling", 2002, equation 5.
    public func upwardRanks(costs: [Double], transfer: (_ parent: Int, _ child: Int) -> Double = { _, _ in 0 })
        -> [Double]
    {
        precondition(costs.count == count, "\(costs.count) costs for \(count) tasks")
        var ranks = costs
        for task in topologicalOrder.reversed() {
            ranks[task] += children(of: task).reduce(0) { max($0, transfer(task, $1) + ranks[$1]) }
        }
        return ranks
    }

    /// For each task, the length of the longest path from the start of the workflow to its start (equation 6 there).
    public func downwardRanks(
        costs: [Double], transfer: (_ parent: Int, _ child: Int) -> Double = { _, _ in 0 }
    ) -> [Double] {
        precondition(costs.count == count, "\(costs.count) costs for \(count) tasks")
        var ranks = [Double](repeating: 0, count: count)
        for task in topologicalOrder {
            ranks[task] = parents(of: task).reduce(0) { max($0, ranks[$1] + costs[$1] + transfer($1, task)) }
        }
        return ranks
    }

    /// The tasks of a longest path, in order, and its length; of paths of equal length, the one that is first in the file.
    public func criticalPath(costs: [Double]) -> (tasks: [Int], length: Double) {
        let ranks = upwardRanks(costs: costs)
        func longest(_ candidates: some Sequence<Int>) -> Int? {
            candidates.reduce(nil) { best, task in best.map { ranks[task] > ranks[$0] ? task : $0 } ?? task }
        }
        var path: [Int] = []
        var next = longest((0..<count).filter { parents(of: $0).isEmpty })
        while let task = next {
            path.append(task)
            next = longest(children(of: task))
        }
        return (path, path.first.map { ranks[$0] } ?? 0)
    }
}
