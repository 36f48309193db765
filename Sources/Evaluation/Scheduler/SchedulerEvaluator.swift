import Scheduling
import Simulation
import Workflows

/// Runs variants of policy and cluster on the same streams of workflows and compares what came of them, paired over seeds.
public struct SchedulerEvaluator: Sendable {
    /// A policy on a cluster.
    public struct Variant: Sendable {
        /// What it is called.
        public var name: String
        /// The rule.
        public var policy: SchedulingPolicy
        /// The nodes.
        public var cluster: Cluster
        /// What may happen beside the arrivals; the seed is that of the stream.
        public var settings: SimulationSettings

        /// The variant `name`, which is the policy's unless it is given.
        public init(
            _ policy: SchedulingPolicy, on cluster: Cluster, name: String? = nil, settings: SimulationSettings = .init()
        ) {
            self.name = name ?? policy.rawValue
            self.policy = policy
            self.cluster = cluster
            self.settings = settings
        }
    }

    /// What is compared; the first is the baseline.
    public var variants: [Variant]
    /// A stream for each.
    public var seeds: [UInt64]
    /// The arrivals of the stream of a seed at a cluster.
    public var arrivals: @Sendable (_ seed: UInt64, _ cluster: Cluster) throws -> [Arrival]

    /// An evaluator of `variants`.
    public init(
        _ variants: [Variant], seeds: [UInt64],
        arrivals: @escaping @Sendable (_ seed: UInt64, _ cluster: Cluster) throws -> [Arrival]
    ) {
        precondition(!variants.isEmpty && !seeds.isEmpty, "\(variants.count) variants and \(seeds.count) seeds")
        self.variants = variants
        self.seeds = seeds
        self.arrivals = arrivals
    }

    /// What one policy came to on one stream.
    private struct Run: Sendable {
        var measures: SchedulerReport.Measures
        var completions: [SchedulerEvaluation.Completion]
    }

    /// One stream, and what each variant came to on it.
    private struct Stream: Sendable {
        var place: Int
        var runs: [Run]
        var load: Double
        var count: Int
    }

    /// Runs every variant on every stream, streams beside each other.
    ///
    /// - Parameter progress: told of each run that has ended.
    public func run(progress: @escaping @Sendable (_ variant: String) -> Void = { _ in }) async throws
        -> SchedulerEvaluation
    {
        let streams = try await withThrowingTaskGroup(of: Stream.self) { group in
            for place in seeds.indices { group.addTask { try stream(place, progress) } }
            return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.place < $1.place }
        }
        let runs = variants.indices.map { variant in streams.map { $0.runs[variant] } }
        let report = SchedulerReport(
            baseline: variants[0].name, variants: variants.indices.map { entry($0, runs) }, seeds: seeds,
            workflows: streams.map(\.count).max() ?? 0,
            load: streams.reduce(0) { $0 + $1.load } / Double(streams.count))
        return SchedulerEvaluation(report: report, completions: runs.map { $0.flatMap(\.completions) })
    }

    private func stream(_ place: Int, _ progress: @Sendable (String) -> Void) throws -> Stream {
        var known: [(cluster: Cluster, arrivals: [Arrival])] = []
        var runs: [Run] = []
        for variant in variants {
            try Task.checkCancellation()
            let arrivals: [Arrival]
            if let found = known.first(where: { $0.cluster == variant.cluster }) {
                arrivals = found.arrivals
            } else {
                arrivals = try self.arrivals(seeds[place], variant.cluster)
                known.append((variant.cluster, arrivals))
            }
            runs.append(try run(variant, arrivals, seed: seeds[place]))
            progress(variant.name)
        }
        return Stream(
            place: place, runs: runs, load: Self.load(of: known[0].arrivals, on: variants[0].cluster),
            count: known[0].arrivals.count)
    }

    private func run(_ variant: Variant, _ arrivals: [Arrival], seed: UInt64) throws -> Run {
        var settings = variant.settings
        settings.seed = seed
        var next = arrivals.makeIterator()
        let result = variant.policy.simulate(on: variant.cluster, settings: settings) { next.next() }
        let seconds = result.workflows.map(\.completionSeconds)
        let slowdowns = zip(seconds, arrivals).compactMap { seconds, arrival in
            let shortest = arrival.instance.criticalPathSeconds
            return seconds.flatMap { shortest > 0 ? $0 / shortest : nil }
        }
        let measures = SchedulerReport.Measures(
            seed: seed, meanCompletion: result.meanCompletion, p95Completion: result.p95Completion,
            meanSlowdown: slowdowns.isEmpty ? 1 : slowdowns.reduce(0, +) / Double(slowdowns.count),
            longestCompletion: seconds.compactMap { $0 }.max() ?? 0, makespan: result.makespan,
            missedDeadlines: result.missedDeadlines, givenUp: seconds.count { $0 == nil },
            failuresPer100: result.tasks > 0 ? 100 * Double(result.failures) / Double(result.tasks) : 0,
            utilisation: result.utilisation, coreHours: result.coreHours, gigabyteHours: result.gigabyteHours,
            cost: result.cost)
        let completions = zip(seconds, arrivals).map { seconds, arrival in
            SchedulerEvaluation.Completion(seconds: seconds, work: arrival.instance.coreSeconds)
        }
        return Run(measures: measures, completions: completions)
    }

    /// Core-seconds that arrive in a second over the cluster's cores.
    private static func load(of arrivals: [Arrival], on cluster: Cluster) -> Double {
        guard arrivals.count > 1, let first = arrivals.first, let last = arrivals.last, last.at > first.at else {
            return 0
        }
        let work = arrivals.reduce(0) { $0 + $1.instance.coreSeconds }
        let gap = (last.at - first.at) / Double(arrivals.count - 1)
        return work / Double(arrivals.count) / gap / cluster.nodes.reduce(0) { $0 + $1.cores }
    }

    private func entry(_ variant: Int, _ runs: [[Run]]) -> SchedulerReport.Entry {
        func difference(_ measure: (SchedulerReport.Measures) -> Double) -> Estimate {
            let ratios = zip(runs[variant], runs[0]).map { ours, theirs in
                measure(theirs.measures) > 0 ? measure(ours.measures) / measure(theirs.measures) - 1 : 0
            }
            return Bootstrap.estimate([ratios], seed: 1) ?? Estimate(value: 0, low: 0, high: 0)
        }
        let completion = difference(\.meanCompletion)
        return SchedulerReport.Entry(
            name: variants[variant].name, runs: runs[variant].map(\.measures), completionDifference: completion,
            p95Difference: difference(\.p95Completion), gigabyteHoursDifference: difference(\.gigabyteHours),
            costDifference: difference(\.cost),
            verdict: completion.high < 0 ? .better : completion.low > 0 ? .worse : .tie)
    }
}
