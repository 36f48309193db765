import ArgumentParser
import Engine
import Files
import Logging
import Server
import Settings

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Answer predict, schedule and optimize over HTTP until told to stop.",
        discussion: """
            Listens on loopback; to listen elsewhere the settings must hold tokens (tactus token makes one). A version that \
            is promoted while it runs answers within a second. SIGTERM and Ctrl-C let it finish what is under way.

            EXAMPLE
              tactus serve --port 8080 --state state
              curl -d '{"task": {"workflow": "corpus", "process": "sort"}}' http://127.0.0.1:8080/v1/predict
            """)

    @Option(help: ArgumentHelp("The port; 0 takes a free one.", valueName: "n"))
    var port: Int?

    @Option(help: ArgumentHelp("The address to listen on.", valueName: "h"))
    var host: String?

    @Option(help: ArgumentHelp("The folder of the journal and the database.", valueName: "dir"))
    var state: String?

    @OptionGroup var settings: SettingsOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let port, !(0...65535).contains(port) { throw ValidationError("--port is \(port), not between 0 and 65535") }
    }

    /// Ends the process itself: libraries that are taken down as it ends crash where a question that nobody waits for any more is still
    /// being worked on.
    func run() async throws {
        do {
            try await serve()
        } catch {
            StandardError.write(Self.fullMessage(for: error) + "\n")
            exitAtOnce(Self.exitCode(for: error).rawValue)
        }
        exitAtOnce(0)
    }

    private func serve() async throws {
        shareArenas()
        var settings = try settings.readTellingWarnings()
        settings.server.port = port ?? settings.server.port
        settings.server.host = host ?? settings.server.host
        settings.server.statePath = state ?? settings.server.statePath
        try InferenceServer.check(settings.server)
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        let engine = try await IntelligentScheduler(settings: settings, catalog: settings.catalog())
        let (json, statePath) = (output.json, settings.server.statePath)
        let server = try InferenceServer(engine) { host, port in
            let url = "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
            var answer = JSONObject([("url", .string(url)), ("state", .string(statePath))])
            answer["model"] = engine.servedModel?.json
            answer["reason"] = engine.degradation.map(JSONValue.string)
            let by =
                engine.servedModel.map { "\($0.name) \($0.version) answers" }
                ?? "a heuristic answers: \(engine.degradation ?? "")"
            StandardOutput.write(
                json
                    ? JSONValue.object(answer).text() + "\n"
                    : "listening on \(url); \(by); decisions are kept in \(statePath)\n")
        }
        try await server.run()
        if !json { note("stopped: everything that was asked is answered and kept") }
    }
}
