import ArgumentParser
import Files
import Foundation
import Registry
import Reports

extension ModelsCommand {
    struct Collect: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "gc",
            abstract: "Remove versions that no alias names and none ever did, and what publications that died left.",
            discussion: """
                What an alias names, and what a promotion went to or came from, so that a rollback can come back to it, \
                stays whatever its age. So do trainings that can be resumed. Without a name, folders that hold no version \
                that can be read, and no log of aliases, are left alone.

                EXAMPLE
                  tactus models gc --keep 5 --dry-run
                """)

        @Argument(help: "The name of the model; without it all of them.")
        var name: String?

        @Option(help: "How many of the newest versions that no alias ever named stay.")
        var keep = 3

        @Flag(help: "Only tell what would go.")
        var dryRun = false

        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        struct Answer: Encodable {
            var dryRun: Bool
            var models: [GarbageCollection]
        }

        func validate() throws {
            if keep < 0 { throw ValidationError("--keep: \(keep) is no number of versions") }
        }

        func run() throws {
            let collections = try collect(in: settings.registry())
            if output.json {
                try printJSON(Answer(dryRun: dryRun, models: collections))
            } else {
                tell(collections)
            }
            let failed = collections.compactMap { model in model.problem.map { "\(model.name): \($0)" } }
            guard failed.isEmpty else {
                throw InputError(
                    "\(failed.count) of \(counted(collections.count, "model")) could not be collected as a whole: "
                        + failed.joined(separator: "; "))
            }
        }

        private func collect(in registry: ModelRegistry) throws -> [GarbageCollection] {
            func collect(_ name: CheckedName) throws -> GarbageCollection {
                try registry.collectGarbage(
                    of: name, keepingNewest: keep, at: Date().timeIntervalSince1970, who: "tactus models",
                    dryRun: dryRun)
            }
            if let name { return [try collect(CheckedName(name))] }
            return try registry.entries().models.compactMap { name in
                do {
                    return try registry.holdsModel(name) ? try collect(name) : nil
                } catch let error as InputError {
                    return GarbageCollection(
                        name: name.description, removed: [], kept: (try? registry.versions(of: name)) ?? [],
                        leftovers: [], problem: error.description)
                }
            }
        }

        private func tell(_ collections: [GarbageCollection]) {
            let verb = dryRun ? "would go" : "removed"
            for collection in collections {
                for removal in collection.removed {
                    say(
                        "\(collection.name) \(removal.version) \(verb): \(removal.kind), "
                            + Formatting.bytes(Double(removal.bytes)))
                }
                for leftover in collection.leftovers {
                    say("\(collection.name)/\(leftover) \(verb): left by a publication that died")
                }
            }
            if collections.allSatisfy({ $0.removed.isEmpty && $0.leftovers.isEmpty && $0.problem == nil }) {
                say("nothing to remove")
            }
        }
    }
}
