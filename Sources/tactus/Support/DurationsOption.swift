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

    /// What is believed of durations, by the champion of the registry that the settings name; nil where they are known.
    ///
    /// - Throws: `InputError` where there is no champion, or it cannot be read.
    func forecast(_ settings: @autoclosure () throws -> Settings) throws -> StreamVariant.Forecast? {
        guard durations == .predicted else { return nil }
        let settings = try settings()
        let predictor = try LoadedPredictor(in: ModelRegistry(path: settings.modelsPath), of: settings.catalog())
            .predictor
        // Of workflows that come as they are, whenever they come: each is a run of its own that was never seen.
        let known = Mutex<[String: [DurationForecast]]>([:])
        return { drawn in
            if drawn.isShared, let forecasts = known.withLock({ $0[drawn.application] }) { return forecasts }
            let kind = String(lastComponent(of: drawn.application).prefix { $0 != "-" && $0 != "." })
            let tasks = drawn.workflow.taskSpecs(workflow: kind, run: "arrival \(drawn.place)")
            let forecasts = try predictor.predict(tasks).map { DurationForecast($0.duration) }
            if drawn.isShared { known.withLock { $0[drawn.application] = forecasts } }
            return forecasts
        }
    }
}
