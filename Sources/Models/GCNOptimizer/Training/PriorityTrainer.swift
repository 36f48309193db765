import Files
import Foundation
import Kernels
import Simulation
import Tensors
import Training

/// Trains the priorities of a ``GCNOptimizer`` for the makespan of the list schedules that they lead to.
///
/// Each step draws new lists of jobs, samples orders for each (``OrderSampling``) and moves the network against the gradient. The
/// mean of the weights of the last steps is kept that was the best on lists to validate, by the mean over sizes of their gap to
/// the lower bound over that of the static key.
///
/// After Mao and others, "Learning scheduling algorithms for data processing clusters", SIGCOMM 2019, for the problem, and Jeon
/// and others, "Neural DAG scheduling via one-shot priority sampling", ICLR 2023, for the noise on priorities that
/// are all made at once.
public struct PriorityTrainer: Sendable {
    /// Settings of the training.
    public struct Settings: Sendable, Hashable {
        /// Jobs in a list; each step takes them in turn.
        public var sizes = [50, 100, 150]
        /// Lists in a step.
        public var lists = 12
        /// Orders that are sampled for each list of the largest size; of smaller ones so many that they take as long, since less
        /// is known of an order of few jobs from its makespan.
        public var samples = 32
        /// The scale of the noise that orders are sampled with, beside the priorities, at the first step.
        public var firstNoise = 5.0
        /// The same at the last step; in between it falls in equal ratios.
        public var lastNoise = 1.0
        /// Where the longest path is at least this much of the time that the work takes, tasks are placed one by one, each as early
        /// as there is room; elsewhere they start whenever there is room.
        public var serialFrom = 0.8
        /// Steps.
        public var steps = 1100
        /// Steps between two looks at the lists to validate.
        public var stepsBetweenLooks = 50
        /// Lists of each size to choose the scale of the key by.
        public var scaled = 40
        /// Lists of each size to validate.
        public var judged = 200
        /// Of Adam, at the start; it falls along a cosine to a hundredth.
        public var learningRate: Float = 0.003
        /// Of the gradient.
        public var maximumNorm: Float = 1
        /// Of the mean of the weights that is kept (``AveragedWeights``).
        public var decay: Float = 0.99
        /// Lists that are worked on at a time; it has no part in what comes out.
        public var concurrency = 1

        /// The settings that were chosen on lists to validate.
        public init() {}

        /// The scale of the noise at `step`, counted from 0.
        func noise(at step: Int) -> Double {
            firstNoise * pow(lastNoise / firstNoise, Double(step) / Double(max(1, steps - 1)))
        }
    }

    /// What one look at the lists to validate came to.
    public struct Look: Sendable {
        /// Steps before it.
        public var step: Int
        /// For each size, the mean gap of one pass to the lower bound.
        public var gaps: [Double]
        /// The same of the static key.
        public var staticGaps: [Double]
        /// The mean over sizes of these over those of the static key.
        public var ratio: Double
    }

    /// Where the lists are drawn from.
    public let lists: JobLists
    /// The shape of the network.
    public var architecture: GCNArchitecture
    /// Settings of the training.
    public var settings: Settings
    /// Told of every look.
    public var progress: @Sendable (Look) -> Void

    /// A trainer.
    public init(
        _ lists: JobLists, architecture: GCNArchitecture = GCNArchitecture(), settings: Settings = Settings(),
        progress: @escaping @Sendable (Look) -> Void = { _ in }
    ) {
        self.lists = lists
        self.architecture = architecture
        self.settings = settings
        self.progress = progress
    }

