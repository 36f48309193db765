import Kernels
import Reinforcement
import Simulation
import Training

/// Searches for the weights of a ``SparkScorer`` at which jobs of a stream end soonest.
///
/// It starts from the least remaining work, with or without an equal share for each job, whichever ends jobs sooner on streams of
/// the training, or from a scorer that is given, and goes on by an ``EvolutionStrategy``. The points of a generation run the same streams, new ones in each, on
/// which the tasks take the same under every rule; their cost is
///
///     mean over streams of ln (mean completion / that of the start)
///
/// What is kept is the mean of the generation, of every tenth and the last one, that is best on validation streams.
public struct SparkScorerTrainer: Sendable {
    /// The jobs that may come.
    public var jobs: SparkJobs
    /// Jobs of a stream.
    public var count: Int
    /// Mean seconds between two arrivals.
    public var meanGap = 25.0
    /// Executors.
    public var executors: Int
    /// The scorer that the search starts from, which so learns on: on another load, for other jobs; nil: the least remaining work.
    public var start: SparkScorer?
    /// Generations of the search.
    public var generations = 80
    /// Points of a generation.
    public var population = 16
    /// Streams of a generation.
    public var streams = 8
    /// Streams to choose on.
    public var validationStreams = 20
    /// What goes on beside it: told of each point, and asked there whether to end. Nothing is kept of what does not end.
    public var session = TrainingSession()

    /// A trainer for streams of `count` jobs on `executors`.
    public init(on jobs: SparkJobs, count: Int, executors: Int) {
        (self.jobs, self.count, self.executors) = (jobs, count, executors)
    }

    /// What a search starts from.
    public enum Start: Sendable, Hashable {
        /// The least remaining work, with or without an equal share for each job.
        case leastRemainingWork(isFair: Bool)
        /// ``SparkScorerTrainer/start``
        case given
    }

    /// What a training came to.
    public struct Outcome: Sendable {
        /// The rule.
        public var scorer: SparkScorer
        /// The generation that it is of; 0 where it is the start.
        public var generation: Int
        /// What it started from.
        public var start: Start
        /// The sum of mean completions on validation streams over that of the start, by generation.
        public var validation: [(generation: Int, ratio: Double)]
    }

    /// Generations from one look at validation streams to the next.
    static let lookEvery = 10
    /// What the seeds of streams begin at; those that are compared on begin at 0.
    private static let trainingSeed: UInt64 = 1 << 39
    private static let validationSeed: UInt64 = 1 << 40

    /// Trains.
    ///
    /// - Throws: `TrainingInterruption` where the session ends it.
    public func train(seed: UInt64) throws -> Outcome {
        var next = Self.trainingSeed &+ seed
        let (kind, start) = start.map { (.given, $0) } ?? betterRule(on: draw(streams, from: &next))
        var validationSeed = Self.validationSeed &+ seed
        let held = draw(validationStreams, from: &validationSeed)
        let base = sum(start, on: held)
        var outcome = Outcome(scorer: start, generation: 0, start: kind, validation: [])
        var best = 1.0
        var strategy = EvolutionStrategy(from: start.weights, scales: Self.scales, population: population, seed: seed)
        session.progress(.init(search: 0, of: generations * population, epoch: 1))
        for generation in 0..<generations {
            let streams = draw(streams, from: &next)
            strategy.tell(try costs(of: strategy.ask(), beside: start, on: streams, generation))
            guard (generation + 1).isMultiple(of: Self.lookEvery) || generation == generations - 1 else { continue }
            let scorer = SparkScorer(strategy.mean)
            let ratio = sum(scorer, on: held) / base
            outcome.validation.append((generation + 1, ratio))
            if ratio < best { (best, outcome.scorer, outcome.generation) = (ratio, scorer, generation + 1) }
        }
        return outcome
    }

    private func betterRule(on streams: [SparkStream]) -> (Start, SparkScorer) {
        let candidates = [false, true].map { SparkScorer.leastRemainingWork(isFair: $0, executors: executors) }
        let isFair = sum(candidates[1], on: streams) < sum(candidates[0], on: streams)
        return (.leastRemainingWork(isFair: isFair), candidates[isFair ? 1 : 0])
    }

    /// What a weight is drawn within, in units of the step: staying in a job is weighed against a factor of work.
    private static let scales: [Double] = {
        var scales = [Double](repeating: 0.5, count: SparkFeatures.count)
        scales[2] = 1.5
        for place in SparkFeatures.score.count..<SparkFeatures.count { scales[place] = 0.25 }
        return scales
    }()

    private func costs(
        of points: [[Double]], beside start: SparkScorer, on streams: [SparkStream], _ generation: Int
    ) throws -> [Double] {
        let base = streams.map { completion(start, of: $0) }
        return try points.enumerated().map { place, point in
            let scorer = SparkScorer(point)
            let cost = zip(streams, base).reduce(0) { sum, pair in
                sum + logarithm(completion(scorer, of: pair.0) / pair.1)
            }
            let done = generation * population + place + 1
            try session.goOn(
                .init(search: done, of: generations * population, epoch: generation + 1), step: place + 1)
            return cost / Double(streams.count)
        }
    }

    private func draw(_ number: Int, from seed: inout UInt64) -> [SparkStream] {
        (0..<number).map { _ in
            defer { seed &+= 1 }
            return SparkStream(of: jobs, count: count, meanGap: meanGap, seed: seed)
        }
    }

    private func sum(_ scorer: SparkScorer, on streams: [SparkStream]) -> Double {
        streams.reduce(0) { $0 + completion(scorer, of: $1) }
    }

    /// The mean completion of a stream; never 0, so that it has a logarithm.
    private func completion(_ scorer: SparkScorer, of stream: SparkStream) -> Double {
        var cluster = SparkCluster(stream, executors: executors)
        cluster.run(scorer)
        return max(cluster.meanCompletion, 1e-9)
    }
}
