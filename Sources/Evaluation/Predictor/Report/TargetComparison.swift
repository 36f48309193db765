import Workflows

/// Ours, the baselines and what else ours is compared with, on the rows of one target.
struct TargetComparison {
    let target: ResourceTarget
    /// Ours first, then the baselines, then further kinds; the same rows in the same order.
    let rows: [[PredictionRow]]
    let names: [String]
    /// How many of them are baselines.
    let baselines: Int
    let seed: UInt64

    init(_ target: ResourceTarget, _ rows: [[PredictionRow]], names: [String], baselines: Int, seed: UInt64) {
        precondition(rows.count == names.count && rows.count > baselines, "\(rows.count) kinds, \(names.count) names")
        self.target = target
        self.rows = rows
        self.names = names
        self.baselines = baselines
        self.seed = seed
    }

    /// The comparison; nil where no type has enough rows.
    func report() -> PredictorReport.Target? {
        let metrics = rows.compactMap { TargetMetrics($0, seed: seed) }
        guard metrics.count == rows.count, let ours = metrics.first else { return nil }
        var best = min(1, baselines)
        for place in 1..<(baselines + 1) where metrics[place].accuracy.value > metrics[best].accuracy.value {
            best = place
        }
        guard let difference = difference(to: best) else { return nil }
        let baselineError = 1 - metrics[best].accuracy.value
        let verdict = PredictorReport.Verdict(difference)
        return PredictorReport.Target(
            target: target, ours: ours,
            baselines: (1..<(baselines + 1)).map { .init(name: names[$0], metrics: metrics[$0]) },
            bestBaseline: names[best], skill: baselineError > 0 ? 1 - (1 - ours.accuracy.value) / baselineError : 0,
            difference: difference, verdict: verdict, types: types(best: best), calibration: calibration(),
            coverage: TypeCoverage.of(rows[0]),
            tie: verdict == .tie ? TieEvidence(rows[0], rows[best], difference: difference) : nil,
            comparisons: rows.indices.dropFirst(baselines + 1).compactMap { comparison(to: $0, metrics[$0]) },
            allocation: AllocationSpread(rows[0]), coldStart: KnownClass.of(rows[0], rows[best]),
            drift: TimeSlice.of(rows[0], rows[best]), learned: learned())
    }

    private func learned() -> PredictorReport.LearnedShare {
        let types = Set(rows[0].lazy.filter { $0.source != .heuristic }.map(\.taskType))
        return PredictorReport.LearnedShare(types: types.count, of: Set(rows[0].lazy.map(\.taskType)).count)
    }

    private func comparison(to place: Int, _ metrics: TargetMetrics) -> PredictorReport.Comparison? {
        difference(to: place).map {
            .init(name: names[place], metrics: metrics, difference: $0, verdict: .init($0))
        }
    }

    /// Accuracy of ours minus that of the kind at `place`, paired by type.
    func difference(to place: Int) -> Estimate? {
        let (ours, theirs) = (TypeScores(rows[0]), TypeScores(rows[place]))
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

    /// At the levels that every row knows: all of them, or the three.
    private func calibration() -> [PredictorReport.CalibrationPoint] {
        let levels = ForecastLevels.all
        let known =
            rows[0].allSatisfy { $0.quantiles.count == levels.count }
            ? Array(levels.indices) : [ForecastLevels.low, ForecastLevels.median, ForecastLevels.high]
        return known.map { level in
            .init(nominal: levels[level], observed: rows[0].share { $0.actual <= $0.quantile(at: level) })
        }
    }
}

extension PredictionRow {
    /// The forecast at a level of ``ForecastLevels`` that is known.
    func quantile(at level: Int) -> Double {
        switch level {
        case ForecastLevels.low: p05
        case ForecastLevels.median: p50
        case ForecastLevels.high: p95
        default: quantiles[level]
        }
    }
}
