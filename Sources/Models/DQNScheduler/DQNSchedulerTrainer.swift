import Files
import Kernels
import Layers
import Reinforcement
import Scheduling
import Simulation
import Tensors
import Training

/// Trains a ``DQNScheduler`` on streams of workflows in the twin, without updates of a deep Q-network (`DQN` of Reinforcement).
///
/// It starts from the best list rule, shortest remaining work by the longest path, and tries to improve on it in two ways. A
/// ``PolicySearch`` moves the weights by which a linear network scores candidates, by what whole streams come to. And rollouts
/// tell what candidates come to at choices on the way of the rule, to which a network is fitted, in further rounds at choices
/// on the way of that network, all of them together (Ross, Gordon, Bagnell, "A reduction of imitation learning and structured
/// prediction to no-regret online learning", 2011); it is followed where a candidate is worth more than the rule's by a margin.
/// Validation streams choose among the networks and the margins; where none of them gains, the margin is infinite: then it
/// is the rule.
public struct DQNSchedulerTrainer: Sendable {
    /// The search on whole streams.
    public var search = PolicySearch()
    /// What is to be little, mean completion unless something else is: the search, the rollouts and the choice on validation
    /// streams go by it, each part relative to that of the rule on the same stream.
    public var reward = SchedulingReward()
    /// Weights of a linear scheduler that the search starts from, which so learns on: on another load, for other applications; nil:
    /// those of the rule.
    public var start: [Float]?
    /// Streams that rollouts are made on, in each round.
    public var streams = 9
    /// Rounds; none leaves rollouts out.
    public var rounds = 2
    /// How often a run of choices begins at which candidates are tried.
    public var beginnings = 0.003
    /// Candidates of a window, at the most.
    public var window = DQNScheduler.defaultWindow
    /// What is seen of a candidate.
    public var sight = WindowFeatures.Sight()
    /// Whether each pool of nodes has an agent of its own: see ``DQNScheduler/hasPoolAgents``.
    public var hasPoolAgents = false
    /// H, the width of the network's layers.
    public var width = 32
    /// How the network is fitted.
    public var loop = TrainingLoop(
        AdamW(learningRate: 0.002, weightDecay: 0.01), schedule: .cosine(over: .epochs(20)), epochs: 20, batchSize: 64,
        clipping: .norm(5), patience: 20, explosionFactor: .infinity)
    /// Margins that are compared on validation streams, beside that of the rule itself.
    public var margins: [Float] = [0.03, 0.1, 0.2, 0.3, 0.5]
    /// What goes on beside it: told of each pair of the search, each stream of rollouts and each step of the last fit, and
    /// asked there whether to end. Checkpoint and logs are those of the last fit.
    public var session: TrainingSession

    /// A trainer with the defaults.
    public init(session: TrainingSession = .init()) { self.session = session }

    /// The rule that it starts from, with a window of it.
    static var base: QueueOrder { .leastRemainingWorkByPath }

    /// Trains on the streams that `streams` gives for seeds, and validates on others.
    ///
    /// Where rollouts tell of fewer than ``leastSamples`` choices, no network is fitted to them.
    ///
    /// - Throws: `InputError` where nothing at all was tried; `TrainingInterruption` where the session ends it, with a
    ///   checkpoint from the last fit alone.
    public func train(
        on streams: (_ seed: UInt64) throws -> [Arrival], validation: [[Arrival]], seed: UInt64
    ) throws -> Outcome {
        var tried: [(origin: Origin, scheduler: DQNScheduler)] = []
        var search = search
        (search.window, search.hasPoolAgents, search.reward) = (window, hasPoolAgents, reward)
        search.seesUncertainty = sight.hasUncertainty
        let path = try search.run(from: padded(start ?? PolicySearch.start), on: streams, seed: seed, session: session)
        // What is given is tried too; the rule is what all are compared with.
        for (step, weights) in path.enumerated().dropFirst(start == nil ? 1 : 0) {
            tried.append((.search(step: step), scheduler(try .linear(weights))))
        }
        let (network, count) = try fitToRollouts(on: streams, seed: seed)
        if let network {
            tried += margins.map { (.rollouts(margin: $0), scheduler(network, margin: $0)) }
        }
        guard !tried.isEmpty else {
            throw InputError(
                "leads nowhere: no step of a search, and \(count) choices between tasks are too few to learn from",
                field: "workload")
        }
        let differences = tried.map { Self.difference($0.scheduler, on: validation, by: reward) }
        let gains = differences.indices.filter { differences[$0] < 0 }
        let best = gains.min { differences[$0] < differences[$1] }
        let rule = scheduler(try .linear(padded(PolicySearch.start)), margin: .infinity)
        return Outcome(
            scheduler: best.map { tried[$0].scheduler } ?? rule, chosen: best.map { tried[$0].origin } ?? .rule,
            validation: zip(tried, differences).map { ($0.origin, $1) }, sampleCount: count)
    }

