/// The kinds of forecaster that fit a series in no time.
public enum CapacityHeuristics {
    /// The first is the one that answers where no learned one is served.
    public static let trainers: [any ForecasterTrainer] = [
        RollingTrainer.ensemble, RollingTrainer.ridge, NaiveTrainer.seasonal, NaiveTrainer.last,
    ]
}
