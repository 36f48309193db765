import Evaluation
import Files
import Registry

/// The champion of a model at this moment, as what a new version is compared with.
enum CurrentChampion<Model> {
    /// There is none.
    case none
    /// It, with its version.
    case loaded(Model, ModelVersion)
    /// It cannot be asked, or is for another problem.
    case unreadable(ChampionObstacle)

    /// The champion of `name`, read by `load`.
    init(of name: CheckedName, in registry: ModelRegistry, load: (ModelVersion) throws -> Model) throws {
        guard let version = try registry.aliases(of: name)[ModelRegistry.champion] else {
            self = .none
            return
        }
        do {
            let loaded = try registry.load(name, version)
            self = .loaded(try load(loaded), loaded)
        } catch let error as InputError {
            self = .unreadable(ChampionObstacle(version: version, cause: "it cannot be loaded (\(error.problem))"))
        }
    }

    /// The same, but where `difference` says how its problem differs from that of the new version: then nothing that it comes to on
    /// the new one says that it may be replaced.
    func unless(_ difference: (ModelManifest) -> String?) -> CurrentChampion {
        guard case .loaded(_, let version) = self, let cause = difference(version.manifest) else { return self }
        return .unreadable(ChampionObstacle(version: version.manifest.version, cause: cause))
    }

    /// It, where it can be asked.
    var model: Model? {
        if case .loaded(let model, _) = self { model } else { nil }
    }

    /// Why it cannot be asked; nil where it can, or there is none.
    var obstacle: ChampionObstacle? {
        if case .unreadable(let obstacle) = self { obstacle } else { nil }
    }

    /// What it came to, where it can be asked: `accuracy` on `rows`, and by how much the new version is better.
    func found(rows: Int, accuracy: Double, _ gain: Estimate) -> ModelManifest.Champion? {
        guard case .loaded(_, let version) = self else { return nil }
        return ModelManifest.Champion(
            version: version.manifest.version, digest: version.digest, rows: rows, accuracy: accuracy,
            difference: gain.value, low: gain.low, high: gain.high)
    }
}
