import Evaluation
import Files
import Models
import Scheduling
import Simulation
import Training
import Workflows

/// Runs of deep Q-learning on streams of a workload: whole, and with parts left out, each over the same seeds.
struct LearningStudy: Sendable {
    /// The whole learner and those without a part, by what is left out.
    private let variants: [QLearning.Part?]
    private let source: WorkloadSource
    private let cluster: Cluster
    private let seeds: [UInt64]
    private var learning: QLearning
    private let held: [[Arrival]]
    private let logging: TrainingLogOptions

    /// Seeds of training streams from one run to the next, and what those of evaluation streams begin at.
    private static let seedsPerRun: UInt64 = 1 << 20
    private static let heldSeed: UInt64 = 1 << 62

    /// - Throws: `InputError` where a stream cannot be drawn.
    init(
        of learning: QLearning, source: WorkloadSource, cluster: Cluster, leftOut: [QLearning.Part],
        seed: UInt64, seeds: Int, streams: Int, logging: TrainingLogOptions
    ) throws {
        (self.learning, self.source, self.cluster, self.logging) = (learning, source, cluster, logging)
        self.learning.sight = source.sight
        variants = [nil] + leftOut.map(Optional.some)
        self.seeds = (0..<UInt64(seeds)).map { seed + $0 }
        held = try (0..<UInt64(streams)).map { try source.arrivals(seed: Self.heldSeed &+ seed &+ $0, on: cluster) }
    }

    /// Runs, all variants over all seeds.
    var runCount: Int { variants.count * seeds.count }

    /// Lets all of them learn, runs beside each other.
    ///
    /// - Parameter progress: told of each stream that was learned from.
    func run(progress: @escaping @Sendable () -> Void) async throws -> LearningReport {
        let curves = try await withThrowingTaskGroup(of: (variant: Int, place: Int, costs: [Double]).self) { group in
            for place in seeds.indices {
                for variant in variants.indices {
                    group.addTask { (variant, place, try learn(variants[variant], seeds[place], progress)) }
                }
            }
            var curves = variants.map { _ in [[Double]](repeating: [], count: seeds.count) }
            for try await run in group { curves[run.variant][run.place] = run.costs }
            return curves
        }
        return LearningReport(
            zip(variants, curves).map { (Self.name($0), $1) }, over: SchedulingPolicy.srptPath.rawValue, seeds: seeds,
            epochs: learning.epochs, episodes: learning.episodes, validationStreams: held.count,
            hyperparameters: learning.hyperparameters, reward: learning.reward)
    }

    private static func name(_ leftOut: QLearning.Part?) -> String {
        leftOut.map { "without \($0.rawValue)" } ?? "all parts"
    }

    private func learn(
        _ leftOut: QLearning.Part?, _ seed: UInt64, _ progress: @escaping @Sendable () -> Void
    ) throws -> [Double] {
        try Task.checkCancellation()
        var learning = learning
        learning.leftOut = leftOut
        let folder = "\(leftOut.map { "without-\($0.rawValue)" } ?? "all-parts")-\(seed)"
        let session = TrainingSession(
            of: JSONObject([("learner", .string(Self.name(leftOut)))]), logs: logging.logs(in: folder),
            shouldStop: { _ in Task.isCancelled })
        let (source, cluster) = (source, cluster)
        return try learning.run(
            on: cluster,
            streams: { seed in
                progress()
                return try source.arrivals(seed: seed, on: cluster)
            }, validation: held, seed: seed &* Self.seedsPerRun, session: session
        ).costs
    }
}
