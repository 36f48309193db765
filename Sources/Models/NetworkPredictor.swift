import Files
import Layers
import Registry

/// A predictor that stands on a network, which other runtimes can run.
public protocol NetworkPredictor: PublishablePredictor, ExportableNetwork {}

extension Catalog {
    /// The network of a version, after the version's self-test, as a file of ONNX.
    ///
    /// Beside the graph stand the `name`, `version` and `kind`, the SHA-256 of the `manifest` and of the `weights`, and what
    /// is needed to feed it: the manifest's `features` and the `scales` that they are normalised by, both as JSON.
    ///
    /// - Throws: `InputError` if the kind has no network, or what ``load(_:)`` throws.
    public func onnx(of version: ModelVersion, producerVersion: String) throws -> ONNXModel {
        let manifest = version.manifest
        let network = try network(of: version)
        let features = manifest.features.map { feature in
            JSONValue.object(
                JSONObject([
                    ("name", .string(feature.name)), ("unit", .string(feature.unit)),
                    ("normalisation", .string(feature.normalisation)),
                ]))
        }
        return ONNXModel(
            try network.networkGraph(), producerVersion: producerVersion,
            documentation: network.networkDocumentation,
            metadata: [
                "name": manifest.name, "version": "\(manifest.version)", "kind": manifest.kind,
                "manifest": version.digest, "weights": manifest.files["weights.safetensors"] ?? "",
                "features": JSONValue.array(features).text(), "scales": try network.networkScales(),
            ])
    }

    /// The same of a kind that is built in.
    public static func onnx(of version: ModelVersion, producerVersion: String) throws -> ONNXModel {
        try Catalog().onnx(of: version, producerVersion: producerVersion)
    }

    private func network(of version: ModelVersion) throws -> any ExportableNetwork {
        let manifest = version.manifest
        if Self.forecasters.contains(where: { $0.name == manifest.kind }) { return try Self.loadForecaster(version) }
        guard let network = try load(version) as? any ExportableNetwork else {
            throw InputError(
                "\(manifest.name) \(manifest.version) is of the kind \(manifest.kind), which has no network to export",
                field: "kind")
        }
        return network
    }
}

extension ModelManifest.Signature {
    /// An input or an output of a graph as a manifest says it.
    public init(_ signature: ONNXSignature) {
        let type =
            switch signature.element {
            case .float: "F32"
            case .int32: "I32"
            case .int64: "I64"
            case .bool: "BOOL"
            }
        self.init(name: signature.name, type: type, shape: signature.shape.map(\.description))
    }
}
