import Engine

extension ServerMetrics {
    /// How often a workflow that was asked about again was not planned again.
    func addPlans(of engine: IntelligentScheduler, to page: inout PrometheusPage) {
        let counts = engine.planCacheCounts
        page.single(
            "tactus_plan_cache_hits_total", "counter", "Workflows that were planned as an equal question was before.",
            Double(counts.hits))
        page.single(
            "tactus_plan_cache_misses_total", "counter", "Workflows that had to be planned.", Double(counts.misses))
    }

    /// How often a series that was asked about went on from one that had been learned from.
    func addSeries(of engine: IntelligentScheduler, to page: inout PrometheusPage) {
        let counts = engine.seriesCacheCounts
        let learners = [("rules", counts.rules)] + (counts.version.map { [("version", $0)] } ?? [])
        page.begin(
            "tactus_series_cache_hits_total", "counter",
            "Questions about a series of which only what was new had to be learned.")
        for (by, counts) in learners { page.add(["by": by], Double(counts.hits)) }
        page.begin(
            "tactus_series_cache_misses_total", "counter",
            "Questions about a series that had to be learned from its beginning.")
        for (by, counts) in learners { page.add(["by": by], Double(counts.misses)) }
    }

    /// How the versions that answer do.
    func addCondition(of engine: IntelligentScheduler, to page: inout PrometheusPage) {
        let all = engine.modelConditions.map { model, condition in
            (labels: ["name": model.name, "version": "\(model.version)"], condition: condition)
        }
        guard !all.isEmpty else { return }
        page.begin("tactus_model_circuit", "gauge", "1 for the state of the version's circuit breaker, else 0.")
        for (labels, condition) in all {
            for state in ["closed", "half-open", "open"] {
                page.add(labels.merging(["state": state]) { $1 }, condition.circuit == state ? 1 : 0)
            }
        }
        let counters: [(name: String, help: String, count: (ModelCondition) -> Int)] = [
            ("circuit_openings", "Times that the version came to be left out.", { $0.openings }),
            ("questions", "Questions that the version was asked.", { $0.asked }),
            ("failures", "Questions that the version gave no forecast for, or not in time.", { $0.failures }),
            ("late", "Questions that the version did not answer in time.", { $0.late }),
            ("cache_hits", "Tasks, or workflows, that were answered as an equal one was before.", { $0.cacheHits }),
            ("cache_misses", "Tasks, or workflows, that the version had to be asked about.", { $0.cacheMisses }),
            (
                "left_out", "Questions that the version was not asked, its circuit being open or itself too busy.",
                { $0.leftOut }
            ),
        ]
        for (name, help, count) in counters {
            page.begin("tactus_model_\(name)_total", "counter", help)
            for (labels, condition) in all { page.add(labels, Double(count(condition))) }
        }
        page.begin(
            "tactus_model_abandoned", "gauge", "Questions that the version works on though nobody waits for them.")
        for (labels, condition) in all { page.add(labels, Double(condition.abandoned)) }
        page.begin(
            "tactus_model_abandoned_probes", "gauge",
            "Scores and explanations that the version works on though nobody waits for them.")
        for (labels, condition) in all { page.add(labels, Double(condition.abandonedProbes)) }
    }

    /// How the challengers do.
    func addChallengers(_ all: [(alias: ServedAlias, figures: ChallengerFigures)], to page: inout PrometheusPage) {
        page.begin(
            "tactus_challenger_rollbacks_total", "counter",
            "Challengers that were taken away for breaking a guardrail.")
        for (alias, figures) in all { page.add(["name": alias.name.description], Double(figures.rollbacks)) }
        let tried = all.compactMap { _, figures in
            figures.version.map { (labels: ["name": $0.name, "version": "\($0.version)"], figures: figures) }
        }
        guard !tried.isEmpty else { return }
        let counters: [(name: String, help: String, count: (ChallengerFigures) -> Int)] = [
            ("questions", "Questions that the challenger was asked.", { $0.questions }),
            ("acted", "Questions that the challenger answered for.", { $0.acted }),
            ("failures", "Questions that the challenger had no answer to in time.", { $0.failures }),
            (
                "outcomes", "Outcomes, or workflows to plan, that the challenger was scored on beside the champion.",
                { $0.outcomes }
            ),
        ]
        for (name, help, count) in counters {
            page.begin("tactus_challenger_\(name)_total", "counter", help)
            for (labels, figures) in tried { page.add(labels, Double(count(figures))) }
        }
        page.begin(
            "tactus_challenger_gain", "gauge",
            "What the challenger gains over the champion on average: in accuracy, or as a share of the makespan of plans."
        )
        for (labels, figures) in tried { page.add(labels, figures.meanGain) }
        page.begin(
            "tactus_challenger_slow_seconds", "gauge", "The 95th percentile of the seconds of its last questions.")
        for (labels, figures) in tried { page.add(labels, figures.slowSeconds) }
    }
}
