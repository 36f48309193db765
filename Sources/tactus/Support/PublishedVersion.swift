import Files
import Foundation
import Layers
import Registry
import Training

/// A version that a training has published: what is said of it, and whether it becomes the champion.
struct PublishedVersion {
    let manifest: ModelManifest
    let version: Int
    let registry: ModelRegistry
    /// Why it was not compared with the champion of the time; nil where it was, or there was none.
    let notCompared: String?

    /// What was done, for `--json`.
    private struct Answer: Encodable {
        var name: String
        var version: Int
        var kind: String
        var promoted: Bool
        /// Why it was not promoted, though that was asked for.
        var reason: String?
        /// Why it was not compared with the champion.
        var notCompared: String?
        var metrics: [ModelManifest.Metric]
    }

    /// Publishes a version in `registry`, as its trainer made it and its evaluation found it.
    ///
    /// - Parameters:
    ///   - report: the whole evaluation, for `metrics.json`.
    ///   - card: what a person should know of it.
    init(
        publishing manifest: ModelManifest, weights: WeightArchive, golden: WeightArchive, report: some Encodable,
        card: String, in registry: ModelRegistry, notCompared: String?
    ) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        version = try registry.publish(
            manifest, weights: weights, golden: golden,
            metrics: String(decoding: try encoder.encode(report), as: UTF8.self) + "\n", card: card)
        (self.manifest, self.registry, self.notCompared) = (manifest, registry, notCompared)
    }

    /// Promotes the version where that is asked for and the gate lets it pass, and tells what became of it.
    ///
    /// - Parameter line: what is said of a metric.
    /// - Throws: `InputError` with the reason, once all is told, where the gate does not let it pass.
    func finish(promotes: Bool, json: Bool, line: (ModelManifest.Metric) -> String) throws {
        let name = try CheckedName(manifest.name)
        let refusal =
            promotes
            ? manifest.championRefusal(over: try registry.incumbent(of: manifest), cause: notCompared) : nil
        let isPromoted = promotes && refusal == nil
        if isPromoted {
            _ = try registry.promote(
                name, to: version, alias: CheckedName(ModelRegistry.champion), force: nil,
                at: Date().timeIntervalSince1970, who: "tactus train")
        }
        if json {
            try printJSON(
                Answer(
                    name: manifest.name, version: version, kind: manifest.kind, promoted: isPromoted, reason: refusal,
                    notCompared: notCompared, metrics: manifest.metrics))
        } else {
            say("\(name) \(version) published in \(registry.path), of the kind \(manifest.kind)")
            for metric in manifest.metrics { say("  " + line(metric)) }
            if isPromoted { say("\(name) \(version) is the champion") }
        }
        if let refusal {
            throw InputError(
                "\(name) \(version) was not promoted: \(refusal); "
                    // Where it does not pass for itself, a comparison would not help.
                    + (notCompared == nil || manifest.championRefusal(over: nil) != nil
                        ? "" : ChampionObstacle.remedy + "; ")
                    + "tactus models promote \(name) \(version) --force REASON does it all the same")
        }
    }
}

extension ModelManifest {
    /// Keeps the epochs of the training, where it went by epochs.
    mutating func keep(_ curve: [EpochRecord]) {
        guard !curve.isEmpty else { return }
        self.curve = curve.map {
            .init(epoch: $0.epoch, trainingLoss: Double($0.trainingLoss), validationLoss: Double($0.validationLoss))
        }
    }
}
