import ArgumentParser
import Files
import Foundation
import Models
import Registry
import Simulation
import Training

struct TrainSpark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spark",
        abstract:
            "Search for a rule for the executors of Spark on streams of measured jobs, and publish it as a version.",
        discussion: """
            A rule scores stages and says what share of the executors a job should have, linear in features of both. An \
            evolution strategy moves its weights from those of the least remaining work, where executors leave their job only for \
            one with less than 1/400 of its work, by what whole streams come to; of what \
            it finds the best on streams of other seeds is kept, and compared with all rules on further ones.

            The version is a candidate; --promote makes it the champion if jobs end sooner than under the best rule, and than \
            under the champion so far, by an interval that excludes zero; a tie does not pass. A champion for other jobs, \
            executors, counts or gaps is not replaced: --name keeps a rule for each.

            EXAMPLE
              tactus train spark --jobs traces/tpch_spark --executors 50 --count 200 --promote
            """)

    @OptionGroup var spark: SparkOptions

    @Option(help: ArgumentHelp("Generations of the search.", valueName: "n"))
    var generations = 80

    @Option(help: ArgumentHelp("Rules that are drawn in a generation.", valueName: "n"))
    var population = 16

    @Option(help: ArgumentHelp("Streams that those of a generation run.", valueName: "n"))
    var streams = 8

    @Option(help: "The name that the version is published under.")
    var name = SparkScorer.kind

    @Option(
        help: ArgumentHelp(
            "A version of the same name that the search starts from: it learns on, on other streams.",
            valueName: "version"))
    var from: Int?

    @Flag(help: "Make the version the champion if it passes.")
    var promote = false

    @OptionGroup var settings: SettingsOptions
    @OptionGroup var seed: SeedOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...100_000).contains(generations) else {
            throw ValidationError("--generations is \(generations), not between 1 and 100000")
        }
        guard (4...1000).contains(population) else {
            throw ValidationError("--population is \(population), not between 4 and 1000")
        }
        guard (1...1000).contains(streams) else {
            throw ValidationError("--streams is \(streams), not between 1 and 1000")
        }
        guard seed.seed < 1 << 38 else { throw ValidationError("--seed is too large") }
    }

    func run() async throws {
        let (name, registry) = (try CheckedName(name), try settings.registry())
        var trainer = SparkScorerTrainer(on: try spark.read(), count: spark.count, executors: spark.executors)
        (trainer.meanGap, trainer.generations) = (spark.gap, generations)
        (trainer.population, trainer.streams) = (population, streams)
        trainer.start = try from.map { try Catalog.loadSpark(registry.load(name, $0)) }
        let publication = SparkPublication(
            name: name, trainer: trainer, from: from, seed: seed.seed, registry: registry)
        // What it is compared with at the end is read at the beginning: nothing is lost to a damaged registry.
        _ = try CurrentChampion(of: name, in: registry, load: Catalog.loadSpark)
        let folder = try TrainingFolder(of: name, kind: SparkScorer.kind, in: registry)
        let outcome = try await InterruptibleTraining(
            kind: SparkScorer.kind, identity: JSONObject([("model", .string(name.description))]),
            body: { try publication.train($0) }, folder: folder, resumes: false, logs: [], isSilent: output.json
        ).run()
        let published = try publication.publish(outcome, at: Date().timeIntervalSince1970)
        try folder.remove()
        try published.finish(promotes: promote, json: output.json) { metric in
            "\(metric.target): jobs end "
                + String(
                    format: "%.2f %% sooner than under the best rule (%.2f to %.2f)", 100 * metric.accuracy,
                    100 * metric.low, 100 * metric.high)
        }
    }
}
