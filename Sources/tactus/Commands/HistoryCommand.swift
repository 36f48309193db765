import ArgumentParser
import Files
import History
import Workflows

struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Look at a history, check it, clean it, or export it.",
        discussion: """
            EXAMPLE
              tactus history info history.h5
            """,
        subcommands: [Info.self, Validate.self, Clean.self, Export.self])

    struct Info: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what a history holds.",
            discussion: """
                EXAMPLE
                  tactus history info history.h5 --json
                """)

        @Argument(help: "The history.")
        var history: String

        @OptionGroup var output: OutputOptions

        func run() throws {
            let summary = HistorySummary(try HDF5ExecutionStore(path: history).content())
            if output.json { return try printJSON(summary) }
            let statuses = summary.statuses.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            say(
                """
                executions  \(summary.rows) (\(statuses.joined(separator: ", "))), \(summary.usableRows) usable
                measured    \(ResourceTarget.allCases.map { "\($0.rawValue) \(summary.measured[$0.rawValue] ?? 0)" }.joined(separator: ", "))
                workflows   \(summary.workflows), with \(counted(summary.taskTypes, "task type")) and \(counted(summary.runs, "run"))
                DAGs        \(summary.graphs)
                files       \(summary.sources)
                features    \(summary.features.isEmpty ? "none" : summary.features.joined(separator: ", "))
                """)
            if summary.machines > 0 {
                say(
                    "benchmarks  \(summary.benchmarks.joined(separator: ", ")) of \(counted(summary.machines, "machine"))"
                )
            }
            if let first = summary.firstAt, let last = summary.lastAt {
                say(
                    "span        \(((last - first) / 3600 * 10).rounded() / 10) hours from the first submission to the last completion"
                )
            }
            for series in summary.series { say("series      \(Self.text(series))") }
        }

        private static func text(_ series: HistorySummary.Series) -> String {
            let unit = series.unit.map { " (\($0))" } ?? ""
            let gaps = series.gaps > 0 ? ", \(counted(series.gaps, "gap"))" : ""
            let hours = ((series.lastAt - series.firstAt) / 3600 * 10).rounded() / 10
            return "\(series.name)\(unit): \(counted(series.values, "value"))\(gaps), "
                + "one every \(JSONValue.text(of: series.intervalSeconds)) s over \(hours) hours"
        }
    }

    struct Validate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Look for rows that cannot be right; exits with 1 if there are any.",
            discussion: """
                EXAMPLE
                  tactus history validate history.h5
                """)

        @Argument(help: "The history.")
        var history: String

        @OptionGroup var output: OutputOptions

        struct Answer: Encodable {
            var rows: Int
            var faultyRows: Int
            var problems: [String]
        }

        func run() throws {
            let content = try HDF5ExecutionStore(path: history).content()
            let validation = HistoryValidation(content)
            if output.json {
                try printJSON(
                    Answer(
                        rows: content.executions.count, faultyRows: validation.faultyRows.count,
                        problems: validation.problems.map(\.description)))
            } else {
                for problem in validation.problems.prefix(20) { say(problem.description) }
                if validation.problems.count > 20 { say("and \(validation.problems.count - 20) more") }
                say("\(validation.faultyRows.count) of \(counted(content.executions.count, "row")) cannot be right")
            }
            if !validation.problems.isEmpty { throw ExitCode.failure }
        }
    }

    struct Clean: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a history without the rows that cannot be right.",
            discussion: """
                EXAMPLE
                  tactus history clean history.h5 --output clean.h5
                """)

        @Argument(help: "The history.")
        var history: String

        @Option(help: ArgumentHelp("The new history; the same name replaces the old one.", valueName: "h5"))
        var output: String

        @OptionGroup var format: OutputOptions

        struct Answer: Encodable {
            var rows: Int
            var removed: Int
        }

        func run() throws {
            let content = try HDF5ExecutionStore(path: history).content()
            let cleaned = content.cleaned()
            try HDF5ExecutionStore(path: output).write(cleaned)
            let removed = content.executions.count - cleaned.executions.count
            if format.json { return try printJSON(Answer(rows: cleaned.executions.count, removed: removed)) }
            say("\(output): \(counted(cleaned.executions.count, "execution")); \(removed) left out")
        }
    }

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write all executions as comma-separated values.",
            discussion: """
                EXAMPLE
                  tactus history export history.h5 --output history.csv
                """)

        @Argument(help: "The history.")
        var history: String

        @Option(help: "The file; standard output if it is not given.")
        var output: String?

        @OptionGroup var format: OutputOptions

        struct Answer: Encodable {
            var rows: Int
            var output: String
        }

        func run() throws {
            let content = try HDF5ExecutionStore(path: history).content()
            guard let output else {
                guard !format.json else { throw ValidationError("--json needs --output") }
                return print(content.csv, terminator: "")
            }
            try writeAtomically(content.csv, to: output)
            if format.json { return try printJSON(Answer(rows: content.executions.count, output: output)) }
            say("\(output): \(counted(content.executions.count, "execution"))")
        }
    }
}
