import Testing
import Workflows

@testable import Prediction

private func prediction(_ p05: Double, _ p50: Double, _ p95: Double, samples: Int = 100, cold: Bool = false)
    -> ResourcePrediction
{
    func quantity(_ target: ResourceTarget, _ low: Double, _ middle: Double, _ high: Double) -> PredictedQuantity {
        PredictedQuantity(
            target, p05: low, p50: middle, p95: high, allocation: high, reason: "", source: .heuristic)
    }
    return ResourcePrediction(
        cpu: quantity(.cpu, p05, p50, p95), memory: quantity(.memory, 1, 1, 1), duration: quantity(.duration, 1, 1, 1),
        retry: [], samples: samples, cold: cold)
}

/// Half of the time one core, then none: on half a core the former takes the double.
@Test func fewerCoresProlongWhatIsComputed() {
    #expect(CoreSizing.slowdown(used: 0.5, cores: 0.5, asked: 1) == 1.5)
    #expect(CoreSizing.slowdown(used: 1, cores: 0.5, asked: 1) == 2)
    #expect(CoreSizing.slowdown(used: 3, cores: 2, asked: 4) == 1.5)
    // It computed on two cores for three quarters of the time.
    #expect(abs(CoreSizing.slowdown(used: 1.5, cores: 1, asked: 8) - 1.75) < 1e-12)
    // More than are needed change nothing, nor does a use that is not known, and no more than all asked for was used.
    #expect(CoreSizing.slowdown(used: 1.5, cores: 2, asked: 8) == 1)
    #expect(CoreSizing.slowdown(used: nil, cores: 0.1, asked: 8) == 1)
    #expect(CoreSizing.slowdown(used: 0, cores: 0.1, asked: 1) == 1)
    #expect(CoreSizing.slowdown(used: 1.9, cores: 0.5, asked: 1) == 2)
}

/// The least cores, in steps, on which it is expected to take no more than the tolerance longer.
@Test func coresAreTheLeastThatProlongByTheTolerance() throws {
    for used in [0.01, 0.05, 0.2, 0.5, 0.9, 1, 1.7, 2.5, 6] {
        for asked in [1.0, 2, 8] {
            let cores = try #require(CoreSizing.cores(asked: asked, prediction(used, used, used), step: 0.1))
            #expect(cores <= asked && cores > 0)
            #expect(CoreSizing.slowdown(used: used, cores: cores, asked: asked) <= 1 + CoreSizing.tolerance + 1e-9)
            if cores > 0.15, cores < asked {
                #expect(CoreSizing.slowdown(used: used, cores: cores - 0.1, asked: asked) > 1 + CoreSizing.tolerance)
            }
            // In whole cores it is no less than that, and keeps as many as it computes on.
            let whole = try #require(CoreSizing.cores(asked: asked, prediction(used, used, used)))
            #expect(whole >= min(asked, cores) && whole.rounded() == whole)
        }
    }
    // The mean tells how long it computes, the upper quantile on how many cores.
    #expect(CoreSizing.cores(asked: 4, prediction(0, 0.1, 2), step: 0.1) ?? 4 > 1)
    #expect(CoreSizing.cores(asked: 1, prediction(0, 0, 0), step: 0.1) == 0.1)
    // What the history does not show keeps its cores.
    #expect(CoreSizing.cores(asked: 4, prediction(0.1, 0.1, 0.1, cold: true)) == nil)
    #expect(CoreSizing.cores(asked: 4, prediction(0.1, 0.1, 0.1, samples: CoreSizing.provenSamples - 1)) == nil)
}

@Test func theMeanOfAForecastLiesAlongItsQuantiles() {
    let even = PredictedQuantity(
        .cpu, p05: 0.05, p50: 0.5, p95: 0.95, allocation: 1, reason: "", source: .heuristic)
    #expect(abs(even.mean - 0.5) < 1e-12)
    // One in twenty is large: half of what lies between the two upper levels, and all beyond.
    let skewed = PredictedQuantity(.cpu, p05: 0, p50: 0, p95: 1, allocation: 1, reason: "", source: .heuristic)
    #expect(abs(skewed.mean - (0.45 / 2 + 0.05)) < 1e-12)
}
