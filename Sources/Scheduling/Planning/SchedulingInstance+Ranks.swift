import Simulation

extension SchedulingInstance {
    /// For each task, the length of the longest path from its start to the end of the workflow, in seconds: mean durations,
    /// and transfers between different nodes (Topcuoglu and others, 2002, equation 5).
    var upwardRanks: [Double] {
        let costs = meanDurations
        var tails = [Double](repeating: 0, count: taskCount)
        for task in graph.topologicalOrder.reversed() {
            let rank = costs[task] + tails[task]
            forEachParent(of: task) { parent, transfer in tails[parent] = max(tails[parent], transfer + rank) }
        }
        return (0..<taskCount).map { costs[$0] + tails[$0] }
    }

    /// For each task, the length of the longest path from the start of the workflow to its start, in seconds (equation 6
    /// there).
    var downwardRanks: [Double] {
        let costs = meanDurations
        var ranks = [Double](repeating: 0, count: taskCount)
        for task in graph.topologicalOrder {
            var rank = 0.0
            forEachParent(of: task) { parent, transfer in
                rank = max(rank, ranks[parent] + costs[parent] + transfer)
            }
            ranks[task] = rank
        }
        return ranks
    }
}

extension SchedulingInstance {
    /// The tasks of each level, in the order of the file: those without parents, then those whose parents are all on levels
    /// before.
    var levels: [[Int]] {
        let levels = graph.levels
        var tasks = [[Int]](repeating: [], count: (levels.max() ?? -1) + 1)
        for (task, level) in levels.enumerated() { tasks[level].append(task) }
        return tasks
    }
}
