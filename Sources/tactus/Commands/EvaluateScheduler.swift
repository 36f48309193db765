import ArgumentParser
import Evaluation
import Files
import Foundation
import Prediction
import Reports
import Simulation
import Training
import Workflows

struct EvaluateScheduler: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scheduler",
        abstract: "Compare policies on the same streams of workflows, paired over seeds.",
        discussion: """
            EXAMPLE
              tactus evaluate scheduler --workload workload.yaml --cluster cluster.json --policy fifo,srpt --report report.html
            """)

    @OptionGroup var stream: WorkloadOptions

    @Option(
        help: ArgumentHelp(
            "Policies, joined by commas; the first is what the others are compared with. dqn is the champion among the learned schedulers of the registry, dqn@NAME or dqn@NAME@VERSION another one; portfolio+dqn is the portfolio with it.",
            valueName: "names"))
    var policy: String

    @Option(
        help: ArgumentHelp(
            "What tasks ask for, joined by commas: requested, largest (memory of the type, up to a power of two), p95 (of it, and a tenth), predicted (memory), predicted+cores (shares of cores too); learned from streams of other seeds. With several, every policy has each of them.",
            valueName: "names"))
    var sizes = StreamSizes.requested.rawValue

    @OptionGroup var reward: RewardOption

    @Option(help: ArgumentHelp("Streams: one for each seed from --seed on.", valueName: "n"))
    var streams = 10

    @Option(help: ArgumentHelp("Write a page with tables and plots.", valueName: "html"))
    var report: String?

    @OptionGroup var settings: SettingsOptions
    @OptionGroup var seed: SeedOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...10_000).contains(streams) else {
            throw ValidationError("--streams is \(streams), not between 1 and 10000")
        }
        guard seed.seed < UInt64.max - UInt64(streams) - Self.pastStreams else {
            throw ValidationError("--seed is too large")
        }
    }

    func run() async throws {
        let cluster = try readCluster(stream.cluster)
        let source = try stream.source(settings)
        let trouble = try source.trouble(on: cluster)
        let sized = try sizes(source, on: cluster)
        let registry = try settings.registry()
        let variants = try policy.split(separator: ",", omittingEmptySubsequences: false).flatMap { name in
            let policy = try StreamPolicy(named: String(name), in: registry)
            return sized.map { sizes, requests in
                var variant = StreamVariant(
                    policy, on: cluster, name: sized.count > 1 ? "\(name) \(sizes.rawValue)" : String(name),
                    settings: trouble, iterations: stream.iterations,
                    forecast: source.forecast)
                variant.sizes = requests
                return variant
            }
        }
        let seeds = (0..<UInt64(streams)).map { seed.seed + $0 }
        var evaluator = SchedulerEvaluator(variants, seeds: seeds) { try source.stream(seed: $0, on: $1) }
        evaluator.reward = try reward.mix(on: cluster, of: [source])
        let evaluation = try await Self.run(evaluator, isSilent: output.json)
        let page = SchedulerPage(
            evaluation, workload: lastComponent(of: stream.workload), command: commandLine(),
            moment: Date().timeIntervalSince1970)
        if let report { try writeAtomically(page.html, to: report) }
        if output.json { return try printJSON(evaluation.report) }
        print(page.terminalText)
        if let report { note("wrote \(report)") }
    }

    /// Streams that sizes are learned from.
    private static let pastStreams: UInt64 = 4

    private typealias Requests = @Sendable (WorkflowArrival) throws -> TaskSizes

    /// The sizes that are asked for, and what tasks then ask for.
    private func sizes(_ source: WorkloadSource, on cluster: Cluster) throws -> [(StreamSizes, Requests?)] {
        let names = try sizes.split(separator: ",", omittingEmptySubsequences: false).map { name in
            guard let found = StreamSizes(rawValue: String(name)) else {
                let known = StreamSizes.allCases.map(\.rawValue).joined(separator: ", ")
                throw InputError("\"\(name)\" is not known; there are \(known)", field: "--sizes")
            }
            return found
        }
        guard names != [.requested] else { return [(.requested, nil)] }
        // Counted down from the largest seed, which no stream that is compared has.
        let past = try (0..<Self.pastStreams).flatMap { Array(try source.stream(seed: .max - $0, on: cluster)) }
        return try names.map {
            ($0, try $0.requests(after: past, trainer: StatisticsTrainer.gated, seed: seed.seed))
        }
    }

    /// Runs `evaluator` with a bar that moves with every run that has ended.
    private static func run(_ evaluator: SchedulerEvaluator, isSilent: Bool) async throws -> SchedulerEvaluation {
        try await drawing { (finished: AsyncStream<String>) in
            var bars = ProgressBars(on: isSilent ? .silent : .standardError)
            let bar = bars.add("simulate", total: evaluator.variants.count * evaluator.seeds.count)
            for await _ in finished { bars.advance(bar) }
            bars.finish(bar)
        } during: { report in
            try await evaluator.run(progress: report)
        }
    }
}
