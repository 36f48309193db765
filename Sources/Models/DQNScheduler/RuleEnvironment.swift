import Glibc
import Kernels
import Reinforcement
import Simulation
import Workflows

/// Streams of workflows on the twin, in which an agent chooses, whenever a workflow arrives, the rule that schedules up to the
/// next arrival: the other variant of what an action is. An action is the number of a rule.
public struct RuleEnvironment: Environment {
    /// The nodes.
    public let cluster: Cluster
    /// The rules that are chosen from.
    public let rules: [SimulationRule]
    /// What may happen beside the arrivals; its seed is that of the episode.
    public var settings: SimulationSettings
    /// What is paid for.
    public var reward: SchedulingReward
    /// Seconds, in mean longest paths of the workflows of the episode, after which a reward is worth e^-1 of one now.
    public var horizon: Double
    private let arrivals: @Sendable (_ seed: UInt64) throws -> [Arrival]
    private var simulation: VirtualCluster?
    private var totals = SimulationTotals()
    /// What has come of the episode up to what was observed last; nil before the first.
    public var lastTotals: SimulationTotals? { simulation == nil ? nil : totals }
    private var current = 0
    /// Means over the workflows of the episode that have arrived: longest path and work.
    private var known: [(path: Double, work: Double)] = []

    /// An environment of streams on `cluster`.
    public init(
        on cluster: Cluster, rules: [SimulationRule], settings: SimulationSettings = .init(nodesStartOff: false),
        reward: SchedulingReward = .init(), horizon: Double = 4,
        arrivals: @escaping @Sendable (_ seed: UInt64) throws -> [Arrival]
    ) {
        precondition(!rules.isEmpty && horizon > 0, "\(rules.count) rules, a horizon of \(horizon)")
        self.cluster = cluster
        self.rules = rules
        self.settings = settings
        self.reward = reward
        self.horizon = horizon
        self.arrivals = arrivals
    }

    /// S, the numbers of an observation: 12 of the cluster and what waits, and which rule is in charge.
    public var stateCount: Int { 12 + rules.count }

    /// The stream of `seed` up to its first arrival.
    public mutating func begin(seed: UInt64) throws -> Observation? {
        let all = try arrivals(seed)
        known = all.map { ($0.instance.criticalPathSeconds, $0.instance.coreSeconds) }
        var coming = all[...]
        settings.seed = seed
        var simulation = VirtualCluster(cluster, rule: rules[0], settings: settings) { coming.popFirst() }
        current = 0
        let isThere = simulation.advanceToArrival()
        totals = simulation.totals
        defer { self.simulation = simulation }
        return isThere ? observation(of: simulation) : nil
    }

    /// Goes on under a rule up to the next arrival, or to the end behind the last.
    public mutating func take(_ action: Int) throws -> Outcome {
        guard var simulation else { preconditionFailure("no episode has begun") }
        self.simulation = nil
        let unit = scale(simulation).path
        if action != current { simulation.use(rules[action]) }
        current = action
        let isThere = simulation.advanceToArrival()
        let now = simulation.totals
        let earned = reward(from: totals, to: now, unit: unit)
        let discount = Float(Glibc.exp(-(now.seconds - totals.seconds) / (horizon * unit)))
        totals = now
        defer { self.simulation = simulation }
        return Outcome(
            reward: earned, discount: isThere ? discount : 0, observation: isThere ? observation(of: simulation) : nil)
    }

    /// At an arrival the latest workflow is there.
    private func arrivedCount(_ simulation: VirtualCluster) -> Int { (simulation.alivePlaces.last ?? 0) + 1 }

    private func scale(_ simulation: VirtualCluster) -> (path: Double, work: Double) {
        let seen = known.prefix(max(1, arrivedCount(simulation)))
        let count = Double(max(seen.count, 1))
        return (
            max(seen.reduce(0) { $0 + $1.path } / count, 1e-6), max(seen.reduce(0) { $0 + $1.work } / count, 1e-6)
        )
    }

    private func observation(of simulation: VirtualCluster) -> Observation {
        let (path, work) = scale(simulation)
        let waiting = simulation.waiting(atMost: 512)
        let views = simulation.nodeViews
        let cores = max(views.reduce(0) { $0 + $1.cores }, 1e-6)
        var remaining: [Int: Double] = [:]
        for task in waiting { remaining[task.workflow.place] = task.workflow.remainingCoreSeconds / work }
        let works = remaining.values.sorted()
        let elapsed = max(totals.seconds, path)
        func logarithm(_ value: Double) -> Float { naturalLogarithm(Float(value) + 0.01) }
        func quantile(_ part: Double) -> Float {
            works.isEmpty ? 0 : logarithm(works[Int(part * Double(works.count - 1))])
        }
        let seconds = waiting.reduce(0) { $0 + $1.seconds } / Double(max(waiting.count, 1))
        var state: [Float] = [
            logarithm(Double(simulation.alive)), logarithm(Double(waiting.count) / cores),
            Float(views.reduce(0) { $0 + $1.freeCores } / cores), logarithm(Double(works.count)), quantile(0),
            quantile(0.5), quantile(1), logarithm(works.reduce(0, +)),
            Float(min(Double(arrivedCount(simulation)) * work / elapsed / cores, 3)), logarithm(seconds / path),
            logarithm(waiting.reduce(0) { $0 + $1.cores } / Double(max(waiting.count, 1)) / cores),
            logarithm(waiting.reduce(0) { max($0, simulation.now - $1.ready) } / path),
        ]
        for rule in rules.indices { state.append(rule == current ? 1 : 0) }
        return Observation(state: state, isValid: [Bool](repeating: true, count: rules.count))
    }
}
