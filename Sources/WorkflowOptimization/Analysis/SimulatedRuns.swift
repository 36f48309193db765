import Files
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
    private let places: [String: Int]
    private let now: () -> ContinuousClock.Instant
    /// When the budget began; later by what went on beside it.
    private var began: ContinuousClock.Instant
    /// How long the last run took, and all of them.
    private var (last, total) = (Duration.zero, Duration.zero)
    /// The part of the budget that may be used so far.
    var share = 1.0
    /// Runs so far.
    private(set) var count = 0
    /// Standard deviation of the logarithm of each duration.
    let spreads: [Double]
    private var generator: SeededGenerator
    /// What each duration is multiplied with in each sample that was asked for: `[sample][task]`.
    private var factors: [[Double]] = []
    /// How long the workflow takes as it is in each sample that was run.
    private var makespans: [Int: Double] = [:]

    /// Standard deviation of the logarithm of a duration for which there is no forecast.
    static let spreadWithoutForecast = 0.2
    /// Samples at the most.
    static let samples = 16

    /// - Parameter now: tells the time, by which the budget is used up.
    init(_ question: OptimizationQuestion, now: @escaping () -> ContinuousClock.Instant = { .now }) throws {
        self.question = question
        (self.now, began) = (now, question.askedAt ?? now())
        places = question.document.workflow.places
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
        return now() - began + expected * runs < question.budget * share
    }

    /// What `body` finds out by runs that are not counted and take nothing from the budget: what a comparison supposes to be known.
    mutating func beforehand<Known>(_ body: (inout SimulatedRuns) throws -> Known) rethrows -> Known {
        var runs = self
        let start = now()
        defer { began += now() - start }
        return try body(&runs)
    }

    /// Runs `workflow`, on another cluster if one is given. Making the workflow counts as a part of the run: that takes
    /// time too.
    mutating func run(_ workflow: @autoclosure () throws -> Workflow, on cluster: Cluster? = nil) throws
        -> (timetable: Timetable, instance: SchedulingInstance)
    {
        count += 1
        let start = now()
        let instance = try SchedulingInstance(workflow(), on: cluster ?? question.cluster)
        let timetable: Timetable
        if count == 1 {
            let ended: Bool
            let reserve = policy.reserve(forTasks: instance.taskCount)
            (timetable, ended) = policy.timetable(of: instance) { now() - began >= question.budget - reserve }
            if !ended { policy = .fifo }
        } else {
            timetable = policy.timetable(of: instance)
        }
        last = now() - start
        total += last
        return (timetable, instance)
    }

    /// The workflow as it is with the durations of a sample; other ways to a task's result take as much longer or shorter.
    private mutating func sampled(_ sample: Int) -> Workflow {
        while factors.count <= sample {
            var draws = generator.split()
            factors.append(spreads.map { exp($0 * Double(draws.normal())) })
        }
        var workflow = question.document.workflow
        for (task, factor) in factors[sample].enumerated() {
            workflow.update(task) { task in
                task.runtimeSeconds = task.runtimeSeconds.map { $0 * factor }
                for place in task.wishes.alternatives.indices {
                    task.wishes.alternatives[place].runtimeSeconds *= factor
                }
            }
        }
        return workflow
    }

    /// Runs the workflow as it is with the durations of a sample.
    mutating func runAsItIs(sample: Int) throws -> (timetable: Timetable, instance: SchedulingInstance) {
        let workflow = sampled(sample)
        let result = try run(workflow)
        makespans[sample] = result.timetable.makespan
        return result
    }

    /// By how many seconds the workflow ends sooner with `edits` than as it is, both with the durations of a sample.
    mutating func gain(of edits: [WorkflowEdit], sample: Int) throws -> Double {
        let before = try makespans[sample] ?? runAsItIs(sample: sample).timetable.makespan
        let (workflow, places) = (sampled(sample), places)
        return try before - run(try workflow.applying(edits, places: places).workflow).timetable.makespan
    }

    /// What a run with `edits` comes to; nil where they cannot be carried out together, or leave a task no room.
    mutating func outcome(of edits: [WorkflowEdit]) throws -> Outcome? {
        let (workflow, places) = (question.document.workflow, places)
        var quality = 1.0
        func edited() throws -> Workflow {
            let edited = try workflow.applying(edits, places: places)
            quality = edited.quality
            return edited.workflow
        }
        do {
            let (timetable, instance) = try run(edited())
            return Outcome(use: ResourceUse(timetable, of: instance), quality: quality)
        } catch is InputError {
            return nil
        }
    }

    /// What a run of `workflow` uses.
    mutating func use(of workflow: Workflow) throws -> ResourceUse {
        let (timetable, instance) = try run(workflow)
        return ResourceUse(timetable, of: instance)
    }
}
