import ArgumentParser
import Evaluation
import Files
import Models
import Reports
import Simulation
import Training

struct EvaluateSpark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spark",
        abstract: "Compare rules for the executors of Spark on streams of measured jobs, paired over seeds.",
        discussion: """
            Rules are \(SparkOrder.allCases.map(\.rawValue).joined(separator: ", ")), and versions that tactus train spark made: \
            spark is the champion, spark@NAME or spark@NAME@VERSION another one. srpt-cap@C@X is a rule to tune by hand: srpt \
            that also puts stages that can begin first, where a job has at most C (w / 300)^X executors, rounded up, for its \
            remaining work of w executor-seconds; srpt-fair-cap@C@X gives it so many times its equal share. The first is what the others are compared with.

            EXAMPLE
              tactus evaluate spark --jobs traces/tpch_spark --executors 50 --count 200 --policy srpt-fair,fair,fifo,srpt
            """)

    @OptionGroup var spark: SparkOptions

    @Option(help: ArgumentHelp("Rules, joined by commas.", valueName: "names"))
    var policy = SparkOrder.allCases.map(\.rawValue).joined(separator: ",")

    @Option(help: ArgumentHelp("Streams: one for each seed from --seed on.", valueName: "n"))
    var streams = 20

    @OptionGroup var settings: SettingsOptions
    @OptionGroup var seed: SeedOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...10_000).contains(streams) else {
            throw ValidationError("--streams is \(streams), not between 1 and 10000")
        }
        // Those of trainings begin behind.
        guard seed.seed < 1 << 38 else { throw ValidationError("--seed is too large") }
    }

    func run() async throws {
        let rules = try policy.split(separator: ",", omittingEmptySubsequences: false).map { name in
            (name: String(name), rule: try rule(String(name)))
        }
        let (jobs, spark) = (try spark.read(), spark)
        let seeds = (0..<UInt64(streams)).map { seed.seed + $0 }
        let isSilent = output.json
        let evaluation = try await drawing { (finished: AsyncStream<String>) in
            var bars = ProgressBars(on: isSilent ? .silent : .standardError)
            let bar = bars.add("simulate", total: rules.count * seeds.count)
            for await _ in finished { bars.advance(bar) }
            bars.finish(bar)
        } during: { report in
            try await offload {
                SparkEvaluation(
                    rules, of: jobs, count: spark.count, meanGap: spark.gap, executors: spark.executors, seeds: seeds,
                    progress: report)
            }
        }
        if output.json { return try printJSON(evaluation) }
        print(evaluation.text)
    }

    private func rule(_ name: String) throws -> any SparkRule {
        if let order = SparkOrder(rawValue: name) { return order }
        if let capped = try Self.capped(name) { return capped }
        guard let named = try VersionName(policy: name, of: SparkScorer.kind, name: SparkScorer.kind) else {
            let known = SparkOrder.allCases.map(\.rawValue) + Self.caps.map { $0 + "@C@X" } + [SparkScorer.kind]
            throw InputError("\"\(name)\" is no rule; there are \(known.joined(separator: ", "))", field: "--policy")
        }
        let registry = try settings.registry()
        return try Catalog.loadSpark(registry.load(named.name, named.resolve(in: registry)))
    }

    private static let caps = ["srpt-cap", "srpt-fair-cap"]

    /// The rule that `name` gives two numbers of; nil where it is another one.
    private static func capped(_ name: String) throws -> SparkScorer? {
        let parts = name.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        guard caps.contains(parts[0]) else { return nil }
        let numbers = parts.dropFirst().map { Double($0) ?? .nan }
        guard numbers.count == 2, (1e-3...1e6).contains(numbers[0]), (-10...10).contains(numbers[1]) else {
            throw InputError(
                "\"\(name)\" is no \(parts[0])@C@X with C from 0.001 to 1000000 and X from -10 to 10", field: "--policy"
            )
        }
        return .leastRemainingWork(isFair: parts[0] == caps[1], factor: numbers[0], exponent: numbers[1])
    }
}
