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

        let memory = memory(prediction, evidence?.memory)
        prediction.memory.allocation = memory.bytes
        prediction.memory.sizing = memory.basis
        prediction.retry = RetryPolicy.steps(
            memoryBytes: prediction.memory.allocation, seconds: prediction.duration.allocation)
    }

    /// Sizes `prediction` anew after its forecasts have been changed from those of `before`.
    ///
    /// What rests on the forecast moves with it: memory with the median, because its rule was proven by medians, cores and
    /// time with the 0.95 quantile. What rests on the type stays, and is still no less than the new median.
    public static func resize(_ prediction: inout ResourcePrediction, from before: ResourcePrediction) {
        for target in ResourceTarget.allCases {
            var quantity = prediction[target]
            let old = before[target]
            let ratio = target == .memory ? quantity.p50 / old.p50 : quantity.p95 / old.p95
            quantity.sizing = old.sizing
            let rests = old.sizing?.source == .forecast || old.sizing?.source == .fallback
            let isBound = old.sizing?.cap != nil || old.sizing?.floor != nil
            quantity.allocation = rests && !isBound ? finite(old.allocation * ratio) : old.allocation
            quantity.allocation = max(quantity.allocation, target == .memory ? quantity.p50 : quantity.p95)
            prediction[target] = quantity
        }
        prediction.retry = RetryPolicy.steps(
            memoryBytes: prediction.memory.allocation, seconds: prediction.duration.allocation)
    }

    private static func memory(
        _ prediction: ResourcePrediction, _ sizing: MemorySizing?
    ) -> (bytes: Double, basis: SizingBasis) {
        if let sizing { return sizing.allocation(median: prediction.memory.p50) }
        return ExpectedWaste(prediction.memory, seconds: prediction.duration.p50).cheapest(samples: prediction.samples)
    }

    private static func finite(_ value: Double) -> Double { min(value, .greatestFiniteMagnitude) }
}
