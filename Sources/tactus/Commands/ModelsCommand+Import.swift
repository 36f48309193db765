import ArgumentParser
import Files
import Foundation
import Models
import Registry

extension ModelsCommand {
    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Publish the version in an archive under the next free number of its name here.",
            discussion: """
                Every digest is checked and the self-test is run first. The version is a candidate: no alias names it.

                EXAMPLE
                  tactus models import predictor.tar
                """)

        @Argument(help: "The archive that tactus models export wrote.")
        var file: String

        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        struct Answer: Encodable {
            var name: String
            var version: Int
            var kind: String
            var digest: String
            var origins: [ModelManifest.Origin]
        }

        func run() throws {
            let registry = try settings.registry()
            let (name, version, manifest) = try registry.publish(
                archive: file, at: Date().timeIntervalSince1970, check: settings.catalog().check)
            guard output.json else {
                let origin = manifest.origins?.first.map { ", which was version \($0.version) where it was exported" }
                return say("\(name) \(version) published in \(registry.path)\(origin ?? "")")
            }
            try printJSON(
                Answer(
                    name: name.description, version: version, kind: manifest.kind,
                    digest: registry.manifest(of: name, version).digest, origins: manifest.origins ?? []))
        }
    }
}
