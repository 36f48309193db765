import Engine

extension ServerMetrics {
    /// How the version that answers does.
    func addCondition(of engine: IntelligentScheduler, to page: inout PrometheusPage) {
        guard let condition = engine.modelCondition, let model = engine.servedModel else { return }
        let labels = ["name": model.name, "version": "\(model.version)"]
        page.begin("tactus_model_circuit", "gauge", "1 for the state of the version's circuit breaker, else 0.")
        for state in ["closed", "half-open", "open"] {
            page.add(labels.merging(["state": state]) { $1 }, condition.circuit == state ? 1 : 0)
        }
        let counts = [
            ("circuit_openings", "Times that the version came to be left out.", condition.openings),
            ("questions", "Questions that the version was asked.", condition.asked),
            ("failures", "Questions that the version gave no forecast for, or not in time.", condition.failures),
            ("late", "Questions that the version did not answer in time.", condition.late),
            ("left_out", "Questions that the version was not asked, its circuit being open.", condition.leftOut),
        ]
        for (name, help, count) in counts {
            page.begin("tactus_model_\(name)_total", "counter", help)
            page.add(labels, Double(count))
        }
        page.begin(
            "tactus_model_abandoned", "gauge", "Questions that the version works on though nobody waits for them.")
        page.add(labels, Double(condition.abandoned))
    }
}
