import ArgumentParser
import Files
import Layers
import Models
import Registry

extension ModelsCommand {
    /// What a version can be written as.
    enum ExportFormat: String, CaseIterable, ExpressibleByArgument {
        /// The network alone, for other runtimes.
        case onnx
    }

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write the network of a version for other runtimes, with what is needed to feed it.",
            discussion: """
                EXAMPLE
                  tactus models export predictor 1 --format onnx --output predictor.onnx
                """)

        @OptionGroup var arguments: VersionArguments

        @Option(help: "The format.")
        var format: ExportFormat

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
            let loaded = try registry.load(name, version)
            let model = try Catalog.onnx(of: loaded, producerVersion: Tactus.configuration.version)
            let bytes = model.encoded()
            try writeAtomically(bytes, to: file)
            let inputs = model.graph.inputs.map(ModelManifest.Signature.init)
            let outputs = model.graph.outputs.map(ModelManifest.Signature.init)
            guard !output.json else {
                return try printJSON(
                    Answer(
                        name: name.description, version: version, digest: loaded.digest, format: format.rawValue,
                        output: file, bytes: bytes.count, sha256: sha256(of: bytes), inputs: inputs, outputs: outputs))
            }
            print(
                "\(name) \(version) is written to \(file): \(bytes.count) bytes, operators of ONNX's set \(ONNXModel.operatorSet)"
            )
            for (side, signatures) in [("input", inputs), ("output", outputs)] {
                for signature in signatures {
                    print("  \(side) \(signature.name): \(signature.type) [\(signature.shape.joined(separator: ", "))]")
                }
            }
        }
    }
}
