import ArgumentParser
import Files
import Layers
import Models
import Registry

extension ModelsCommand {
    /// What a version can be written as.
    enum ExportFormat: String, CaseIterable, ExpressibleByArgument {
        /// Everything, for another registry.
        case tar
        /// The network alone, for other runtimes.
        case onnx
    }

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a version as one archive for another registry, or its network for other runtimes.",
            discussion: """
                EXAMPLE
                  tactus models export predictor@1 --output predictor.tar
                  tactus models export predictor 1 --format onnx --output predictor.onnx
                """)

        @OptionGroup var arguments: VersionArguments

        @Option(help: "The format: \(ExportFormat.allCases.map(\.rawValue).joined(separator: " or ")).")
        var format = ExportFormat.tar

        @Option(name: .customLong("output"), help: ArgumentHelp("The file to write.", valueName: "file"))
        var file: String

        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        struct Answer: Encodable {
            var name: String
            var version: Int
            var digest: String
            var format: String
            var output: String
            var bytes: Int
            var sha256: String
            var inputs: [ModelManifest.Signature]
            var outputs: [ModelManifest.Signature]
        }

        func run() throws {
            let registry = try settings.registry()
            let (name, version) = try arguments.resolve(in: registry)
            switch format {
            case .tar: try exportArchive(of: name, version, registry)
            case .onnx: try exportNetwork(of: name, version, registry)
            }
        }

        private func exportArchive(of name: CheckedName, _ version: Int, _ registry: ModelRegistry) throws {
            let bytes = try registry.archive(of: name, version)
            try writeAtomically(bytes, to: file)
            let (manifest, digest) = try registry.manifest(of: name, version)
            try tell(manifest, digest, bytes, manifest.inputs, manifest.outputs, "for another registry")
        }

        private func exportNetwork(of name: CheckedName, _ version: Int, _ registry: ModelRegistry) throws {
            let loaded = try registry.load(name, version)
            let model = try settings.catalog().onnx(of: loaded, producerVersion: Tactus.configuration.version)
            let bytes = model.encoded()
            try writeAtomically(bytes, to: file)
            let inputs = model.graph.inputs.map(ModelManifest.Signature.init)
            let outputs = model.graph.outputs.map(ModelManifest.Signature.init)
            try tell(
                loaded.manifest, loaded.digest, bytes, inputs, outputs,
                "operators of ONNX's set \(ONNXModel.operatorSet)")
            guard !output.json else { return }
            for (side, signatures) in [("input", inputs), ("output", outputs)] {
                for signature in signatures {
                    say("  \(side) \(signature.name): \(signature.type) [\(signature.shape.joined(separator: ", "))]")
                }
            }
        }

        private func tell(
            _ manifest: ModelManifest, _ digest: String, _ bytes: [UInt8], _ inputs: [ModelManifest.Signature],
            _ outputs: [ModelManifest.Signature], _ what: String
        ) throws {
            if output.json {
                return try printJSON(
                    Answer(
                        name: manifest.name, version: manifest.version, digest: digest, format: format.rawValue,
                        output: file, bytes: bytes.count, sha256: sha256(of: bytes), inputs: inputs, outputs: outputs))
            }
            say("\(manifest.name) \(manifest.version) is written to \(file): \(bytes.count) bytes, \(what)")
        }
    }
}
