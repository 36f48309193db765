import Workflows

/// What to ask for, given forecasts: the least expected cost, where a failure is retried.
///
/// Cores: the 0.95 quantile; a task that gets less is only slower. Time limit: half as much again as the 0.95 quantile,
/// because a limit that is not reached costs nothing, and never below the longest execution unless coverage is proven.
/// Memory: the rule of ``MemorySizing``; for a type that was never seen, ``ExpectedWaste`` over the forecast.
public enum Sizing {
    /// Sets the allocations of `prediction`, what they rest on, and the retries. `evidence` is nil for a type that was
    /// never seen.
    public static func size(_ prediction: inout ResourcePrediction, evidence: SizingEvidence?) {
        let samples = evidence?.samples ?? 0
        let forecast: SizingBasis.Source = evidence == nil ? .fallback : .forecast
        prediction.cpu.allocation = prediction.cpu.p95
        prediction.cpu.sizing = SizingBasis(source: forecast, percentile: 0.95, margin: 1, samples: samples)

        var time = SizingBasis(
            source: forecast, percentile: 0.95, margin: 1.5, samples: samples,
            proven: evidence?.durationIsProven ?? false)
        prediction.duration.allocation = finite(prediction.duration.p95 * time.margin)
        if let longest = evidence?.longest, !time.proven, longest > prediction.duration.allocation {
            prediction.duration.allocation = longest
            time.floor = longest
        }
        prediction.duration.sizing = time

        let memory = memory(prediction, evidence)
        prediction.memory.allocation = memory.bytes
        prediction.memory.sizing = memory.basis
        prediction.retry = RetryPolicy.steps(
            memoryBytes: prediction.memory.allocation, seconds: prediction.duration.allocation)
    }

    /// Sizes `prediction` after its forecasts have been changed from those that the rules of `evidence` were proven by.
    ///
    /// Rules are applied to the new forecasts as to the old ones: what rests on the forecast moves with it, and nothing falls
    /// below what was seen where less is not proven to be enough. Memory is no less than the new median.
    public static func resize(_ prediction: inout ResourcePrediction, evidence: SizingEvidence?) {
        size(&prediction, evidence: evidence)
        guard prediction.memory.allocation < prediction.memory.p50 else { return }
        prediction.memory.allocation = prediction.memory.p50
        prediction.memory.sizing?.floor = prediction.memory.p50
        prediction.retry = RetryPolicy.steps(
            memoryBytes: prediction.memory.allocation, seconds: prediction.duration.allocation)
    }

    private static func memory(
        _ prediction: ResourcePrediction, _ evidence: SizingEvidence?
    ) -> (bytes: Double, basis: SizingBasis) {
        if let evidence, let sizing = evidence.memory {
            return sizing.allocation(median: prediction.memory.p50, evidence.question)
        }
        return ExpectedWaste(prediction.memory, seconds: prediction.duration.p50).cheapest(samples: prediction.samples)
    }

    private static func finite(_ value: Double) -> Double { min(value, .greatestFiniteMagnitude) }
}
