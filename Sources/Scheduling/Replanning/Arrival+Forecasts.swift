import Simulation

extension Arrival {
    /// Lets rules believe what `forecasts` say of its tasks: that each takes its median, and how uncertain that is.
    ///
    /// - Precondition: there is one for each task.
    public mutating func expect(_ forecasts: [DurationForecast]) {
        precondition(
            forecasts.count == instance.taskCount, "\(forecasts.count) forecasts for \(instance.taskCount) tasks")
        forecast = forecasts.map(\.p50)
        deviations = forecasts.map(\.deviation)
    }
}
