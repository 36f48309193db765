import Foundation
import Kernels
import Scheduling
import Simulation
import Workflows

/// Runs of one workflow under one policy, with its own durations and with resampled ones, within a budget of time.
///
/// A run is begun only if one as long as the last, and as those before it on average, would still end in time. The first
/// is begun in any case; if the budget ends before it does, this and all others are runs by first in, first out.
struct SimulatedRuns {
    let question: OptimizationQuestion
    private(set) var policy: SchedulingPolicy
    private let began = ContinuousClock.now
    /// How long the last run took, and all of them.
    private var (last, total) = (Duration.zero, Duration.zero)
    /// The part of the budget that may be used so far.
    var share = 1.0
    /// Runs so far.
    private(set) var count = 0
    /// Standard deviation of the logarithm of each duration.
    private let spreads: [Double]
    private var generator: SeededGenerator
    /// What each duration is multiplied with in each sample that was asked for: `[sample][task]`.
    private var factors: [[Double]] = []
    /// How long the workflow takes as it is in each sample that was run.
    private var makespans: [Int: Double] = [:]

    /// Standard deviation of the logarithm of a duration for which there is no forecast.
    static let spreadWithoutForecast = 0.2
    /// Samples at the most.
    static let samples = 16

    init(_ question: OptimizationQuestion) throws {
        self.question = question
        policy = try SchedulingPolicy(named: question.policy)
        let forecasts = question.forecasts ?? []
        spreads = question.document.workflow.tasks.indices.map { task in
            forecasts.indices.contains(task) && !forecasts[task].cold
                ? Self.spread(forecasts[task].duration) : Self.spreadWithoutForecast
        }
        generator = SeededGenerator(seed: question.seed)
    }

    /// From the 0.05 and 0.95 quantiles, as if the logarithm were normal.
    static func spread(_ quantity: PredictedQuantity) -> Double {
        let spread = log(quantity.p95 / quantity.p05) / (2 * 1.645)
        return spread >= 0 ? min(spread, 2) : spreadWithoutForecast
    }

    /// Whether so many further runs would probably end in time.
    func hasTime(for runs: Int = 1) -> Bool {
        let expected = max(last, total / max(count, 1))
        return ContinuousClock.now - began + expected * runs < question.budget * share
    }

    /// Runs `workflow`, on another cluster if one is given, with its own durations or with those that are given. Making the workflow counts as a part of the
    /// run: that takes time too.
    mutating func run(
        _ workflow: @autoclosure () throws -> Workflow, on cluster: Cluster? = nil,
        durations: ((Workflow) -> [Double])? = nil
    ) throws -> (timetable: Timetable, instance: SchedulingInstance) {
        count += 1
        let start = ContinuousClock.now
        let workflow = try workflow()
        let instance = try SchedulingInstance(
            workflow, on: cluster ?? question.cluster, durations: durations?(workflow))
        let timetable: Timetable
        if count == 1 {
            let ended: Bool
            (timetable, ended) = policy.timetable(of: instance) { ContinuousClock.now - began >= question.budget }
            if !ended { policy = .fifo }
        } else {
            timetable = policy.timetable(of: instance)
        }
        last = ContinuousClock.now - start
        total += last
        return (timetable, instance)
    }

    /// Runs `workflow` with the durations of a sample.
    mutating func run(_ workflow: @autoclosure () throws -> Workflow, sample: Int) throws
        -> (timetable: Timetable, instance: SchedulingInstance)
    {
        while factors.count <= sample {
            var draws = generator.split()
            factors.append(spreads.map { exp($0 * Double(draws.normal())) })
        }
        let factors = factors[sample]
        return try run(try workflow()) { workflow in
            zip(workflow.tasks, factors).map { ($0.runtimeSeconds ?? 0) * $1 }
        }
    }

    /// Runs the workflow as it is with the durations of a sample.
    mutating func runAsItIs(sample: Int) throws -> (timetable: Timetable, instance: SchedulingInstance) {
        let workflow = question.document.workflow
        let result = try run(workflow, sample: sample)
        makespans[sample] = result.timetable.makespan
        return result
    }

    /// By how many seconds `changed` ends sooner than the workflow as it is, both with the durations of a sample.
    mutating func gain(of changed: @autoclosure () throws -> Workflow, sample: Int) throws -> Double {
        let before = try makespans[sample] ?? runAsItIs(sample: sample).timetable.makespan
        return try before - run(try changed(), sample: sample).timetable.makespan
    }

    /// What a run of `workflow` uses.
    mutating func use(of workflow: @autoclosure () throws -> Workflow) throws -> ResourceUse {
        let (timetable, instance) = try run(try workflow())
        return ResourceUse(timetable, of: instance)
    }
}
