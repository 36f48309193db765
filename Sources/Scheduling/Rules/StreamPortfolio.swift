import Simulation
import Workflows

/// A portfolio of rules for a stream of workflows: whenever one arrives, each member is tried on a copy of the cluster that
/// runs what is there to its end, without further arrivals and with the times that rules believe in, and the stream goes on
/// under the one with the least mean completion time. Of equally good members the one in charge stays.
///
/// On what it looked at it is never worse than a member, since the copies show what each of them would do. The search is
/// bounded by a count, not by time, so that a run can be repeated.
///
/// Rollouts of base rules: Bertsekas, Tsitsiklis, Wu, "Rollout algorithms for combinatorial optimization", 1997. Choice among
/// simulated rules: Talby and Feitelson, "Improving and stabilizing parallel computer performance using adaptive
/// backfilling", 2005.
public struct StreamPortfolio {
    /// A rule by its name.
    public typealias Member = (name: String, rule: SimulationRule)

    /// List rules that are good on streams of different kinds: shortest remaining work for one-core tasks, packing where tasks
    /// ask for much, fair sharing and the order of arrival where workflows are alike. Each of them keeps a node free for what
    /// has waited for a day, so that nothing starves whichever is in charge: the wait of a task is bounded by a day, the tasks
    /// that were ready before it, and the longest task.
    public static let members: [Member] = {
        let policies: [SchedulingPolicy] = [.srptPath, .tetris, .srpt, .fair, .fifo]
        return policies.compactMap { policy in policy.queueOrder.map { member(policy.rawValue, $0) } }
    }()

    /// A member by `order`, which likewise keeps a node free for what has waited for a day.
    public static func member(_ name: String, _ order: QueueOrder) -> Member {
        var order = order
        order.patienceSeconds = 86_400
        return (name, .list(order))
    }

    /// The rules that are compared.
    let members: [Member]
    /// Members that are tried at an arrival, at the most; they take turns, beside the one in charge.
    let trials: Int
    /// The simulation.
    private(set) var simulation: VirtualCluster
    private(set) var current = 0
    private var next = 0
    /// Copies that were run.
    private(set) var iterations = 0
    /// Moments of arrivals behind which each member was in charge.
    public private(set) var chosen: [Int]

    /// A portfolio in charge of a stream.
    public init(
        of members: [Member] = Self.members, trials: Int, on cluster: Cluster, settings: SimulationSettings,
        arrivals: @escaping () -> Arrival?
    ) {
        precondition(!members.isEmpty && trials > 0, "\(trials) trials of \(members.count) members")
        self.members = members
        self.trials = trials
        chosen = Array(repeating: 0, count: members.count)
        simulation = VirtualCluster(cluster, rule: members[0].rule, settings: settings, arrivals: arrivals)
    }

    /// Runs the stream to its end.
    public mutating func run() -> SimulationResult {
        while simulation.advanceToArrival() { choose() }
        return simulation.run()
    }

    /// Goes on under the member that does best on what is there.
    private mutating func choose() {
        let places = simulation.alivePlaces
        var best = (member: current, seconds: outlook(current, places))
        for _ in 0..<min(trials, members.count - 1) {
            next = (next + 1) % members.count
            if next == current { next = (next + 1) % members.count }
            let seconds = outlook(next, places)
            if seconds < best.seconds { best = (next, seconds) }
        }
        if best.member != current {
            current = best.member
            simulation.use(members[current].rule)
        }
        chosen[current] += 1
    }

    /// Completion times of the workflows at these places, added up, if `member` ran them to their end.
    private mutating func outlook(_ member: Int, _ places: [Int]) -> Double {
        iterations += 1
        var copy = simulation.outlook(under: members[member].rule)
        let result = copy.run()
        return places.reduce(0) { $0 + (result.workflows[$1].completionSeconds ?? .infinity) }
    }
}