    /// Trains an optimizer.
    ///
    /// - Throws: `InputError` if a job does not fit on the cluster.
    public func train(seed: UInt64) async throws -> GCNOptimizer {
        for noise in [settings.firstNoise, settings.lastNoise] {
            precondition(noise > 0 && noise.isFinite, "noise of the scale \(noise)")
        }
        precondition(settings.serialFrom >= 0, "serial from \(settings.serialFrom)")
        var generator = SeededGenerator(seed: seed)
        let key = try StaticKey(lists, settings)
        let scales = GraphScales(of: key.graphs)
        var optimizer = GCNOptimizer(
            architecture: architecture, ordering: GCNNetwork(architecture, outputs: 1, using: &generator),
            scales: scales, scale: key.scale, serialFrom: settings.serialFrom)
        var best = (ratio: try look(optimizer, key, step: 0), network: optimizer.ordering)
        var mean = AveragedWeights(optimizer.ordering, decay: settings.decay)
        var adam = Adam(learningRate: settings.learningRate)
        let schedule = LearningRateSchedule.cosine(over: .updates(settings.steps), floor: 0.01)
        for step in 0..<settings.steps {
            adam.learningRate = settings.learningRate * Float(schedule.factor(updates: step, epochs: 0))
            var gradients = try await gradients(optimizer, step: step, using: &generator)
            if gradients.firstNotFinite != nil { continue }
            gradients.clip(toNorm: settings.maximumNorm)
            adam.update(&optimizer.ordering, along: gradients)
            mean.add(optimizer.ordering)
            guard (step + 1) % settings.stepsBetweenLooks == 0 || step + 1 == settings.steps else { continue }
            var judged = optimizer
            judged.ordering = mean.model
            let ratio = try look(judged, key, step: step + 1)
            if ratio < best.ratio { best = (ratio, mean.model) }
        }
        optimizer.ordering = best.network
        return optimizer
    }

    /// The mean gradient over the lists of a step.
    private func gradients(
        _ optimizer: GCNOptimizer, step: Int, using generator: inout SeededGenerator
    ) async throws -> Gradients {
        let draws = (0..<settings.lists).map { place in
            (size: settings.sizes[(step + place) % settings.sizes.count], generator: generator.split())
        }
        let (lists, largest, samples) = (lists, settings.sizes.max() ?? 1, settings.samples)
        let noise = settings.noise(at: step)
        return try await withThrowingTaskGroup(of: (place: Int, gradients: Gradients).self) { group in
            var (results, next) = ([Gradients?](repeating: nil, count: draws.count), 0)
            func add() {
                guard next < draws.count else { return }
                let (place, draw) = (next, draws[next])
                next += 1
                group.addTask {
                    var generator = draw.generator
                    let instance = try lists.list(draw.size, using: &generator)
                    let count = samples * largest / draw.size
                    let gradients = Self.gradients(
                        optimizer, instance, samples: count, noise: noise, using: &generator)
                    return (place, gradients)
                }
            }
            for _ in 0..<max(1, settings.concurrency) { add() }
            for try await result in group {
                results[result.place] = result.gradients
                add()
            }
            // In their order, so that the sum does not depend on who was done first.
            let all = results.compactMap(\.self)
            var sum = all[0]
            for other in all.dropFirst() { sum.add(other, share: 1) }
            sum.scale(by: 1 / Float(all.count))
            return sum
        }
    }

    /// The gradient of the expected standardised makespan of one workflow by the weights, over its tasks: else large workflows, of
    /// whose orders more terms add up, would count for more.
    static func gradients(
        _ optimizer: GCNOptimizer, _ instance: SchedulingInstance, samples: Int, noise: Double,
        using generator: inout SeededGenerator
    ) -> Gradients {
        let graph = TaskGraph(instance)
        let input = optimizer.input(graph)
        let keys = GCNOptimizer.keys(of: graph, scale: optimizer.scale)
        var sampling = OrderSampling(instance, serialFrom: optimizer.serialFrom)
        return valueAndGradient(of: optimizer.ordering) { network in
            let corrections = network(input)
            let priorities = GCNOptimizer.priorities(keys, corrections.scalars)
            let outcome = sampling.sample(priorities, count: samples, noise: noise, using: &generator)
            let share = GCNOptimizer.correctionWeight / Double(max(1, graph.taskCount))
            let gradient = outcome.gradient.map { Float(share * $0) }
            return (corrections * Tensor(gradient, shape: corrections.shape)).sum()
        }.gradients
    }

    /// Looks at the lists to validate: the mean over sizes of the gap over that of the static key.
    private func look(_ optimizer: GCNOptimizer, _ key: StaticKey, step: Int) throws -> Double {
        let gaps = key.validation.map { instances in
            instances.reduce(0) { $0 + optimizer.gap($1) } / Double(instances.count)
        }
        let ratio = zip(gaps, key.gaps).reduce(0) { $0 + $1.0 / max($1.1, 1e-9) } / Double(gaps.count)
        progress(Look(step: step, gaps: gaps, staticGaps: key.gaps, ratio: ratio))
        return ratio
    }
}
