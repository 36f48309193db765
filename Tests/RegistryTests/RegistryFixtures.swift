import Files
import Foundation
import Layers
import Registry
import TestSupport

/// A manifest of nothing in particular.
func manifest(
    _ name: String = "predictor", metrics: [ModelManifest.Metric] = [], parent: Int? = nil
) throws -> ModelManifest {
    ModelManifest(
        name: try CheckedName(name), kind: "lstm", architecture: ["hidden": 4], hyperparameters: ["epochs": 2], seed: 1,
        features: [.init(name: "x", unit: "1", normalisation: "none")], inputs: [], outputs: [],
        dataset: .init(rows: 1, firstAt: nil, lastAt: 2, sha256: "x"), metrics: metrics, parentVersion: parent,
        commit: nil, created: 100)
}

/// An archive of one array.
func archive(_ value: Float) -> WeightArchive {
    var archive = WeightArchive()
    archive.set("w", shape: [2], .float32([value, 2]))
    return archive
}

/// Publishes a version; its number.
@discardableResult
func publish(
    _ registry: ModelRegistry, _ value: Float = 1, metrics: [ModelManifest.Metric] = [], parent: Int? = nil
) throws -> Int {
    try registry.publish(
        manifest(metrics: metrics, parent: parent), weights: archive(value), golden: archive(0), metrics: "{}",
        card: "# card")
}

/// A metric of a target with this verdict against the heuristics.
func metric(
    _ target: String, _ verdict: String, over champion: ModelManifest.Champion? = nil, skill: Double? = nil
) -> ModelManifest.Metric {
    ModelManifest.Metric(
        target: target, protocol: "groups", accuracy: skill ?? 0.5, low: 0.4, high: 0.6, heuristics: ["median": 0.8],
        verdict: verdict, champion: champion, horizonSeconds: skill.map { _ in 300 })
}

/// A registry in a folder of its own, with the name and the alias that tests use.
struct Fixture {
    let folder: TemporaryFolder
    let registry: ModelRegistry
    let name: CheckedName
    let champion: CheckedName
    let challenger: CheckedName

    /// Calls `body` with an empty registry.
    static func with(_ body: (Fixture) throws -> Void) throws {
        try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
            try body(
                Fixture(
                    folder: folder, registry: ModelRegistry(path: folder("models")), name: try CheckedName("predictor"),
                    champion: try CheckedName("champion"), challenger: try CheckedName("challenger")))
        }
    }

    /// Lets an alias name a version, past the gate.
    @discardableResult
    func promote(_ version: Int, _ alias: CheckedName? = nil) throws -> [String: Int] {
        try registry.promote(name, to: version, alias: alias ?? champion, at: 1, who: "me", why: "test")
    }

    /// The path of a file of the model.
    func path(_ file: String) -> String { folder("models/predictor/" + file) }

    /// The entries of the model's folder.
    func entries() throws -> [String] { try contents(ofFolder: folder("models/predictor")) }

    /// Damages a byte of a file of a version.
    func damage(_ version: Int, _ file: String = "weights.safetensors") throws {
        var bytes = try readBytes(of: path("\(version)/\(file)"))
        bytes[bytes.count - 1] ^= 1
        try writeAtomically(bytes, to: path("\(version)/\(file)"))
    }
}
