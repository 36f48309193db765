import ArgumentParser
import Files
import Models
import Registry

extension ModelsCommand {
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Hash every file anew, run each self-test, and tell every damage.",
            discussion: """
                EXAMPLE
                  tactus models verify
                  tactus models verify predictor 1
                """)

        @Argument(help: "The name of the model, with or without @ and the version; without it all of them.")
        var name: String?

        @Argument(help: "The version; without it all of them.")
        var version: Int?

        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        struct Answer: Encodable {
            /// A version, with what is wrong with it.
            struct Version: Encodable {
                var name: String
                var version: Int
                var digest: String?
                var verified: Bool
                var problems: [String]
            }

            var verified: Bool
            var versions: [Version]
            /// What is wrong beside the versions.
            var problems: [String]

            /// How much is damaged, in a line.
            var summary: String {
                let damaged = versions.count { !$0.verified }
                return "\(damaged) of \(counted(versions.count, "version")) damaged, "
                    + "\(counted(problems.count, "problem")) beside them"
            }
        }

        func run() throws {
            let registry = try settings.registry()
            let answer = try answer(registry, settings.catalog())
            if output.json {
                try printJSON(answer)
                if !answer.verified { note(answer.summary) }
            } else {
                tell(answer, registry)
            }
            if !answer.verified { throw ExitCode.failure }
        }

        private func answer(_ registry: ModelRegistry, _ catalog: Catalog) throws -> Answer {
            var (versions, problems) = ([Answer.Version](), [InputError]())
            if let name {
                let parsed = try VersionName(name, version: version)
                if let version = parsed.version {
                    // Where there is none, that is no damage.
                    if try !registry.versions(of: parsed.name).contains(version) {
                        _ = try registry.manifest(of: parsed.name, version)
                    }
                    versions.append(Self.check(parsed.name, version, in: registry, catalog))
                } else {
                    problems += registry.damages(of: parsed.name)
                    versions += try registry.versions(of: parsed.name).map {
                        Self.check(parsed.name, $0, in: registry, catalog)
                    }
                }
            } else {
                let entries = try registry.entries()
                problems += entries.damages
                for name in entries.models {
                    problems += registry.damages(of: name)
                    versions += try registry.versions(of: name).map { Self.check(name, $0, in: registry, catalog) }
                }
            }
            return Answer(
                verified: problems.isEmpty && versions.allSatisfy(\.verified), versions: versions,
                problems: problems.map(\.description))
        }

        private static func check(
            _ name: CheckedName, _ version: Int, in registry: ModelRegistry, _ catalog: Catalog
        ) -> Answer.Version {
            let damages = registry.damages(of: name, version, check: catalog.check)
            return Answer.Version(
                name: name.description, version: version, digest: try? registry.manifest(of: name, version).digest,
                verified: damages.isEmpty, problems: damages.map(\.description))
        }

        private func tell(_ answer: Answer, _ registry: ModelRegistry) {
            for version in answer.versions {
                if version.verified {
                    say("\(version.name) \(version.version) is whole: digests, weights and self-test are right")
                } else {
                    say("\(version.name) \(version.version) is damaged")
                }
                for problem in version.problems { note(problem) }
            }
            for problem in answer.problems { note(problem) }
            if answer.versions.isEmpty, answer.problems.isEmpty { say("\(registry.path) holds no version") }
        }
    }
}
