import ArgumentParser
import Decisions
import Engine
import Files
import Reports
import Settings

struct DecisionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decisions",
        abstract: "Read back what a server decided.",
        discussion: """
            Works beside a server that runs, too; the last second may then be missing.

            EXAMPLE
              tactus decisions list --state state
              tactus decisions show 01a2147b-d35c-76f4-b559-d494b5ae558e
            """,
        subcommands: [List.self, Show.self])

    /// The decisions of a state folder.
    struct StateOptions: ParsableArguments {
        @Option(help: ArgumentHelp("The state folder; server.state of the settings, else state.", valueName: "dir"))
        var state: String?

        @Option(help: ArgumentHelp("The settings; tactus.yaml if that is there.", valueName: "yaml"))
        var config: String?

        func store() throws -> any DecisionStore {
            let folder = try state ?? Settings.load(config).server.statePath
            return try SQLiteDecisionStore(reading: folder + "/decisions.sqlite")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List decisions, the latest first.",
            discussion: """
                EXAMPLE
                  tactus decisions list --type schedule --limit 5
                """)

        @Option(help: "Only decisions of this type, such as predict or schedule.")
        var type: String?

        @Option(help: "How many at the most.")
        var limit = 20

        @OptionGroup var state: StateOptions
        @OptionGroup var output: OutputOptions

        func validate() throws {
            guard (1...1_000_000).contains(limit) else {
                throw ValidationError("--limit is \(limit), not between 1 and 1000000")
            }
        }

        func run() async throws {
            let records = try await state.store().decisions(type: type, limit: limit)
            if output.json {
                let list = JSONValue.array(try records.map { try $0.json() })
                return print(JSONValue.object(JSONObject([("decisions", list)])).text(pretty: true))
            }
            guard !records.isEmpty else { return say("no decision") }
            var table = TextTable(["id", "type", "when", "source", "model", "latency"], texts: 5)
            for record in records {
                table.append([
                    record.id, record.type, Formatting.moment(record.at), record.source,
                    record.model.map { "\($0.name) \($0.version)" } ?? "–", Formatting.seconds(record.latencyMs / 1000),
                ])
            }
            say(table.text)
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one decision with its question and its answer.",
            discussion: """
                EXAMPLE
                  tactus decisions show 01a2147b-d35c-76f4-b559-d494b5ae558e --json
                """)

        @Argument(help: "The decision's identifier.")
        var id: String

        @OptionGroup var state: StateOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard let record = try await state.store().decision(id) else {
                throw InputError("no decision has the id \"\(id)\"")
            }
            if output.json { return print(try record.json().text(pretty: true)) }
            let by = record.model.map { "\($0.name) \($0.version)" } ?? "no model"
            say(
                """
                \(record.type), decided \(Formatting.moment(record.at)) by \(record.source) (\(by)) in \
                \(Formatting.seconds(record.latencyMs / 1000)), confidence \(Formatting.fixed(record.confidence, 2))
                """)
            if let reason = record.reason { say("because \(reason)") }
            say("\nquestion\n\(record.input)\n\nanswer\n\(record.output)")
        }
    }
}
