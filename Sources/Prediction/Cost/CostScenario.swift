import Kernels
import Scheduling
import Workflows

/// What tasks take and need in one draw.
struct CostScenario: Sendable, Hashable {
    /// Seconds of each task at speed 1.
    var runtimes: [Double]
    /// Bytes that each task needs at its peak.
    var memory: [Double]

    /// Draws where durations are forecast.
    static let draws = 20

    /// What was recorded, alone; or draws from the forecasts, of which every second one mirrors the one before it. What a task
    /// takes and what it needs are drawn apart. No task needs more than `largest` of it: it would run nowhere.
    static func all(_ question: CostQuestion, largest: [Double]) throws -> [CostScenario] {
        let tasks = question.workflow.tasks
        guard question.predictsDurations, let forecasts = question.forecasts else {
            return [
                CostScenario(
                    runtimes: tasks.map { $0.runtimeSeconds ?? 0 }, memory: tasks.map { $0.memoryBytes ?? 0 })
            ]
        }
        let durations = DurationSamples(
            of: forecasts.map { DurationForecast($0.duration) }, count: draws, seed: question.seed)
        var generator = SeededGenerator(seed: question.seed &+ 1)
        var scores: [Double] = []
        return durations.runtimes.enumerated().map { draw, runtimes in
            scores = draw % 2 == 1 ? scores.map { -$0 } : forecasts.map { _ in Double(generator.normal()) }
            let memory = tasks.indices.map { min(forecasts[$0].memory.value(atScore: scores[$0]), largest[$0]) }
            return CostScenario(runtimes: runtimes, memory: memory)
        }
    }
}
