extension FailureModel {
    /// Failures as often as the history of `workload` has them: the share of failed attempts of its fitted applications, each
    /// kind of task counted as often as it runs. Stragglers are those that its stream draws. A workflow is given up after 100
    /// attempts at one of its tasks, so that a stream whose attempts all fail comes to an end.
    public init(of workload: Workload) {
        self.init()
        attemptsAtMost = 100
        var (failures, attempts) = (0.0, 0.0)
        for application in workload.applications {
            guard case .fitted(let fitted) = application.source else { continue }
            let weights = fitted.shapes.reduce(0) { $0 + $1.weight }
            for shape in fitted.shapes {
                let often = application.weight * shape.weight / weights
                for (stage, count) in zip(fitted.stages, fitted.counts(of: shape, scale: fitted.scale)) {
                    attempts += often * Double(count)
                    failures += often * Double(count) * fitted.tasks[stage.task].failures.total
                }
            }
        }
        errorProbability = attempts > 0 ? failures / attempts : 0
    }
}
