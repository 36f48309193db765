import ArgumentParser
import Evaluation
import Files
import Foundation
import Reports
import Scheduling
import Simulation
import Training

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
            "Policies, joined by commas; the first is what the others are compared with.", valueName: "names"))
    var policy: String

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
        guard seed.seed <= UInt64.max - UInt64(streams) else { throw ValidationError("--seed is too large") }
    }

    func run() async throws {
        let cluster = try readCluster(stream.cluster)
        let source = try stream.source()
        let forecast = try stream.forecast(settings)
        let variants = try policy.split(separator: ",", omittingEmptySubsequences: false).map { name in
            StreamVariant(
                try SchedulingPolicy(named: String(name), field: "--policy"), on: cluster,
                settings: SimulationSettings(failures: source.failures), iterations: stream.iterations,
                forecast: forecast)
        }
        let seeds = (0..<UInt64(streams)).map { seed.seed + $0 }
        let evaluator = SchedulerEvaluator(variants, seeds: seeds) { try source.stream(seed: $0, on: $1) }
        let evaluation = try await Self.run(evaluator, isSilent: output.json)
        let page = SchedulerPage(
            evaluation, workload: lastComponent(of: stream.workload), command: commandLine(),
            moment: Date().timeIntervalSince1970)
        if let report { try writeAtomically(page.html, to: report) }
        if output.json { return try printJSON(evaluation.report) }
        print(page.terminalText)
        if let report { note("wrote \(report)") }
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
