import Workflows

/// How many cores a task is given: fewer than it asks for only where its history shows that it does not use them.
public enum CoreSizing {
    /// Completed executions of a type from which on its forecast of cores is believed.
    public static let provenSamples = 20

    /// The quantile 0.95 of the cores in use, rounded up, and no more than `asked`; nil where the history shows nothing.
    public static func cores(asked: Double, _ prediction: ResourcePrediction) -> Double? {
        guard !prediction.cold, prediction.samples >= provenSamples else { return nil }
        return min(asked, max(1, prediction.cpu.p95.rounded(.up)))
    }

    /// How much longer a task takes on `cores` than on the `asked` ones, of which it used `used` on average: its work remains,
    /// max(1, used / cores); 1 where it keeps its cores.
    public static func slowdown(used: Double?, cores: Double, asked: Double) -> Double {
        guard let used, cores < asked else { return 1 }
        return max(1, used / cores)
    }
}
