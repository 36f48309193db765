import ArgumentParser
import Files
import Foundation
import Models
import Registry

extension ModelsCommand {
    struct Promote: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let an alias name a version, if the version passes its evaluation.",
            discussion: """
                The champion decides. It must beat the heuristics, and the champion so far on executions new to both: \
                better at a target and worse at none, by an interval that excludes zero. A challenger, or any other alias, \
                decides nothing: it must not be worse than the heuristics at every target.

                EXAMPLE
                  tactus models promote predictor 2
                """)

        @Argument(help: "The name of the model.")
        var name: String

        @Argument(help: "The version.")
        var version: Int

        @Option(help: "The alias.")
        var alias = ModelRegistry.champion

        @Option(
            help: ArgumentHelp(
                "Promote it even if it did not pass, for this reason, which is written down: "
                    + "\(ModelRegistry.reasonLimit) bytes at the most.", valueName: "reason"))
        var force: String?

        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        func validate() throws {
            if force?.allSatisfy(\.isWhitespace) == true { throw ValidationError("--force needs a reason") }
        }

        func run() throws {
            let (name, alias) = (try CheckedName(name), try CheckedName(alias, field: "alias"))
            if let force { try ModelRegistry.check(reason: force, field: "force") }
            let registry = try settings.registry()
            let loaded = try registry.load(name, version)
            try settings.catalog().check(loaded)
            if try registry.aliases(of: name)[alias.description] == version {
                note("\(name) \(version) is the \(alias) already: nothing is changed or logged")
            }
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
        guard !aliases.isEmpty else { return say("\(name) has no alias any more") }
        for (alias, version) in aliases.sorted(by: { $0.key < $1.key }) {
            say("\(name) \(alias): version \(version)")
        }
    }
}
