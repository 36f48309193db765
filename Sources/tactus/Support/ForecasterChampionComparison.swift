import Evaluation
import Files
import Models
import Registry
import Workflows

/// The champion of the time on the values that a new forecaster was scored on.
///
/// It is asked as it is, from the moments on at which its data had ended: what came before it may know.
struct ForecasterChampionComparison {
    /// What it came to where it could be compared, by the place among the cells of the report.
    var cells: [Int: ModelManifest.Champion] = [:]
    /// The champion that it could not be compared with, and why; nil where it was, or there is none.
    var obstacle: ChampionObstacle?

    /// Compares the champion of `name` on what `evaluation` tested.
    static func with(
        _ evaluation: ForecasterEvaluation, name: CheckedName, registry: ModelRegistry
    ) throws -> ForecasterChampionComparison {
        let current = try CurrentChampion(of: name, in: registry, load: Catalog.loadForecaster)
        guard case .loaded(let champion, let loaded) = current else { return .init(obstacle: current.obstacle) }
        let version = loaded.manifest.version
        func without(_ cause: String) -> ForecasterChampionComparison {
            .init(obstacle: ChampionObstacle(version: version, cause: cause))
        }
        guard let end = loaded.manifest.dataset.lastAt else {
            return without("its data has no moments, so that what it knows cannot be told from what it does not")
        }
        let scores = evaluation.compare(with: champion, notBefore: end)
        guard !scores.isEmpty else {
            return without("too few of the tested values came after its data ended, or of no series that it knows")
        }
        return .init(
            cells: Dictionary(
                uniqueKeysWithValues: scores.map { score in
                    (
                        score.cell,
                        ModelManifest.Champion(
                            version: version, digest: loaded.digest, rows: score.rows, accuracy: score.skill,
                            difference: score.difference.value, low: score.difference.low, high: score.difference.high)
                    )
                }))
    }

    /// Why a version that learns from `series` could not be compared with the champion of `name`, whatever it came to; nil
    /// where it may be.
    static func obstacle(of name: CheckedName, registry: ModelRegistry, series: [MetricSeries]) -> String? {
        guard let version = try? registry.aliases(of: name)[ModelRegistry.champion],
            let end = try? registry.manifest(of: name, version).manifest.dataset.lastAt,
            !series.contains(where: { $0.moment(at: $0.values.count - 1) > end })
        else { return nil }
        return "no value came after the data of the champion, \(name) \(version), ended: the new version will not be "
            + "compared with it, and not be promoted without force; \(ChampionObstacle.remedy)"
    }
}
