import ArgumentParser
import Files
import Glibc
import Models

/// The process in which a plugin may crash or hang; whoever started it reads its answer from standard output.
struct PluginCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugin-check",
        abstract: "Load a plugin, and say what it is as JSON.",
        discussion: """
            What the plugin writes to standard error is seen here, and nowhere else.

            EXAMPLE
              tactus plugin-check /opt/models/libnearest.so
            """,
        shouldDisplay: false)

    @Argument(help: ArgumentHelp("The library, by its absolute path.", valueName: "path"))
    var path: String

    @Option(help: ArgumentHelp("A folder with a version of its kind, which is loaded and tested.", valueName: "dir"))
    var versionFolder: String?

    @Option(help: ArgumentHelp("Ends it after so many seconds, whatever it does.", valueName: "n"))
    var seconds = 3600

    func validate() throws {
        if !(1...86_400).contains(seconds) { throw ValidationError("--seconds is \(seconds), not 1 to 86400") }
    }

    func run() throws {
        // If whoever started it is gone, nobody else does.
        alarm(UInt32(seconds))
        do {
            StandardOutput.write(try PluginTrial.run(path, version: versionFolder).json.text() + "\n")
        } catch {
            let problem = (error as? InputError)?.problem ?? "\(error)"
            StandardOutput.write(JSONValue.object(JSONObject([("problem", .string(problem))])).text() + "\n")
            throw ExitCode.failure
        }
    }
}
