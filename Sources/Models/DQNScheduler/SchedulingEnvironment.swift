import Glibc
import Reinforcement
import Simulation
import Workflows

/// Streams of workflows on the twin, in which an agent chooses the task that is placed next: a semi-Markov decision process.
///
/// An action is the task at a place of the window; its node is the first with room. An episode is one stream, up to its end.
public struct SchedulingEnvironment: Environment {
    /// The nodes.
    public let cluster: Cluster
    /// What may happen beside the arrivals; its seed is that of the episode.
    public var settings: SimulationSettings
    /// The order that brings tasks forward, and how many.
    public let order: QueueOrder
    /// What is paid for.
    public var reward: SchedulingReward
    /// Whether each part of it is paid relative to what the order's own first tasks come to on the same stream: see
    /// ``SchedulingReward/relative(to:unit:)``. That costs a run of the stream at the beginning of an episode, unless completion
    /// alone is paid for, which is the scale.
    public var isRelative = false
    /// What is paid for in this episode.
    private var present: SchedulingReward
    /// Seconds, in mean longest paths of the workflows so far, after which a reward is worth e^-1 of one now.
    public var horizon: Double
    /// Whether rewards are told as what they are beyond an outlook: with the discounted completion Φ that the workflows that are there
    /// come to when the cluster drains them one behind the other, the least remaining work first, Γ Φ(s') - Φ(s) is added to
    /// each. It changes no order of policies, and leaves little of what all actions of a state have in common: Ng, Harada, Russell,
    /// "Policy invariance under reward transformations", ICML 1999.
    public var isShaped = false
    /// What is seen of a candidate.
    public var sight = WindowFeatures.Sight.certain
    private var outlook: Float = 0
    /// The workflows of an episode.
    private let arrivals: @Sendable (_ seed: UInt64) throws -> [Arrival]
    /// The simulation.
    public private(set) var simulation: VirtualCluster?
    private var totals = SimulationTotals()

    /// An environment of streams on `cluster`.
    public init(
        on cluster: Cluster, order: QueueOrder, settings: SimulationSettings = .init(nodesStartOff: false),
        reward: SchedulingReward = .init(), horizon: Double = 4,
        arrivals: @escaping @Sendable (_ seed: UInt64) throws -> [Arrival]
    ) {
        precondition(horizon > 0, "a horizon of \(horizon)")
        self.cluster = cluster
        self.order = order
        self.settings = settings
        (self.reward, present) = (reward, reward)
        self.horizon = horizon
        self.arrivals = arrivals
    }

    /// The stream of `seed` up to its first choice.
    public mutating func begin(seed: UInt64) throws -> Observation? {
        let all = try arrivals(seed)
        var left = all[...]
        settings.seed = seed
        present = isRelative && reward.parts != [.completion] ? relativeReward(all) : reward
        var simulation = VirtualCluster(cluster, rule: .list(order), settings: settings) { left.popFirst() }
        let isThere = simulation.advanceToChoice()
        totals = simulation.totals
        outlook = isThere ? outlook(of: simulation) : 0
        self.simulation = simulation
        return isThere ? WindowFeatures.observation(of: simulation.readyWindow, sight: sight) : nil
    }

    /// Places the task at a place of the window, and goes on to the next choice.
    public mutating func take(_ action: Int) throws -> Outcome {
        guard var simulation else { preconditionFailure("no episode has begun") }
        self.simulation = nil
        let unit = max(simulation.readyWindow.meanPathSeconds, 1e-6)
        simulation.choose(candidate: action)
        let isThere = simulation.advanceToChoice()
        let now = simulation.totals
        var earned = present(from: totals, to: now, unit: unit)
        let discount = Float(Glibc.exp(-(now.seconds - totals.seconds) / (horizon * unit)))
        totals = now
        if isShaped {
            let next = isThere ? outlook(of: simulation) : 0
            earned += discount * next - outlook
            outlook = next
        }
        defer { self.simulation = simulation }
        return Outcome(
            reward: earned, discount: isThere ? discount : 0,
            observation: isThere
                ? WindowFeatures.observation(of: simulation.readyWindow, sight: sight) : nil)
    }

    private func relativeReward(_ arrivals: [Arrival]) -> SchedulingReward {
        var left = arrivals[...]
        var simulation = VirtualCluster(cluster, rule: .list(order), settings: settings) { left.popFirst() }
        let began = arrivals.first?.at ?? 0
        _ = simulation.run()
        var totals = simulation.totals
        totals.seconds -= began
        let paths = arrivals.reduce(0) { $0 + $1.instance.criticalPathSeconds }
        return reward.relative(to: totals, unit: max(paths / Double(max(arrivals.count, 1)), 1e-6))
    }

    /// Φ: less the discounted time in which workflows are there, in mean longest paths, for as long as workflows are paid for.
    private func outlook(of simulation: VirtualCluster) -> Float {
        guard isShaped, present.completion != 0 else { return 0 }
        let window = simulation.readyWindow
        let cores = max(window.pools.reduce(0) { $0 + $1.cores }, 1e-6)
        let unit = max(window.meanPathSeconds, 1e-6)
        var (drained, sum) = (0.0, 0.0)
        for work in simulation.remainingCoreSeconds.sorted() {
            drained += work / cores / unit
            sum += horizon * (1 - Glibc.exp(-drained / horizon))
        }
        return Float(-present.completion * sum)
    }
}
