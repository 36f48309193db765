import ArgumentParser
import Evaluation
import Files
import Foundation
import History
import Models
import Reports
import Scheduling
import Settings
import Simulation
import Training
import Workflows

struct EvaluateLearning: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "learning",
        abstract: "Let deep Q-networks learn to schedule, whole and with each part left out, over several seeds.",
        discussion: """
            A network that knows nothing learns on streams of the workload, one an episode, which of the tasks in its window to \
            place next; behind each epoch it is evaluated on other streams beside srpt-path. It learns with all parts, and with \
            each of them left out: double (\(QLearning.Part.double.replacement)), duelling \
            (\(QLearning.Part.duelling.replacement)), n-step (\(QLearning.Part.nStep.replacement)), prioritised \
            (\(QLearning.Part.prioritised.replacement)). Differences are paired over seeds.

            With --demonstrations something is shown to it first: by srpt-path, or, with --teacher, by the executions of a history. \
            The history's own stream runs on the cluster, and of the tasks that wait the one is taken that started first.

            What orchestration.scheduling of the settings says of it holds where an option does not: learning_rate, \
            exploration_rate, batch_size, replay_capacity, action_size, reward.

            EXAMPLE
              tactus evaluate learning --workload workload.yaml --cluster cluster.json --seeds 5 --report report.html
            """)

    @Option(
        help: ArgumentHelp(
            "A workload, as tactus simulate fit writes it; the one that is fitted to --history where it is not given.",
            valueName: "yaml"))
    var workload: String?

    @Option(help: ArgumentHelp("A history: what --teacher shows, or what a workload is fitted to.", valueName: "h5"))
    var history: String?

    @Option(help: ArgumentHelp("The nodes.", valueName: "json"))
    var cluster: String

    @Option(help: ArgumentHelp("Runs of each variant, one for each seed from --seed on.", valueName: "n"))
    var seeds = 5

    @OptionGroup(title: "How it learns") var learning: LearningOptions
    @OptionGroup var reward: RewardOption
    @OptionGroup var durations: DurationsOption

    @Option(help: ArgumentHelp("Streams that a network is evaluated on.", valueName: "n"))
    var streams = 10

    @Option(
        help: ArgumentHelp(
            "Parts that are left out, joined by commas: \(QLearning.Part.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "names"))
    var without = QLearning.Part.allCases.map(\.rawValue).joined(separator: ",")

    @Option(help: ArgumentHelp("Write a page with tables and learning curves.", valueName: "html"))
    var report: String?

    @Option(help: ArgumentHelp("The settings; tactus.yaml if that is there.", valueName: "yaml"))
    var config: String?

    @OptionGroup var logging: TrainingLogOptions
    @OptionGroup var seed: SeedOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard workload != nil || history != nil else {
            throw ValidationError("--workload or --history says what is learned from")
        }
        guard history != nil || !learning.teacher.usesLog else {
            throw ValidationError("--teacher \(learning.teacher.rawValue) shows executions of a --history")
        }
        guard workload == nil || history == nil || learning.teacher.usesLog else {
            throw ValidationError("--history does nothing beside --workload without --teacher logged or both")
        }
        guard durations.durations == .given || !learning.teacher.usesLog else {
            throw ValidationError(
                "--durations predicted does not go with --teacher \(learning.teacher.rawValue): a log shows what was done with "
                    + "durations as they were")
        }
        for (name, value) in [("seeds", seeds), ("streams", streams)] where !(1...1000).contains(value) {
            throw ValidationError("--\(name) is \(value), not between 1 and 1000")
        }
        guard seed.seed < 1 << 38 else { throw ValidationError("--seed is too large") }
    }

    func run() async throws {
        let settings = try Settings.load(config)
        settings.tellWarnings()
        let nodes = try readCluster(cluster)
        var learner = try learning.learner(settings.learning)
        let content = try history.map { try HDF5ExecutionStore(path: $0).content() }
        var source = try source(content)
        source.forecast = try durations.forecaster(settings)?.forecast()
        learner.reward = try reward.mix(settings.learning, on: nodes, of: [source])
        if learner.teacher.usesLog, let content, let history {
            learner.log = try Self.log(
                content, of: history, on: nodes, window: learner.window, parts: learner.demonstrations)
        }
        let study = try LearningStudy(
            of: learner, source: source, cluster: nodes, leftOut: try parts(),
            seed: seed.seed, seeds: seeds, streams: streams, logging: logging)
        let (isSilent, total) = (output.json, study.runCount * learning.streamCount)
        let report = try await drawing { (finished: AsyncStream<Void>) in
            var bars = ProgressBars(on: isSilent ? .silent : .standardError)
            let bar = bars.add("learn", total: total)
            for await _ in finished { bars.advance(bar) }
            bars.finish(bar)
        } during: { report in
            try await study.run { report(()) }
        }
        let page = LearningPage(
            report, workload: lastComponent(of: workload ?? history ?? ""), command: commandLine(),
            moment: Date().timeIntervalSince1970)
        if let path = self.report { try writeAtomically(page.html, to: path) }
        if output.json { return try printJSON(report) }
        print(page.terminalText)
        if let path = self.report { note("wrote \(path)") }
    }

    private func source(_ content: HistoryContent?) throws -> WorkloadSource {
        if let workload { return try .init(workload) }
        return try naming(history ?? "") {
            .init(try Workload.fit(executions: content?.executions ?? [], graphs: content?.graphs ?? []))
        }
    }

    /// What the executions of the history at `path` show on the cluster in so many parts, at one choice or more.
    private static func log(
        _ content: HistoryContent, of path: String, on cluster: Cluster, window: Int, parts: Int
    ) throws -> LoggedStream {
        do {
            let log = try LoggedStream(executions: content.executions, graphs: content.graphs, on: cluster)
            let order = QueueOrder.leastRemainingWorkByPath.choosing(window: window)
            let all = log.parts(parts).map { $0.agreement(of: FirstOfWindow(), in: order) }
            let (agreed, choices) = (all.reduce(0) { $0 + $1.agreed }, all.reduce(0) { $0 + $1.choices })
            guard choices > 0 else {
                throw InputError(
                    "shows no choice: on this cluster no two of its workflows wait at the same time in any of \(all.count) parts"
                )
            }
            note(
                "the log shows \(choices) choices, of which \(SchedulingPolicy.srptPath.rawValue) makes \(agreed) alike"
            )
            return log
        } catch var error as InputError {
            error.file = error.file ?? path
            throw error
        }
    }

    private func parts() throws -> [QLearning.Part] {
        let parts = try without.split(separator: ",").map { name in
            guard let part = QLearning.Part(rawValue: String(name)) else {
                let known = QLearning.Part.allCases.map(\.rawValue).joined(separator: ", ")
                throw InputError("\"\(name)\" is no part; there are \(known)", field: "--without")
            }
            return part
        }
        guard Set(parts).count == parts.count else { throw InputError("names a part twice", field: "--without") }
        return parts
    }
}
