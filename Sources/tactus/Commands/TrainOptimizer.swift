import ArgumentParser
import Evaluation
import Files
import Foundation
import Models
import Registry
import Simulation
import Training
import Workflows

struct TrainOptimizer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "optimizer",
        abstract:
            "Train what orders the tasks of workflows and finds what holds them back, and publish it as a version.",
        discussion: """
            Lists of jobs are drawn with replacement, to run on one node whose room they share. A graph network corrects a \
            static key so that the schedule by the priorities is short; it is then compared with that key on lists that \
            neither has seen. The jobs are the workflows of a folder, or, with --stages, measured TPC-H queries whose stages \
            are tasks that hold many executors. With --bottleneck-steps a second network learns on drawn workflows, run many \
            times each with drawn durations, how likely their end hangs on each task and for how long; it is compared with the \
            critical path and one run. With --gain-steps a third learns on others, run once with each change that is proposed, \
            what changes will gain, so that those that gain much are simulated first where time is short; it is compared with the \
            order in which changes are proposed.

            The version is a candidate; --promote makes it the champion if it is better than the rules at something, such as \
            schedules of lists of one size, and worse at nothing, and likewise beside the champion so far.

            EXAMPLE
              tactus train optimizer --stages traces/tpch_spark --promote
              tactus train optimizer --workflows workflows --cluster node.json --size 5 --size 10
            """)

    @Option(help: ArgumentHelp("A folder of measured stages, a file for each input size.", valueName: "dir"))
    var stages: String?

    @Option(help: ArgumentHelp("A folder of workflows in WfFormat 1.5, each of which is a job.", valueName: "dir"))
    var workflows: String?

    @Option(help: ArgumentHelp("The node that --workflows run on.", valueName: "json"))
    var cluster: String?

    @Option(
        help: ArgumentHelp(
            "Jobs in a list; may be given several times. 50, 100 and 150 where it is not.", valueName: "n"))
    var size: [Int] = []

    @Option(help: ArgumentHelp("Steps of the training.", valueName: "n"))
    var steps = PriorityTrainer.Settings().steps

    @Option(
        help: ArgumentHelp(
            "Steps of the training of what finds bottlenecks, on a workflow for each four of them, such as \(BottleneckTrainer.Settings().descent.steps); 0 leaves it out.",
            valueName: "n"))
    var bottleneckSteps = 0

    @Option(
        help: ArgumentHelp(
            "Steps of the training of what expects gains of changes, on a workflow for each four of them, such as \(GainTrainer.Settings().descent.steps); 0 leaves it out.",
            valueName: "n"))
    var gainSteps = 0

    @Option(
        help: ArgumentHelp("Lists of each size that the best weights of a training are chosen on.", valueName: "n"))
    var validationLists = PriorityTrainer.Settings().judged

    @Option(
        help: ArgumentHelp(
            "Lists of each size that it is compared on, and workflows that bottlenecks are looked for in and that are changed.",
            valueName: "n"))
    var lists = 40

    @Option(help: "The name that the version is published under.")
    var name = "optimizer"

    @Flag(help: "Make the version the champion if it passes.")
    var promote = false

    @OptionGroup var settings: SettingsOptions
    @OptionGroup var seed: SeedOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (stages == nil) != (workflows == nil) else {
            throw ValidationError("either --stages or --workflows says what is learned from")
        }
        guard (workflows == nil) == (cluster == nil) else {
            throw ValidationError("--workflows and --cluster go together")
        }
        guard size.allSatisfy({ (1...10_000).contains($0) }) else {
            throw ValidationError("--size is not between 1 and 10000")
        }
        guard (1...1_000_000).contains(steps) else {
            throw ValidationError("--steps is \(steps), not between 1 and 1000000")
        }
        for (option, count) in [("--bottleneck-steps", bottleneckSteps), ("--gain-steps", gainSteps)] {
            guard (0...1_000_000).contains(count) else {
                throw ValidationError("\(option) is \(count), not between 0 and 1000000")
            }
        }
        for (option, count) in [("--lists", lists), ("--validation-lists", validationLists)] {
            guard (2...1000).contains(count) else {
                throw ValidationError("\(option) is \(count), not between 2 and 1000")
            }
        }
    }

    func run() async throws {
        let registry = try settings.registry()
        var trainer = PriorityTrainer(try jobs())
        (trainer.settings.steps, trainer.settings.judged) = (steps, validationLists)
        if !size.isEmpty { trainer.settings.sizes = size }
        let name = try CheckedName(name)
        // What it is compared with at the end is read at the beginning: nothing is lost to a damaged registry.
        _ = try CurrentChampion(of: name, in: registry, load: Catalog.loadOptimizer)
        try registry.prepare(for: name)
        let publication = OptimizerPublication(
            name: name, trainer: trainer,
            bottleneckTrainer: bottleneckSteps > 0
                ? BottleneckTrainer(settings: .init(steps: bottleneckSteps)) : nil,
            gainTrainer: gainSteps > 0 ? GainTrainer(settings: .init(steps: gainSteps)) : nil, lists: lists,
            seed: seed.seed,
            registry: registry)
        let trained = try await train(publication)
        let published = try publication.publish(
            trained.optimizer, curve: trained.curve, at: Date().timeIntervalSince1970)
        try published.finish(promotes: promote, json: output.json) { metric in
            let heuristics = metric.heuristics.sorted { $0.key < $1.key }.map {
                "\($0.key) \(String(format: "%.3f", 100 * $0.value)) %"
            }
            let what =
                metric.protocol == "lists"
                ? "of the lower bound's speed"
                : metric.target == GainEvaluation.target ? "of the largest gain" : "right"
            return "\(metric.target): \(String(format: "%.3f", 100 * metric.accuracy)) % \(what) "
                + "(\(heuristics.joined(separator: "; ")); \(metric.verdict))"
        }
    }

    private func train(
        _ publication: OptimizerPublication
    ) async throws -> (optimizer: GCNOptimizer, curve: [OptimizerPublication.Progress]) {
        let isSilent = output.json
        let steps = publication.trainer.settings.steps
        let (before, total) = (steps + bottleneckSteps, steps + bottleneckSteps + gainSteps)
        return try await drawing { (updates: AsyncStream<OptimizerPublication.Progress>) in
            var bar = ProgressBar(
                "train \(GCNOptimizer.kind)", total: total, on: isSilent ? .silent : .standardError)
            for await update in updates {
                switch update {
                case .look(let look):
                    bar.update(to: look.step, note: "gap \(String(format: "%.3f", look.ratio)) of the key's")
                case .bottlenecks(let step, let loss):
                    bar.update(to: steps + step, note: "loss \(String(format: "%.4f", loss)) of bottlenecks")
                case .gains(let step, let loss):
                    bar.update(to: before + step, note: "loss \(String(format: "%.4f", loss)) of gains")
                }
            }
            bar.finish()
        } during: { report in
            try await publication.train(report)
        }
    }

    private func jobs() throws -> JobLists {
        if let stages { return try JobLists(stagesIn: stages) }
        let folder = workflows ?? ""
        let files = try contents(ofFolder: folder).filter { $0.hasSuffix(".json") }.sorted()
        guard !files.isEmpty else { throw InputError("holds no workflows", file: folder) }
        let jobs = try files.map { file in
            let path = folder + "/" + file
            return try naming(path) { try WfFormatDocument(parsing: readBytes(of: path), file: path).workflow }
        }
        return JobLists(of: jobs, on: try readCluster(cluster ?? ""))
    }
}
