import Foundation
import Kernels
import Scheduling
import Simulation
import Workflows

/// Runs of one workflow under one policy, with its own durations and with resampled ones.
struct SimulatedRuns {
    let question: OptimizationQuestion
    let policy: SchedulingPolicy
    /// What each duration is multiplied with in each sample: `[sample][task]`.
    private let factors: [[Double]]
    private let began = ContinuousClock.now
    /// The part of the budget that may be used so far.
    var share = 1.0
    /// Runs so far.
    private(set) var count = 0

    /// Standard deviation of the logarithm of a duration for which there is no forecast.
    static let spreadWithoutForecast = 0.2
    /// Samples at the most.
    static let samples = 16

    init(_ question: OptimizationQuestion) throws {
        self.question = question
        policy = try SchedulingPolicy(named: question.policy)
        let tasks = question.document.workflow.tasks.count
        let spreads = (0..<tasks).map { task in
            question.forecasts.flatMap { $0[task].cold ? nil : Self.spread($0[task].duration) }
                ?? Self.spreadWithoutForecast
        }
        var generator = SeededGenerator(seed: question.seed)
        factors = (0..<Self.samples).map { _ in spreads.map { exp($0 * Double(generator.normal())) } }
    }

    /// From the 0.05 and 0.95 quantiles, as if the logarithm were normal.
    private static func spread(_ quantity: PredictedQuantity) -> Double {
        min(log(quantity.p95 / quantity.p05) / (2 * 1.645), 2)
    }

    var budgetIsOver: Bool { ContinuousClock.now - began >= question.budget * share }

    /// Runs `workflow` with its own durations.
    mutating func run(_ workflow: Workflow) throws -> (timetable: Timetable, instance: SchedulingInstance) {
        count += 1
        let instance = try SchedulingInstance(workflow, on: question.cluster)
        return (policy.timetable(of: instance), instance)
    }

    /// Runs `workflow` with the durations of a sample.
    mutating func run(_ workflow: Workflow, sample: Int) throws -> (timetable: Timetable, instance: SchedulingInstance)
    {
        count += 1
        let durations = zip(workflow.tasks, factors[sample]).map { ($0.runtimeSeconds ?? 0) * $1 }
        let instance = try SchedulingInstance(workflow, on: question.cluster, durations: durations)
        return (policy.timetable(of: instance), instance)
    }

    /// What a run of `workflow` uses.
    mutating func use(of workflow: Workflow) throws -> ResourceUse {
        let (timetable, instance) = try run(workflow)
        return ResourceUse(timetable, of: instance)
    }
}
