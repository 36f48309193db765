import ArgumentParser
import Evaluation
import Files
import History
import Reports

extension ModelsCommand {
    struct Compare: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell where version B is better than version A, and where it is worse.",
            discussion: """
                With a history, both are asked, as they are, about the same executions: those that were submitted after the \
                data of both ended. Differences in accuracy are paired; each stands with its 95 % interval, for each target \
                as a whole, by task type, by size of input, and by whether the type is known to both. Without one, what \
                their own evaluations found is compared.

                Of many segments some differ by chance: one in twenty intervals does not hold the true difference.

                EXAMPLE
                  tactus models compare predictor@1 predictor@2 --history later.h5
                """)

        @Argument(help: ArgumentHelp("The version A; without @ and a version the champion.", valueName: "a"))
        var first: String

        @Argument(help: ArgumentHelp("The version B.", valueName: "b"))
        var second: String

        @Option(help: ArgumentHelp("The history that both are asked about.", valueName: "h5"))
        var history: String?

        @OptionGroup var seed: SeedOptions
        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let (registry, a, b) = (try settings.registry(), try VersionName(first), try VersionName(second))
            let comparison =
                if let history {
                    try await VersionComparison(
                        a, b, in: registry, of: settings.catalog(), on: HDF5ExecutionStore(path: history).content(),
                        seed: seed.seed)
                } else {
                    try VersionComparison(a, b, in: registry)
                }
            if output.json { return try printJSON(comparison) }
            say(comparison.text)
        }
    }
}

extension VersionComparison {
    /// As a table for a terminal, with the verdicts counted below it.
    var text: String {
        var table = TextTable(
            ["target", "by", "segment", "rows", a.text, b.text, "difference", "interval", "\(b.text) is"], texts: 3)
        for segment in segments {
            let difference = segment.difference
            let interval = difference.low.flatMap { low in
                difference.high.map { "\(Formatting.fixed(low, 3)) to \(Formatting.fixed($0, 3))" }
            }
            table.append([
                segment.target, segment.dimension.rawValue, Formatting.shortened(segment.segment, to: 40),
                segment.rows.map(String.init) ?? "–", Formatting.fixed(segment.accuracyA, 3),
                Formatting.fixed(segment.accuracyB, 3), Formatting.fixed(difference.value, 3), interval ?? "–",
                segment.verdict.rawValue,
            ])
        }
        let asked = rows.map { "Both were asked about \(counted($0, "execution")). " } ?? ""
        return ([asked + notes.joined(separator: " "), table.text, summary].filter { !$0.isEmpty })
            .joined(separator: "\n\n")
    }

    /// Where B is better and where it is worse, in a sentence each.
    private var summary: String {
        [PairedComparison.Verdict.better, .worse].map { verdict in
            let found = segments.filter { $0.verdict == verdict }.map {
                $0.segment == "all" ? $0.target : "\($0.target) of \($0.segment)"
            }
            return
                "\(b.text) is \(verdict.rawValue) \(found.isEmpty ? "nowhere" : "at \(found.joined(separator: ", "))")."
        }.joined(separator: "\n")
    }
}
