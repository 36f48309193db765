import Kernels
import Layers
import Reinforcement
import Simulation
import Training

/// Weights of the features of candidates, by which they are scored, improved on whole streams.
///
/// What one choice comes to is a hundredth of the noise that it brings into all that follows, so that scores learned choice by
/// choice are no better than the rule; mean completion over whole streams adds up what all choices come to. Each step draws
/// weights beside the present ones in pairs on opposite sides, each pair on one stream, and goes against the slope:
///
///     g_i = mean over pairs of (ln c(θ + ε) - ln c(θ - ε)) / 2 · ε_i / σ_i
///
/// in units of the spread of the feature, leaving out what lies within its standard error. c is mean completion, or the
/// ``reward`` that is given in its place; the parts of a mix are counted relative to those of the rule on the pair's stream. Evolution strategies with
/// antithetic draws: Salimans and others, "Evolution strategies as a scalable alternative to reinforcement learning", 2017.
public struct PolicySearch: Sendable {
    /// Steps.
    public var steps = 4
    /// Pairs of a step, each on a stream of its own.
    public var pairs = 100
    /// The deviation of what is drawn, in scores: a weight's is this over the spread of its feature within windows.
    public var deviation = 0.1
    /// The length of the first step, in scores; each further one is 0.8 of the one before.
    public var stepLength = 0.15
    /// What is to be little.
    public var reward = SchedulingReward()
    /// Tasks of a window, at the most.
    public var window = DQNScheduler.defaultWindow
    /// Whether each pool of nodes has an agent of its own; they share the weights, and all that is counted is what the whole stream
    /// comes to.
    public var hasPoolAgents = false
    /// Whether the uncertainty of durations is among what is seen, and searched for a weight.
    public var seesUncertainty = false

    /// A search with the defaults.
    public init() {}

    /// The weights that score candidates as shortest remaining work does.
    public static let start: [Float] = {
        var weights = [Float](repeating: 0, count: WindowFeatures.Sight().count)
        weights[0] = -1
        return weights
    }()

    /// Features whose weights are searched for: not those of the place in the window, of deadlines and of pools; priority and
    /// overrun where they are among them, and the deviation where it is seen.
    func searched(_ count: Int) -> [Int] {
        [1, 2, 3, 7, 8, 9, 10, 11, 12, 17, 19, 22, 23, 24, 25] + Array(WindowFeatures.Sight().count..<count)
            + (seesUncertainty ? [WindowFeatures.deviationPlace] : [])
    }

    /// The weights behind each step, the first ones those that it starts from, of one of ``WindowFeatures/Sight/counts``.
    ///
    /// - Parameter session: told of each pair, and asked behind it whether to end there; nothing is kept of a search.
    /// - Throws: `TrainingInterruption` without a checkpoint where the session ends it; what `streams` throws.
    public func run(
        from start: [Float] = start, on streams: (_ seed: UInt64) throws -> [Arrival], seed: UInt64,
        session: TrainingSession = .init()
    ) throws -> [[Float]] {
        var generator = SeededGenerator(seed: seed)
        let searched = searched(start.count)
        let spread = try spread(of: streams(seed), width: start.count)
        var (path, length) = ([start], stepLength)
        if steps > 0 { session.progress(.init(search: 0, of: steps * pairs, epoch: 1)) }
        for step in 0..<steps {
            let present = path[step]
            var sums = [Double](repeating: 0, count: searched.count)
            var squares = sums
            for pair in 0..<pairs {
                let arrivals = try streams(seed &+ UInt64(1 + step * pairs + pair))
                let draws = searched.map { _ in Double(generator.normal()) }
                // Of a part alone what the rule comes to would cancel out.
                let rule =
                    reward.parts.count > 1 ? DQNSchedulerTrainer.result(arrivals, .list(DQNSchedulerTrainer.base)) : nil
                let ahead = try logAmount(arrivals, shifted(present, by: draws, deviation, spread), over: rule)
                let behind = try logAmount(arrivals, shifted(present, by: draws, -deviation, spread), over: rule)
                for place in draws.indices {
                    let slope = (ahead - behind) / 2 * draws[place]
                    sums[place] += slope
                    squares[place] += slope * slope
                }
                try session.goOn(
                    .init(search: step * pairs + pair + 1, of: steps * pairs, epoch: step + 1), step: pair + 1)
            }
            let slopes = Self.significant(sums, squares, count: Double(pairs))
            let norm = slopes.reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard norm > 0 else { break }
            path.append(shifted(present, by: slopes.map { $0 / norm }, -length, spread))
            length *= 0.8
        }
        return path
    }

