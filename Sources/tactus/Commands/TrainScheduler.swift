import ArgumentParser
import Files
import Foundation
import History
import Models
import Registry
import Simulation
import Training

struct TrainScheduler: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scheduler",
        abstract: "Train a scheduler on streams of workflows in the twin, and publish it as a version.",
        discussion: """
            It starts from srpt-path and learns where another task is worth more, on streams of the workloads, or of the one \
            that is fitted to a history: a search on whole streams finds a network that is linear in its features, and \
            another one is fitted to rollouts of single choices. The best on streams of other seeds, the rule itself where \
            none gains, is then compared with srpt-path and srpt on further ones, of other workloads where --validation \
            names some. It is called dqn for the form of its network; no updates of a deep Q-network are made.

            The version is a candidate; --promote makes it the champion if it completes workflows sooner than the better of \
            the two on a workload and later on none, and likewise beside the champion so far; a tie does not pass. With \
            --reward something else than mean completion is learned and compared by: a mix, of which each part counts over that \
            of srpt-path on the same stream while it learns, and over that of the better rule at the end. A \
            checkpoint is kept while the last network is fitted; --resume goes on from it, behind the search and the \
            rollouts, which are done again.

            A version keeps the window that it was trained with. What orchestration.scheduling of the settings says of it, \
            action_size, holds where neither --window nor --from does.

            EXAMPLE
              tactus train scheduler --workload light.yaml --workload heavy.yaml --cluster cluster.json
              tactus evaluate scheduler --workload w.yaml --cluster cluster.json --policy srpt,srpt-path,dqn@scheduler@1
            """)

    @Option(
        help: ArgumentHelp(
            "A workload to learn from; with several, streams of each in turn.", valueName: "yaml"))
    var workload: [String] = []

    @Option(help: ArgumentHelp("A history, to which a workload is fitted.", valueName: "h5"))
    var history: String?

    @Option(
        help: ArgumentHelp(
            "A workload to compare on; may be given several times. Those of --workload where it is not.",
            valueName: "yaml"))
    var validation: [String] = []

    @Option(help: ArgumentHelp("The nodes.", valueName: "json"))
    var cluster: String

    @Option(help: "Streams that rollouts are made on, in each round.")
    var streams = 9

    @Option(help: "Rounds of rollouts; 0 leaves them out.")
    var rounds = 2

    @Option(help: "Steps of the search on whole streams; 0 leaves it out.")
    var searchSteps = 4

    @Option(help: "Pairs of runs in a step of the search, each on a stream of its own.")
    var searchPairs = 100

    @OptionGroup var window: WindowOption
    @OptionGroup var reward: RewardOption
    @OptionGroup var durations: DurationsOption

    @Flag(
        help: "An agent for each pool of nodes, which sees that pool alone; all share the weights and what is rewarded."
    )
    var poolAgents = false

    @Option(
        help: ArgumentHelp(
            "A version of the same name that the search starts from: it learns on, on other streams. It must be one that a search found, or the rule.",
            valueName: "version"))
    var from: Int?

    @Option(help: "The name that the version is published under.")
    var name = "scheduler"

    @OptionGroup var training: TrainingOptions
    @OptionGroup var settings: SettingsOptions
    @OptionGroup var seed: SeedOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard workload.isEmpty == (history != nil) else {
            throw ValidationError("either --workload or --history says what is learned from")
        }
        guard (1...10_000).contains(streams) else {
            throw ValidationError("--streams is \(streams), not between 1 and 10000")
        }
        guard (0...1000).contains(rounds), (0...1000).contains(searchSteps), (2...100_000).contains(searchPairs) else {
            throw ValidationError("--rounds, --search-steps or --search-pairs is out of its range")
        }
        guard rounds > 0 || (!training.resume && training.logging.logDir == nil) else {
            throw ValidationError(
                "with --rounds 0 nothing is fitted by epochs: there is nothing to resume or to log; leave out "
                    + (training.resume ? "--resume" : "--log-dir"))
        }
        guard seed.seed < UInt64.max / 2 else { throw ValidationError("--seed is too large") }
    }

    func run() async throws {
        let name = try CheckedName(name)
        let stated = try settings.readTellingWarnings()
        let registry = ModelRegistry(path: stated.modelsPath)
        let forecaster = try durations.forecaster(stated)
        let sources = try sources(forecaster)
        let held = try validation.isEmpty ? sources : named(validation, forecaster)
        let nodes = try readCluster(cluster)
        let parent = try parent(name, registry)
        let publication = SchedulerPublication(
            name: name, sources: sources,
            validation: held, cluster: nodes, streams: streams, rounds: rounds,
            searchSteps: searchSteps, searchPairs: searchPairs,
            window: window.tasks(stated.learning, of: parent?.window),
            hasPoolAgents: poolAgents || parent?.hasPoolAgents == true,
            parent: parent, reward: try reward.mix(stated.learning, on: nodes, of: sources.map(\.source)),
            seed: seed.seed, registry: registry)
        // What it is compared with at the end is read at the beginning: nothing is lost to a damaged registry.
        _ = try CurrentChampion(of: name, in: registry, load: Catalog.loadScheduler)
        let folder = try TrainingFolder(of: name, kind: DQNScheduler.kind, in: registry)
        let outcome = try await InterruptibleTraining(
            kind: DQNScheduler.kind, identity: try publication.identity, body: { try publication.train($0) },
            folder: folder, resumes: training.resume, logs: training.logs, isSilent: output.json
        ).run()
        let champion = try CurrentChampion(of: name, in: registry, load: Catalog.loadScheduler)
            .unless(publication.difference)
        let published = try publication.publish(
            outcome, evaluations: try await publication.evaluations(of: outcome.scheduler, beside: champion),
            beside: champion, curve: folder.checkpointFile.records(), at: Date().timeIntervalSince1970)
        try folder.remove()
        try published.finish(promotes: training.promote, json: output.json, line: publication.words)
    }

    /// The version to learn on from.
    private func parent(_ name: CheckedName, _ registry: ModelRegistry) throws -> SchedulerPublication.Parent? {
        guard let from else { return nil }
        let scheduler = try Catalog.loadScheduler(registry.load(name, from))
        guard let weights = scheduler.linearWeights else {
            throw InputError(
                "version \(from) of \(name) was fitted to rollouts: a search starts from one that a search found",
                field: "--from")
        }
        return .init(
            version: from, weights: weights, window: scheduler.window, hasPoolAgents: scheduler.hasPoolAgents,
            sight: scheduler.sight)
    }

    private func sources(_ forecaster: DurationForecaster?) throws -> [SchedulerPublication.Named] {
        guard let history else { return try named(workload, forecaster) }
        let content = try HDF5ExecutionStore(path: history).content()
        var source = WorkloadSource(try Workload.fit(executions: content.executions, graphs: content.graphs))
        source.forecast = forecaster?.forecast()
        return [(history, source)]
    }

    private func named(
        _ paths: [String], _ forecaster: DurationForecaster?
    ) throws -> [SchedulerPublication.Named] {
        try paths.map { path in
            var source = try WorkloadSource(path)
            source.forecast = forecaster?.forecast()
            return (path, source)
        }
    }
}
