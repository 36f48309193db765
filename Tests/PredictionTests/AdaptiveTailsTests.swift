import Foundation
import Kernels
import Testing
import Workflows

@testable import Prediction

/// Residuals of a standard normal distribution, as training knew them.
private let expected = ResidualDistribution(shifts: ForecastLevels.normalScores.map { 1.645 * $0 })

private func normal(_ random: inout SeededGenerator) -> Double {
    (-2 * log(Double.random(in: Double.leastNonzeroMagnitude..<1, using: &random))).squareRoot()
        * cos(2 * .pi * Double.random(in: 0..<1, using: &random))
}

@Test func tailsFollowExecutionsThatSpreadWider() {
    for seed in 0..<5 as Range<UInt64> {
        for spread in [1.0, 2, 5] {
            var random = SeededGenerator(seed: seed)
            var tails = AdaptiveTails()
            var (above, below, without) = (0, 0, 0)
            for _ in 0..<2000 {
                let residual = spread * normal(&random)
                let kept = tails.widening(expected)
                if residual > kept.shifts[ForecastLevels.high] { above += 1 }
                if residual < kept.shifts[ForecastLevels.low] { below += 1 }
                if residual > expected.shifts[ForecastLevels.high] { without += 1 }
                tails.observe(residual, expected: expected)
            }
            // Each side is left by a twentieth at the most, and by little less where it was too narrow before.
            #expect(above < 120 && below < 120, "spread \(spread): \(above) above, \(below) below")
            if spread > 1 {
                #expect(without > 300)
                #expect(above > 60 && below > 60, "spread \(spread): \(above) above, \(below) below")
            }
        }
    }
}

@Test func tailsAreMovedByWhatLiesOutsideAlone() {
    var tails = AdaptiveTails()
    for _ in 0..<100 { tails.observe(0.5, expected: expected) }
    #expect(tails.widening(expected) == expected)

    tails.observe(3, expected: expected)
    #expect(abs(tails.above - 0.5 * 1.645 * 0.95) < 1e-9 && tails.below == 0)
    let wider = tails.widening(expected).shifts
    #expect(wider == wider.sorted())
    #expect(wider[...ForecastLevels.median] == expected.shifts[...ForecastLevels.median])
    #expect(abs(wider[ForecastLevels.high] - expected.shifts[ForecastLevels.high] - tails.above) < 1e-9)

    // It goes back in nineteen times as many steps, and no further.
    for _ in 0..<20 { tails.observe(0, expected: expected) }
    #expect(tails == AdaptiveTails())
}

@Test func whatNeverVariedWidensToo() {
    let constant = ResidualDistribution(shifts: ForecastLevels.all.map { _ in 0 })
    var tails = AdaptiveTails()
    for _ in 0..<200 { tails.observe(0.3, expected: constant) }
    #expect(abs(tails.above - 0.3) < 0.02)
}

@Test func aForecastWidensWhileItIsLeftAndAFitKeepsThat() throws {
    func execution(_ place: Int, duration: Double) -> TaskExecution {
        var execution = TaskExecution(
            task: TaskSpec(workflow: "w", process: "p", run: "r"), taskID: "\(place)",
            completedAt: Double(place) * 100 + 50, duration: duration)
        execution.task.submittedAt = Double(place) * 100
        return execution
    }
    var random = SeededGenerator(seed: 4)
    let known = (0..<60).map { execution($0, duration: exp(0.05 * normal(&random))) }
    var predictor = StatisticsPredictor(rules: [.median], executions: known)
    func width() throws -> Double {
        let forecast = predictor.predict([TaskSpec(workflow: "w", process: "p", run: "r")])[0].duration
        return log(forecast.p95 / forecast.p50)
    }
    let before = try width()
    for place in 60..<64 { predictor.observe(execution(place, duration: exp(0.4))) }
    let after = try width()
    #expect(after > 2 * before)
    // The type is fitted anew when it has grown by a quarter.
    for place in 64..<76 { predictor.observe(execution(place, duration: 1)) }
    #expect(predictor.types["w:p"]?.tails[.duration] != AdaptiveTails())
}
