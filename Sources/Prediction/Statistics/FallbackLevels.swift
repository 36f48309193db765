import Foundation
import Workflows

/// Medians over ever wider groups, for a type, or a target of it, that nothing is known of.
struct FallbackLevels: Sendable {
    /// A median and how it was come by.
    struct Level: Sendable {
        var median: Double
        var residuals: ResidualDistribution
        var reason: String
    }

    private var processes: [String: [ResourceTarget: Level]] = [:]
    private var workflows: [String: [ResourceTarget: Level]] = [:]
    private var everything: [ResourceTarget: Level] = [:]

    /// What is said of a task when nothing was ever observed: one core, 1 GiB, one minute, each within a factor of 30.
    static let prior: [ResourceTarget: Double] = [.cpu: 1, .memory: 1_073_741_824, .duration: 60]

    /// What is added to each quantile: half a unit at 0.05 and 0.95, as the quantiles of a normal distribution go.
    private static let offsets = ForecastLevels.normalScores.map { $0 / 2 }

    init(_ observed: ObservedExecutions) {
        var byProcess: [String: [TaskExecution]] = [:]
        var byWorkflow: [String: [TaskExecution]] = [:]
        for (_, rows) in observed.types.sorted(by: { $0.key < $1.key }) {
            guard let task = rows.first?.task else { continue }
            byProcess[task.process, default: []] += rows
            if let workflow = task.workflow { byWorkflow[workflow, default: []] += rows }
        }
        processes = byProcess.mapValues { Self.levels($0, "the process in other workflows", widening: 1.5) }
        workflows = byWorkflow.mapValues { Self.levels($0, "the workflow", widening: 2) }
        everything = Self.levels(observed.all, "all workflows", widening: 2)
    }

    private static func levels(
        _ rows: [TaskExecution], _ group: String, widening: Double
    ) -> [ResourceTarget: Level] {
        var levels: [ResourceTarget: Level] = [:]
        for target in ResourceTarget.allCases {
            let values = rows.compactMap { $0[target] }.sorted()
            guard !values.isEmpty else { continue }
            let center = median(ofSorted: values)
            let shifts = zip(ForecastLevels.all, offsets).map { level, offset in
                log(quantile(level, ofSorted: values) / center) * widening + offset
            }
            levels[target] = Level(
                median: center, residuals: ResidualDistribution(shifts: shifts),
                reason: "no completed execution of this type: median of \(values.count) executions of \(group)")
        }
        return levels
    }

    /// The narrowest group that knows something of `target`.
    func level(of task: TaskSpec, _ target: ResourceTarget) -> Level {
        processes[task.process]?[target] ?? task.workflow.flatMap { workflows[$0]?[target] } ?? everything[target]
            ?? Level(
                median: Self.prior[target] ?? 1,
                residuals: ResidualDistribution(shifts: Self.offsets.map { $0 * 2 * log(30) }),
                reason: "nothing was ever observed: a guess")
    }
}
