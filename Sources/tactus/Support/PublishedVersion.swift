import Files
import Foundation
import Registry

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

    init(_ manifest: ModelManifest, _ version: Int, in registry: ModelRegistry, notCompared: String?) {
        (self.manifest, self.version, self.registry) = (manifest, version, registry)
        self.notCompared = notCompared
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