    /// Means that are more than their standard error away from zero, by so much.
    private static func significant(_ sums: [Double], _ squares: [Double], count: Double) -> [Double] {
        zip(sums, squares).map { sum, square in
            let mean = sum / count
            let error = (max(square / count - mean * mean, 0) / count).squareRoot()
            return abs(mean) > error ? mean : 0
        }
    }

    private func shifted(_ weights: [Float], by draws: [Double], _ size: Double, _ spread: [Double]) -> [Float] {
        var weights = weights
        for (place, feature) in searched(weights.count).enumerated() where spread[feature] > 1e-6 {
            weights[feature] += Float(size * draws[place] / spread[feature])
        }
        return weights
    }

    private func logAmount(
        _ arrivals: [Arrival], _ weights: [Float], over rule: SimulationResult?
    ) throws -> Double {
        let scheduler = DQNScheduler(
            try .linear(weights), window: window, hasPoolAgents: hasPoolAgents, seesUncertainty: seesUncertainty)
        let own = DQNSchedulerTrainer.result(arrivals, scheduler.rule)
        let amount =
            rule.map { reward.relative(of: own.amount(of:), to: $0.amount(of:)) } ?? own.amount(of: reward.parts[0])
        return logarithm(max(amount, 1e-9))
    }

    /// The standard deviation of each feature within a window, on average over the windows of a stream.
    private func spread(of arrivals: [Arrival], width: Int) throws -> [Double] {
        var (sums, windows) = ([Double](repeating: 0, count: width), 0.0)
        guard let first = arrivals.first else { return sums }
        var coming = arrivals[...]
        var simulation = VirtualCluster(
            first.instance.cluster, rule: .list(DQNSchedulerTrainer.base.choosing(window: window)),
            settings: .init(nodesStartOff: false)
        ) { coming.popFirst() }
        guard let sight = WindowFeatures.Sight(count: width, hasUncertainty: seesUncertainty) else {
            preconditionFailure("\(width) features of a candidate")
        }
        var (state, features): ([Float], [Float]) = ([], [])
        while simulation.advanceToChoice() {
            let window = simulation.readyWindow
            let pool = DQNScheduler.pool(of: window, hasAgents: hasPoolAgents)
            WindowFeatures.encode(window, pool: pool, sight: sight, state: &state, features: &features)
            let count = features.count / width
            for feature in 0..<width {
                var (sum, square) = (0.0, 0.0)
                for place in 0..<count {
                    let value = Double(features[place * width + feature])
                    sum += value
                    square += value * value
                }
                let mean = sum / Double(count)
                sums[feature] += max(square / Double(count) - mean * mean, 0).squareRoot()
            }
            windows += 1
            simulation.choose(candidate: 0)
        }
        return sums.map { $0 / max(windows, 1) }
    }
}

extension CandidateNetwork {
    /// θ where it is the network that ``linear(_:)`` makes of them; nil for every other one.
    var linearWeights: [Float]? {
        guard width == 2, WindowFeatures.Sight.counts.contains(featureCount) else { return nil }
        let weights = Array(features.weight.scalars.prefix(featureCount))
        var (own, linear) = (WeightArchive(), WeightArchive())
        write(to: &own)
        guard let made = try? Self.linear(weights) else { return nil }
        made.write(to: &linear)
        return own == linear ? weights : nil
    }

    /// The network that scores candidates by the weights θ of their features: A = relu(θ f) - relu(-θ f) = θ f.
    static func linear(_ weights: [Float]) throws -> CandidateNetwork {
        var generator = SeededGenerator(seed: 0)
        let states = WindowFeatures.stateCount
        var network = CandidateNetwork(state: states, features: weights.count, width: 2, using: &generator)
        var archive = WeightArchive()
        for (name, shape) in network.parameterShapes {
            archive.set(name, shape: shape.axes, .float32([Float](repeating: 0, count: shape.count)))
        }
        archive.set("features.weight", shape: [2, weights.count], .float32(weights + weights.map { -$0 }))
        archive.set("hidden.weight", shape: [2, 2], .float32([1, 0, 0, 1]))
        archive.set("advantage.weight", shape: [1, 2], .float32([1, -1]))
        try network.read(from: archive)
        return network
    }
}
