import Kernels
import Layers
import Tensors
import Training

/// A deep Q-network: it learns what each action is worth from transitions that it has seen, in any order, and what an agent
/// does beside it.
///
/// With the rewards R of n steps and the discount Γ behind them, the online network Q and its copy of some time ago Q':
///
///     y = R + Γ Q'(s', argmax_a Q(s', a))        loss = w huber(Q(s, a) - y)
///         + λ (max_b (Q(s, b) + margin [b ≠ a]) - Q(s, a))         where a is a teacher's
///         + α (ln Σ_b e^Q(s, b) - Q(s, a))
///
/// Mnih and others, "Human-level control through deep reinforcement learning", 2015; double: van Hasselt, Guez, Silver, "Deep
/// reinforcement learning with double Q-learning", AAAI 2016; the margin: Hester and others, "Deep Q-learning from
/// demonstrations", AAAI 2018, equation 3; the penalty: Kumar and others, "Conservative Q-learning", NeurIPS 2020, equation 4.
public struct DQN<Network: ActionValueNetwork>: Sendable {
    /// What decides how it learns.
    public let configuration: DQNConfiguration
    /// The network that learns.
    public internal(set) var online: Network
    /// Its copy of some time ago.
    var target: Network
    var optimizer: Adam
    /// What it has seen.
    public internal(set) var replay: ReplayBuffer
    var generator: SeededGenerator
    /// Actions that it has chosen while it learned.
    public internal(set) var actions = 0
    /// Steps of the optimizer.
    public internal(set) var updates = 0

    /// A learner that begins with `network`.
    public init(_ network: Network, _ configuration: DQNConfiguration = .init(), seed: UInt64) {
        configuration.check()
        self.configuration = configuration
        online = network
        target = network
        optimizer = Adam(learningRate: configuration.learningRate)
        replay = ReplayBuffer(
            capacity: configuration.replayCapacity, sampling: configuration.sampling,
            demonstrationCapacity: configuration.demonstrationCapacity)
        generator = SeededGenerator(seed: seed)
    }

    /// The action that is worth most.
    public func bestAction(for observation: Observation) -> Int {
        online.bestActions(in: ObservationBatch([observation]))[0]
    }

    /// The action that is tried: at random, with the probability of the exploration, else the best one.
    public mutating func chooseAction(for observation: Observation) -> Int {
        let probability = configuration.exploration(actions)
        actions += 1
        guard generator.uniform() < probability else { return bestAction(for: observation) }
        let valid = observation.isValid.indices.filter { observation.isValid[$0] }
        return valid[Int.random(in: valid.indices, using: &generator)]
    }

    /// Adds what was seen to what is learned from.
    public mutating func remember(_ transition: Transition) { replay.append(transition) }

    /// One step of the optimizer on transitions that are drawn.
    ///
    /// - Throws: ``TrainingError`` where the loss is no finite number; the network is then as it was.
    @discardableResult
    public mutating func update() throws -> (loss: Float, gradientNorm: Float) {
        let sample = replay.sample(configuration.batchSize, using: &generator)
        let batch = sample.places.map { replay.transitions[$0] }
        let targets = targets(of: batch)
        let observed = ObservationBatch(batch.map(\.observation))
        var errors: [Float] = []
        var (value, gradients) = valueAndGradient(of: online) { network in
            loss(of: network, batch, observed, targets, weights: sample.weights, errors: &errors)
        }
        guard value.isFinite else { throw TrainingError.lossNotFinite(parameter: "online", epoch: 0, step: updates) }
        let norm = gradients.clip(toNorm: configuration.clipping)
        guard norm.isFinite else {
            throw TrainingError.gradientNotFinite(parameter: "online", epoch: 0, step: updates)
        }
        optimizer.update(&online, along: gradients)
        replay.update(sample.places, errors: errors)
        updates += 1
        if updates.isMultiple(of: configuration.updatesPerCopy) { target = online }
        return (value, norm)
    }
}

extension DQN {
    /// y of each transition.
    private func targets(of batch: [Transition]) -> [Float] {
        var targets = batch.map(\.reward)
        let places = batch.indices.filter { batch[$0].discount > 0 }
        guard !places.isEmpty else { return targets }
        let next = ObservationBatch(places.compactMap { batch[$0].next })
        let values = next.masked(target.values(of: next), with: -.infinity)
        let best = configuration.isDouble ? online.bestActions(in: next) : values.argmax(alongAxis: 1)
        for (row, place) in places.enumerated() {
            targets[place] += batch[place].discount * values.scalars[row * next.actionCount + best[row]]
        }
        return targets
    }

    private func loss(
        of network: Network, _ batch: [Transition], _ observed: ObservationBatch, _ targets: [Float],
        weights: [Float], errors: inout [Float]
    ) -> Tensor {
        let values = network.values(of: observed)
        let taken = values.gather(batch.map(\.action), alongAxis: 1)
        errors = zip(taken.scalars, targets).map { $0 - $1 }
        let count = Float(batch.count)
        let mask = Tensor(weights, shape: [batch.count])
        var loss =
            huberLoss(taken, Tensor(targets, shape: [batch.count]), delta: configuration.huberDelta, mask: mask)
            * (Reduction.sum(weights.span) / count)
        if configuration.imitation > 0 {
            let excess = marginExcess(values, taken, batch, observed)
            loss = loss + excess.sum() * (configuration.imitation / count)
        }
        if configuration.conservatism > 0 {
            let all = observed.masked(values, with: -1e9).logSumExp(alongAxis: 1)
            loss = loss + (all - taken).sum() * (configuration.conservatism / count)
        }
        return loss
    }

    /// By how much the best action, with the margin for every other, is worth more than the teacher's, [B]; 0 for what is no
    /// demonstration.
    private func marginExcess(
        _ values: Tensor, _ taken: Tensor, _ batch: [Transition], _ observed: ObservationBatch
    ) -> Tensor {
        let own = Tensor.oneHot(batch.map(\.action), classes: observed.actionCount)
        let raised = values + (1 - own) * configuration.margin
        let isTaught = Tensor(batch.map { $0.isDemonstration ? 1 : 0 }, shape: [batch.count])
        return (observed.masked(raised, with: -1e9).max(alongAxis: 1) - taken) * isTaught
    }
}
