import ArgumentParser
import Files
import Settings

struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Make a token for those who may ask the server, and what the settings must hold of it.",
        discussion: """
            The settings hold only its SHA-256; the token itself is shown once and written nowhere. Roles: read (models, \
            decisions, metrics), decide (predict, schedule, optimize, too), operate (executions, apply, promote and \
            rollback, too).

            EXAMPLE
              tactus token snakemake --role decide
            """)

    @Argument(help: "Who will bear it.")
    var name: String

    @Option(help: "What it allows: \(Settings.Token.Role.allCases.map(\.rawValue).joined(separator: ", ")).")
    var role = Settings.Token.Role.decide.rawValue

    @OptionGroup var output: OutputOptions

    func run() throws {
        let name = try CheckedName(name)
        guard Settings.Token.Role(rawValue: role) != nil else {
            let known = Settings.Token.Role.allCases.map(\.rawValue).joined(separator: ", ")
            throw InputError("\"\(role)\" is no role; there are \(known)", field: "--role")
        }
        var generator = SystemRandomNumberGenerator()
        let digits = (0..<4).map { _ in
            let word = String(generator.next(), radix: 16)
            return String(repeating: "0", count: 16 - word.count) + word
        }
        let token = "tactus_" + digits.joined()
        let digest = sha256(of: Array(token.utf8))
        if output.json {
            let answer = JSONObject([
                ("name", .string(name.description)), ("role", .string(role)), ("token", .string(token)),
                ("sha256", .string(digest)),
            ])
            return print(JSONValue.object(answer).text(pretty: true))
        }
        print(
            """
            \(token)

            This is the token; keep it, it is shown once. For tactus.yaml:

            server:
              tokens:
                - name: \(name)
                  role: \(role)
                  sha256: \(digest)
            """)
    }
}
