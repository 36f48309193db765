import Workflows

/// Ours and the baselines on the rows of one target.
struct TargetComparison {
    let target: ResourceTarget
    /// Ours first, then the baselines; the same rows in the same order.
    let rows: [[PredictionRow]]
    let seed: UInt64

    init(_ target: ResourceTarget, _ rows: [[PredictionRow]], seed: UInt64) {
        self.target = target
        self.rows = rows
        self.seed = seed
    }

    /// The comparison; nil where no type has enough rows.
    func report(names: [String]) -> PredictorReport.Target? {
        let metrics = rows.compactMap { TargetMetrics($0, seed: seed) }
        guard metrics.count == rows.count, let ours = metrics.first else { return nil }
        let baselines = zip(names, metrics.dropFirst()).map { PredictorReport.Entry(name: $0, metrics: $1) }
        var best = 1
        for place in metrics.indices.dropFirst() where metrics[place].accuracy.value > metrics[best].accuracy.value {
            best = place
        }
        guard let difference = difference(to: best) else { return nil }
        let baselineError = 1 - metrics[best].accuracy.value
        return PredictorReport.Target(
            target: target, ours: ours, baselines: baselines, bestBaseline: names[best - 1],
            skill: baselineError > 0 ? 1 - (1 - ours.accuracy.value) / baselineError : 0, difference: difference,
            verdict: difference.low > 0 ? .better : difference.high < 0 ? .worse : .tie, types: types(best: best),
            calibration: calibration())
    }

    /// Accuracy of ours minus that of the kind at `best`, paired by type.
    private func difference(to best: Int) -> Estimate? {
        let (ours, theirs) = (TypeScores(rows[0]), TypeScores(rows[best]))
        let pairs = zip(ours.workflows, theirs.workflows).map { workflow in
            zip(workflow.0, workflow.1).map { $0.accuracy - $1.accuracy }
        }
        return Bootstrap.estimate(pairs, seed: seed)
    }

    private func types(best: Int) -> [PredictorReport.TypeEntry] {
        let (ours, theirs) = (TypeScores(rows[0]), TypeScores(rows[best]))
        return zip(ours.workflows.joined(), theirs.workflows.joined()).map { own, other in
            PredictorReport.TypeEntry(
                taskType: own.type, rows: own.rows, accuracy: own.accuracy, baselineAccuracy: other.accuracy,
                medianError: own.medianError)
        }.sorted { ($0.accuracy, $0.taskType) < ($1.accuracy, $1.taskType) }
    }

    private func calibration() -> [PredictorReport.CalibrationPoint] {
        let quantiles: [(Double, (PredictionRow) -> Double)] = [(0.05, \.p05), (0.5, \.p50), (0.95, \.p95)]
        return quantiles.map { nominal, value in
            let below = rows[0].count { $0.actual <= value($0) }
            return .init(nominal: nominal, observed: Double(below) / Double(max(rows[0].count, 1)))
        }
    }
}
