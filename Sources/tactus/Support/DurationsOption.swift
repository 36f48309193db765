import ArgumentParser
import Evaluation
import Files
import Registry
import Scheduling
import Settings
import Simulation
import Synchronization
import Workflows

/// What rules and learned schedulers are told of durations in a simulation.
struct DurationsOption: ParsableArguments {
    @Option(
        help:
            "Durations as they are, or as the champion of the registry predicts them, with how uncertain they are; they take as long as they do."
    )
    var durations = ScheduleCommand.Durations.given

    /// Who tells of durations what the champion of the registry that the settings name forecasts; nil where they are known.
    ///
    /// - Throws: `InputError` where there is no champion, or it cannot be read.
    func forecaster(_ settings: @autoclosure () throws -> Settings) throws -> DurationForecaster? {
        guard durations == .predicted else { return nil }
        let settings = try settings()
        return DurationForecaster(
            predictor: try LoadedPredictor(in: ModelRegistry(path: settings.modelsPath), of: settings.catalog())
                .predictor)
    }
}

/// Tells what a predictor forecasts of the durations of workflows that arrive.
struct DurationForecaster: Sendable {
    let predictor: any ResourcePredictor

    /// What is forecast for one source of workflows. It is kept of workflows that come as they are, whenever they come: each is a run
    /// of its own that was never seen. Names of applications are those of the source.
    func forecast() -> StreamVariant.Forecast {
        let known = Mutex<[String: [DurationForecast]]>([:])
        return { drawn in
            if drawn.isShared, let forecasts = known.withLock({ $0[drawn.application] }) { return forecasts }
            let forecasts = try durations(of: drawn)
            if drawn.isShared { known.withLock { $0[drawn.application] = forecasts } }
            return forecasts
        }
    }

    private func durations(of drawn: WorkflowArrival) throws -> [DurationForecast] {
        let kind = String(lastComponent(of: drawn.application).prefix { $0 != "-" && $0 != "." })
        let tasks = drawn.workflow.taskSpecs(workflow: kind, run: "arrival \(drawn.place)")
        let answers = try predictor.predict(tasks).map(\.duration)
        guard answers.count == tasks.count,
            answers.allSatisfy({ $0.p05.isFinite && $0.p50.isFinite && $0.p95.isFinite })
        else {
            throw InputError(
                "gives \(answers.count) forecasts for the \(tasks.count) tasks of \(drawn.application), or one that is no number",
                field: "predictor")
        }
        return answers.map(DurationForecast.init)
    }
}
