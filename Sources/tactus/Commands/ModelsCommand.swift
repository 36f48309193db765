import ArgumentParser
import Files
import Foundation
import Models
import Registry
import Reports

struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "List, show, verify, export, promote and roll back versions of models.",
        discussion: """
            EXAMPLE
              tactus models promote predictor 2
            """,
        subcommands: [List.self, Show.self, Verify.self, Export.self, Promote.self, Rollback.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List all versions.",
            discussion: """
                EXAMPLE
                  tactus models list --json
                """)

        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let registry = try settings.registry()
            let listing = try registry.listing()
            if output.json { return print(listing.text(pretty: true)) }
            let models = try JSONField(listing)["models"].elements()
            guard !models.isEmpty else { return print("\(registry.path) holds no version") }
            var table = TextTable(["name", "version", "kind", "aliases", "created", "digest"], texts: 1)
            for model in models {
                let aliases = try model["aliases"].elements().map { try $0.string() }
                table.append([
                    try model["name"].string(), "\(try model["version"].int())", try model["kind"].string(),
                    aliases.joined(separator: " "), Formatting.moment(try model["created"].double()),
                    String(try model["digest"].string().prefix(12)),
                ])
            }
            print(table.text)
        }
    }

    /// A model and one of its versions.
    struct VersionArguments: ParsableArguments {
        @Argument(help: "The name of the model.")
        var name: String

        @Argument(help: "The version; without it the champion.")
        var version: Int?

        func resolve(in registry: ModelRegistry) throws -> (name: CheckedName, version: Int) {
            let name = try CheckedName(name)
            guard let version = try version ?? registry.aliases(of: name)["champion"] else {
                throw InputError("\(name) has no champion; say which version", file: registry.path)
            }
            return (name, version)
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the card of a version, with --json its manifest.",
            discussion: """
                EXAMPLE
                  tactus models show predictor 1
                """)

        @OptionGroup var arguments: VersionArguments
        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let registry = try settings.registry()
            let (name, version) = try arguments.resolve(in: registry)
            if output.json { return try printJSON(try registry.manifest(of: name, version).manifest) }
            print(try registry.card(of: name, version))
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Hash every file of a version anew and run its self-test.",
            discussion: """
                EXAMPLE
                  tactus models verify predictor 1
                """)

        @OptionGroup var arguments: VersionArguments
        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        struct Answer: Encodable {
            var name: String
            var version: Int
            var digest: String
            var verified = true
        }

        func run() throws {
            let registry = try settings.registry()
            let (name, version) = try arguments.resolve(in: registry)
            let loaded = try registry.load(name, version)
            try Catalog.check(loaded)
            if output.json {
                return try printJSON(Answer(name: name.description, version: version, digest: loaded.digest))
            }
            print("\(name) \(version) is whole: digests, weights and self-test are right")
        }
    }

    struct Promote: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let an alias name a version, if the version passes its evaluation.",
            discussion: """
                EXAMPLE
                  tactus models promote predictor 2
                """)

        @Argument(help: "The name of the model.")
        var name: String

        @Argument(help: "The version.")
        var version: Int

        @Option(help: "The alias.")
        var alias = "champion"

        @Option(help: ArgumentHelp("Promote it even if it did not pass, for this reason.", valueName: "reason"))
        var force: String?

        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let (name, alias) = (try CheckedName(name), try CheckedName(alias, field: "alias"))
            let registry = try settings.registry()
            let loaded = try registry.load(name, version)
            try Catalog.check(loaded)
            let aliases = try registry.promote(
                loaded, alias: alias, force: force, at: Date().timeIntervalSince1970, who: "tactus models")
            try answer(aliases, name: name, output: output)
        }
    }

    struct Rollback: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Undo the last promotion that is not yet undone.",
            discussion: """
                EXAMPLE
                  tactus models rollback predictor
                """)

        @Argument(help: "The name of the model.")
        var name: String

        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let name = try CheckedName(name)
            let aliases = try settings.registry().rollback(
                name, at: Date().timeIntervalSince1970, who: "tactus models", why: "asked for")
            try answer(aliases, name: name, output: output)
        }
    }

    private struct AliasAnswer: Encodable {
        var name: String
        var aliases: [String: Int]
    }

    private static func answer(_ aliases: [String: Int], name: CheckedName, output: OutputOptions) throws {
        if output.json { return try printJSON(AliasAnswer(name: name.description, aliases: aliases)) }
        guard !aliases.isEmpty else { return print("\(name) has no alias any more") }
        for (alias, version) in aliases.sorted(by: { $0.key < $1.key }) {
            print("\(name) \(alias): version \(version)")
        }
    }
}
