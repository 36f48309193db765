import Evaluation
import Files
import Models
import Registry
import Workflows

/// The champion of the time on the executions that a new version was scored on.
///
/// It is asked as it is, about those that were submitted after its data ended: of the others it may know the outcome.
struct ChampionComparison {
    /// What it came to on each target that could be compared.
    var targets: [ResourceTarget: ModelManifest.Champion] = [:]
    /// The champion that it could not be compared with, and why; nil where it was, or there is none.
    var obstacle: ChampionObstacle?

    /// Why a version that learns from `executions` could not be compared with the champion of `name`, whatever it came to;
    /// nil where it may be.
    static func obstacle(of name: CheckedName, registry: ModelRegistry, executions: [TaskExecution]) -> String? {
        guard let version = try? registry.aliases(of: name)[ModelRegistry.champion],
            let end = try? registry.manifest(of: name, version).manifest.dataset.lastAt,
            !executions.contains(where: { $0.isUsable && $0.task.submittedAt ?? -.infinity > end })
        else { return nil }
        return "no execution was submitted after the data of the champion, \(name) \(version), ended: the new version "
            + "will not be compared with it, and not be promoted without force; \(ChampionObstacle.remedy)"
    }

    /// Compares the champion of `name` on what `evaluation` tested of `executions`.
    static func with(
        _ evaluation: PredictorEvaluation, name: CheckedName, registry: ModelRegistry, catalog: Catalog,
        executions: [TaskExecution]
    ) throws -> ChampionComparison {
        let current = try CurrentChampion(of: name, in: registry, load: catalog.load)
        guard case .loaded(let champion, let loaded) = current else {
            return ChampionComparison(obstacle: current.obstacle)
        }
        let version = loaded.manifest.version
        func without(_ cause: String) -> ChampionComparison {
            ChampionComparison(obstacle: ChampionObstacle(version: version, cause: cause))
        }
        guard let end = loaded.manifest.dataset.lastAt else {
            return without("its data has no moments, so that what it knows cannot be told from what it does not")
        }
        let rows = evaluation.predictions.filter { $0.submittedAt ?? -.infinity > end }
        guard !rows.isEmpty else { return without("no tested execution was submitted after its data ended") }
        let scores = try PredictorEvaluation.compare(
            rows, with: champion, executions: executions, seed: evaluation.report.seed)
        if scores.isEmpty { return without("no task type has five executions submitted after its data ended") }
        return ChampionComparison(
            targets: Dictionary(
                uniqueKeysWithValues: scores.map { score in
                    (
                        score.target,
                        ModelManifest.Champion(
                            version: version, digest: loaded.digest, rows: score.rows,
                            accuracy: score.accuracy, difference: score.difference.value, low: score.difference.low,
                            high: score.difference.high)
                    )
                }))
    }
}
