import Kernels
import Layers
import Reinforcement
import Simulation
import Tensors

/// One choice, and what some of its candidates would have come to.
public struct RolloutSample: Sendable, Equatable {
    /// What was seen.
    public var observation: Observation
    /// How much sooner workflows complete, added up, where a candidate is taken and not the first: in mean longest paths of
    /// the workflows so far; 0 for what was not tried. Another part of what is rewarded counts by how much less of it there is,
    /// as a part of what there is where the first is taken, times the completion times there: it is of the same scale.
    public var advantages: [Float]
    /// Whether a candidate was tried; the first always is.
    public var isTried: [Bool]

    /// The place of the candidate that was best; of equal ones the first.
    var bestPlace: Int {
        advantages.indices.reduce(0) { advantages[$1] > advantages[$0] ? $1 : $0 }
    }
}

/// Tries candidates of choices on copies of the twin: each is placed, and a rule runs what is there to its end, without further
/// arrivals. Tasks take as long as they do, whatever the rule believes: what comes of beliefs that are wrong is learned too.
///
/// One step of policy improvement by rollouts of a base policy: Bertsekas, Tsitsiklis, Wu, "Rollout algorithms for combinatorial
/// optimization", 1997. A network that is fitted to what they come to needs no copies: Lagoudakis and Parr, "Reinforcement
/// learning as classification: leveraging modern classifiers", ICML 2003.
public struct RolloutSampler: Sendable {
    /// The order that brings tasks forward, and the rule that rollouts go on by.
    public var order: QueueOrder
    /// That rule.
    public var base: SimulationRule
    /// How often a run of choices begins at which candidates are tried, and how many they are at the most: what a choice is
    /// worth changes with those before it at the same moment, which must be seen.
    public var beginnings = 0.003
    /// Choices of such a run, at the most.
    public var runLength = 20
    /// Candidates that are tried at a choice, at the most: the first half in order, the others by chance.
    public var candidatesAtMost = 6
    /// How often a candidate is taken by chance on the way, so that states beside the policy's own are seen.
    public var exploration: Float = 0.02
    /// Whether each pool of nodes has an agent of its own, which alone sees what goes there.
    public var hasPoolAgents = false
    /// What is to be little.
    public var reward = SchedulingReward()
    /// What is seen of a candidate.
    public var sight = WindowFeatures.Sight.certain
    /// Whether nodes are off to begin with.
    public var settings = SimulationSettings(nodesStartOff: false)

    /// A sampler of choices in `order`, with rollouts by `base`.
    public init(order: QueueOrder, base: SimulationRule) {
        self.order = order
        self.base = base
    }

    /// The choices on the way of `policy` through a stream; of the order's own first task without one.
    ///
    /// - Parameter takesBest: whether the best of the candidates that were tried is taken, where they were.
    public func samples(
        of arrivals: [Arrival], following policy: DQNScheduler?, takesBest: Bool,
        using generator: inout SeededGenerator
    ) -> [RolloutSample] {
        guard let first = arrivals.first else { return [] }
        var coming = arrivals[...]
        var simulation = VirtualCluster(first.instance.cluster, rule: .list(order), settings: settings) {
            coming.popFirst()
        }
        var (samples, scratch): ([RolloutSample], ChoiceScratch) = ([], .init())
        var left = 0
        while simulation.advanceToChoice() {
            let window = simulation.readyWindow
            let pool = DQNScheduler.pool(of: window, hasAgents: hasPoolAgents)
            if left == 0, generator.uniformDouble() < beginnings {
                left = Int.random(in: 1...runLength, using: &generator)
            }
            var best: Int?
            if left > 0 {
                left -= 1
                let sample = sample(simulation, window, pool, using: &generator)
                samples.append(sample)
                if takesBest { best = window.place(sample.bestPlace, ofPool: pool) }
            }
            var place = best ?? policy?.choose(from: window, using: &scratch) ?? 0
            if generator.uniform() < exploration {
                place = Int.random(in: window.candidates.indices, using: &generator)
            }
            simulation.choose(candidate: place)
        }
        return samples
    }

    private func sample(
        _ simulation: VirtualCluster, _ window: ReadyWindow, _ pool: Int?, using generator: inout SeededGenerator
    ) -> RolloutSample {
        let count = window.candidates.count { $0.isSeen(by: pool) }
        let half = min(count, (candidatesAtMost + 1) / 2)
        let tried = Array(0..<half) + (half..<count).shuffled(using: &generator).prefix(candidatesAtMost - half)
        var advantages = [Float](repeating: 0, count: count)
        var isTried = [Bool](repeating: false, count: count)
        let first = totals(of: simulation, taking: 0)
        for place in tried {
            isTried[place] = true
            guard place > 0 else { continue }
            let own = totals(of: simulation, taking: window.place(place, ofPool: pool))
            advantages[place] = Float(gain(of: own, over: first) / max(window.meanPathSeconds, 1e-6))
        }
        return RolloutSample(
            observation: WindowFeatures.observation(of: window, pool: pool, sight: sight),
            advantages: advantages, isTried: isTried)
    }

    /// What is gained, in seconds of completion.
    private func gain(of own: Rollout, over first: Rollout) -> Double {
        reward.parts.reduce(0) { sum, part in
            guard part != .completion else {
                return sum + reward.share(of: part) * (first.completions - own.completions)
            }
            let amount = own.totals.amount(of: part) + part.offset
            let other = first.totals.amount(of: part) + part.offset
            guard other > 0 else { return sum }
            return sum + reward.share(of: part) * (other - amount) / other * first.totals.workflowSeconds
        }
    }

    /// What a choice comes to.
    private struct Rollout {
        /// Completion times, added up over the workflows that have arrived.
        var completions: Double
        /// All that comes from the choice on.
        var totals: SimulationTotals
    }

    private func totals(of simulation: VirtualCluster, taking place: Int) -> Rollout {
        var copy = simulation
        copy.choose(candidate: place)
        var outlook = copy.outlook(under: base, isTrue: true)
        let completions = outlook.run().workflows.reduce(0) { $0 + ($1.completionSeconds ?? 0) }
        return Rollout(completions: completions, totals: outlook.totals.since(simulation.totals))
    }
}
