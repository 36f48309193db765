import ArgumentParser
import Files
import Models
import Registry
import Reports

struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "List, show, compare, verify, promote, export, import and remove versions of models.",
        discussion: """
            EXAMPLE
              tactus models promote predictor 2
            """,
        subcommands: [
            List.self, Show.self, Compare.self, Verify.self, Export.self, Import.self, Promote.self, Rollback.self,
            Collect.self,
        ])

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
            guard !models.isEmpty else { return say("\(registry.path) holds no version") }
            var table = TextTable(["name", "version", "kind", "aliases", "created", "digest"], texts: 1)
            for model in models {
                let aliases = try model["aliases"].elements().map { try $0.string() }
                table.append([
                    try model["name"].string(), "\(try model["version"].int())", try model["kind"].string(),
                    aliases.joined(separator: " "), Formatting.moment(try model["created"].double()),
                    String(try model["digest"].string().prefix(12)),
                ])
            }
            say(table.text)
        }
    }

    /// A model and one of its versions.
    struct VersionArguments: ParsableArguments {
        @Argument(help: "The name of the model, with or without @ and the version.")
        var name: String

        @Argument(help: "The version; without it the champion.")
        var version: Int?

        func resolve(in registry: ModelRegistry) throws -> (name: CheckedName, version: Int) {
            let named = try VersionName(name, version: version)
            return (named.name, try named.resolve(in: registry))
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Show the card of a version and the versions that it came after, with --json its manifest, split and limits, and those.",
            discussion: """
                EXAMPLE
                  tactus models show predictor 1
                """)

        @OptionGroup var arguments: VersionArguments
        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        struct Answer: Encodable {
            var manifest: ModelManifest
            var lineage: [Ancestor]
            /// Where the network of a predictor has a say; empty for other versions.
            var networkShares: [NetworkShare]
            /// How its data was divided, and what it does not know, as its card says.
            var split: String?
            var limits: [String]

            enum CodingKeys: CodingKey { case lineage, networkShares, split, limits }

            func encode(to encoder: any Encoder) throws {
                try manifest.encode(to: encoder)
                var container = encoder.container(keyedBy: CodingKeys.self)
                try container.encode(lineage, forKey: .lineage)
                try container.encodeIfPresent(split, forKey: .split)
                try container.encode(limits, forKey: .limits)
                guard !networkShares.isEmpty else { return }
                try container.encode(networkShares, forKey: .networkShares)
            }
        }

        func run() throws {
            let registry = try settings.registry()
            let (name, version) = try arguments.resolve(in: registry)
            let lineage = try registry.lineage(of: name, version)
            let shares = try networkShares(name, version, registry)
            let card = try registry.card(of: name, version)
            if output.json {
                return try printJSON(
                    Answer(
                        manifest: try registry.manifest(of: name, version).manifest, lineage: lineage,
                        networkShares: shares, split: ModelCard.split(of: card), limits: ModelCard.limits(of: card)))
            }
            say(card)
            if !shares.isEmpty {
                say("## Where the network has a say\n\n" + NetworkShare.words(shares).joined(separator: "\n") + "\n")
            }
            say("## Lineage\n\n" + Self.table(lineage).text)
            for ancestor in lineage {
                for (place, origin) in (ancestor.origins ?? []).enumerated() {
                    say(
                        "version \(ancestor.version) was \(place == 0 ? "" : "before that ")version \(origin.version) of "
                            + "another registry, imported on \(Formatting.moment(origin.importedAt)): \(origin.digest)")
                }
            }
        }

        /// Where the network of the version has a say, as its weights tell it; none where it has no network, is no predictor
        /// of a kind that is known here, or cannot be read, which is said.
        private func networkShares(
            _ name: CheckedName, _ version: Int, _ registry: ModelRegistry
        ) throws -> [NetworkShare] {
            let manifest = try registry.manifest(of: name, version).manifest
            let catalog = try settings.catalog()
            guard !manifest.architecture.isEmpty, catalog.predictors.contains(where: { $0.name == manifest.kind })
            else {
                return []
            }
            do {
                return try catalog.read(registry.load(name, version)).networkShares
            } catch let error as InputError {
                note("where its network has a say cannot be told: \(error)")
                return []
            }
        }

        private static func table(_ lineage: [Ancestor]) -> TextTable {
            var table = TextTable(["version", "state", "kind", "created", "digest"], texts: 1)
            for ancestor in lineage {
                let removed = ancestor.removedAt.map { " on " + Formatting.moment($0) } ?? ""
                table.append([
                    "\(ancestor.version)", ancestor.state.rawValue + removed, ancestor.kind ?? "–",
                    ancestor.created.map(Formatting.moment) ?? "–",
                    ancestor.digest.map { String($0.prefix(12)) } ?? "–",
                ])
            }
            return table
        }
    }
}

/// `NAME` or `NAME@VERSION`.
struct VersionName {
    var name: CheckedName
    var version: Int?

    /// Reads `text`, beside which `version` may have been given.
    init(_ text: String, version beside: Int? = nil) throws {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        name = try CheckedName(String(parts[0]))
        version = beside
        guard parts.count == 2 else { return }
        guard beside == nil else { throw InputError("\(text.prefix(80)) names a version already", field: "version") }
        guard let version = Int(parts[1]), "\(version)" == parts[1] else {
            throw InputError(
                "\"\(text.prefix(80))\" names no version: NAME@VERSION, such as predictor@2", field: "name")
        }
        self.version = version
    }

    /// The version that is named, else the champion.
    func resolve(in registry: ModelRegistry) throws -> Int {
        guard let version = try version ?? registry.aliases(of: name)[ModelRegistry.champion] else {
            throw InputError("\(name) has no champion; say which version", file: registry.path)
        }
        return version
    }
}
