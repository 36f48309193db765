import Simulation

/// Tasks that were moved from nodes that are expected to end late to nodes that are expected to be idle.
public struct Rebalancing: Sendable {
    /// One task that was moved.
    public struct Move: Sendable, Hashable {
        /// The task.
        public var task: Int
        /// The node that it was planned on.
        public var from: Int
        /// The node that it is planned on now.
        public var to: Int
    }

    /// The plan from now on.
    public let plan: RunningPlan
    /// What was moved, in order.
    public let moves: [Move]
    /// When the last task is expected to end without the moves, in seconds.
    public let makespanBefore: Double
    /// How far apart the nodes' loads are, as a part of the largest: (largest - smallest) / largest.
    public let spreadBefore: Double
}

extension RunningPlan {
    /// The plan with its load moved before an imbalance that is predicted has done harm.
    ///
    /// The load of a node is what is left of the tasks that run there and all that is planned there, as seconds of all of
    /// its cores. Where the largest and the smallest load are further apart than `threshold`, a part of the largest, tasks
    /// that wait for room longest are moved to the nodes that are expected to be idle first, transfers counted: each time the one whose move lets the last task end the earliest, of equal ones the one after which tasks
    /// end the earliest on average, as long as one of the two saves `leastGain` of the time that is left and the last task
    /// ends no later, `mostMoves` times at the most. All others keep their nodes and their order.
    ///
    /// Balancing ahead of an imbalance rather than after it: Deng and others, "Efficient orchestrated AI workflows execution
    /// on scale-out spatial architecture" (Octopus), 2024, which opposes proactive scheduling of clusters to reactive load
    /// rebalancing; the rule here is our own.
    public func rebalanced(
        threshold: Double = 0.1, leastGain: Double = 0.01, mostMoves: Int = 8, isOver: () -> Bool = { false }
    ) -> Rebalancing {
        var plan = shifted()
        let before = plan.makespan
        let spread = plan.loadSpread
        var moves: [Rebalancing.Move] = []
        while moves.count < mostMoves, !isOver(), plan.loadSpread > threshold {
            guard let (better, move) = plan.bestMove(isOver: isOver) else { break }
            let (gain, meanGain) = (plan.makespan - better.makespan, plan.meanEnd - better.meanEnd)
            guard gain > leastGain * (plan.makespan - now) || meanGain > leastGain * (plan.meanEnd - now) else { break }
            plan = better
            moves.append(move)
        }
        return Rebalancing(plan: plan, moves: moves, makespanBefore: before, spreadBefore: spread)
    }

    /// (largest - smallest) / largest of the loads of the nodes that are there.
    var loadSpread: Double {
        var loads = [Double](repeating: 0, count: instance.nodeCount)
        for task in progress.indices where progress[task] != .ended {
            let node = timetable.nodes[task]
            let left = timetable.ends[task] - max(timetable.starts[task], now)
            loads[node] += left * instance.cores[task] / instance.cluster.nodes[node].cores
        }
        let there = zip(loads, isAvailable).filter { $1 }.map { $0.0 }
        guard let largest = there.max(), let smallest = there.min(), largest > 0 else { return 0 }
        return (largest - smallest) / largest
    }

    /// The mean of when tasks end that have not ended; now without any.
    private var meanEnd: Double {
        var (sum, count) = (0.0, 0.0)
        for task in progress.indices where progress[task] != .ended {
            sum += timetable.ends[task]
            count += 1
        }
        return count > 0 ? sum / count : now
    }

    /// Tasks that are tried, and nodes that they are tried on.
    private static let (triedTasks, triedNodes) = (16, 3)

    private func bestMove(isOver: () -> Bool) -> (plan: RunningPlan, move: Rebalancing.Move)? {
        let nodes = idleNodes
        let waiting = waitingTasks
        var best: (plan: RunningPlan, move: Rebalancing.Move)?
        for task in waiting.prefix(Self.triedTasks) {
            let from = timetable.nodes[task]
            for node in nodes.prefix(Self.triedNodes) where node != from && instance.fits(task, on: node) {
                if isOver() { return best }
                let moved = moved(task, to: node)
                let (end, mean) = best.map { ($0.plan.makespan, $0.plan.meanEnd) } ?? (makespan, meanEnd)
                if moved.makespan < end || (moved.makespan == end && moved.meanEnd < mean) {
                    best = (moved, Rebalancing.Move(task: task, from: from, to: node))
                }
            }
        }
        return best
    }

    /// Nodes by when they are expected to be idle: when what runs there has ended, if nothing is planned to start then, else
    /// when all that is planned there has ended.
    private var idleNodes: [Int] {
        var idleFrom = [Double](repeating: now, count: instance.nodeCount)
        var nextStart = [Double](repeating: .infinity, count: instance.nodeCount)
        for task in progress.indices where timetable.ends[task] > timetable.starts[task] {
            let node = timetable.nodes[task]
            if progress[task] == .running { idleFrom[node] = max(idleFrom[node], timetable.ends[task]) }
            if progress[task] == .planned { nextStart[node] = min(nextStart[node], timetable.starts[task]) }
        }
        for (node, finish) in plannedFinishes.enumerated() where nextStart[node] <= idleFrom[node] {
            idleFrom[node] = finish
        }
        return idleFrom.indices.filter { isAvailable[$0] }.sorted {
            idleFrom[$0] != idleFrom[$1] ? idleFrom[$0] < idleFrom[$1] : $0 < $1
        }
    }

    /// Tasks that wait for room, the longest first, but those that must share a node with others.
    private var waitingTasks: [Int] {
        let waits = progress.indices.compactMap { task -> (task: Int, seconds: Double)? in
            guard progress[task] == .planned, instance.group(of: task) == nil else { return nil }
            let node = timetable.nodes[task]
            let arrival = instance.arrival(of: task, on: node, ends: timetable.ends, nodes: timetable.nodes)
            let seconds = timetable.starts[task] - max(arrival, now)
            return seconds > 0 ? (task, seconds) : nil
        }
        return waits.sorted { $0.seconds != $1.seconds ? $0.seconds > $1.seconds : $0.task < $1.task }.map(\.task)
    }

    /// The plan with `task` on `node`, in the order of the planned starts.
    private func moved(_ task: Int, to node: Int) -> RunningPlan {
        var plan = self
        plan.timetable.nodes[task] = node
        // It may start there as soon as its files are there; in the order it stands behind what starts before that.
        plan.timetable.starts[task] = max(
            now, instance.arrival(of: task, on: node, ends: timetable.ends, nodes: plan.timetable.nodes))
        return plan.shifted()
    }
}