    /// `weights`, and 0 for each feature that they do not know.
    private func padded(_ weights: [Float]) -> [Float] {
        precondition(weights.count <= sight.count, "\(weights.count) weights of \(sight.count) features")
        return weights + [Float](repeating: 0, count: sight.count - weights.count)
    }

    /// The scheduler of `network`, with its window and agents.
    private func scheduler(_ network: CandidateNetwork, margin: Float = 0) -> DQNScheduler {
        DQNScheduler(
            network, margin: margin, window: window, hasPoolAgents: hasPoolAgents, seesUncertainty: sight.hasUncertainty
        )
    }

    /// The network of the last round, nil where choices are too few, and how many choices there are.
    private func fitToRollouts(
        on streams: (_ seed: UInt64) throws -> [Arrival], seed: UInt64
    ) throws -> (CandidateNetwork?, Int) {
        var sampler = RolloutSampler(order: Self.base.choosing(window: window), base: .list(Self.base))
        (sampler.beginnings, sampler.hasPoolAgents, sampler.sight) = (beginnings, hasPoolAgents, sight)
        sampler.reward = reward
        var generator = SeededGenerator(seed: seed)
        var samples: [RolloutSample] = []
        var last: DQNScheduler?
        if rounds > 0 { session.progress(.init(search: 0, of: rounds * self.streams, epoch: 1)) }
        for round in 0..<rounds {
            for stream in 0..<self.streams {
                let done = round * self.streams + stream
                let arrivals = try streams(seed &+ UInt64(done))
                samples += sampler.samples(
                    of: arrivals, following: last, takesBest: stream.isMultiple(of: 2), using: &generator)
                try session.goOn(
                    .init(search: done + 1, of: rounds * self.streams, epoch: round + 1), step: stream + 1)
            }
            guard samples.count >= Self.leastSamples else { continue }
            let isLast = round == rounds - 1
            let network = try fit(
                samples, seed: seed, session: isLast ? session : .init(shouldStop: session.shouldStop))
            last = scheduler(network, margin: margins.first ?? 0)
        }
        return (last?.network, samples.count)
    }

    /// Choices that a network is fitted to, at the least.
    static let leastSamples = 10

    /// A network that is fitted to `samples`, of which the last tenth tells when to stop.
    func fit(_ samples: [RolloutSample], seed: UInt64, session: TrainingSession) throws -> CandidateNetwork {
        var generator = SeededGenerator(seed: seed ^ 0xF17)
        var network = CandidateNetwork(
            state: WindowFeatures.stateCount, features: sight.count, width: width, using: &generator)
        let shuffled = samples.shuffled(using: &generator)
        let learned = shuffled.count * 9 / 10
        let held = Array(shuffled[learned...])
        let loss = AdvantageLoss()
        try loop.run(&network, samples: learned, seed: seed, session: session) { network, batch in
            loss(network, batch.map { shuffled[$0] })
        } validationLoss: { network in
            loss(network, held).scalar
        }
        return network
    }

    /// What `reward` is of under `scheduler`, over that under the rule, minus 1: the mean over `streams`.
    static func difference(
        _ scheduler: DQNScheduler, on streams: [[Arrival]], by reward: SchedulingReward = .init()
    ) -> Double {
        streams.reduce(0) { sum, stream in
            let (own, other) = (result(stream, scheduler.rule), result(stream, .list(base)))
            return sum + (reward.relative(of: own.amount(of:), to: other.amount(of:)) - 1)
        } / Double(max(streams.count, 1))
    }

    static func result(_ arrivals: [Arrival], _ rule: SimulationRule) -> SimulationResult {
        guard let first = arrivals.first else { return SimulationResult() }
        var left = arrivals[...]
        var simulation = VirtualCluster(
            first.instance.cluster, rule: rule, settings: .init(nodesStartOff: false)
        ) { left.popFirst() }
        return simulation.run()
    }
}

extension DQNScheduler {
    /// The rule by which it decides in a virtual cluster.
    public var rule: SimulationRule { .list(order) }

    /// The order in which it takes tasks.
    public var order: QueueOrder { DQNSchedulerTrainer.base.choosing(window: window, by: self) }
}
