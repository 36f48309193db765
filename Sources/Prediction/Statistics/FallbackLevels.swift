import Foundation
import Workflows

/// Medians over ever wider groups, for a type, or a target of it, that nothing is known of.
struct FallbackLevels: Sendable {
    /// A median and how it was come by.
    struct Level: Sendable {
        var median: Double
        var residuals: ResidualDistribution
        /// Of what it is the median; nil for a guess.
        var source: String?

        /// Why it answers for a type that `isKnown` or of which no execution is.
        func reason(isKnown: Bool) -> String {
            guard let source else { return "nothing was ever observed: a guess" }
            return (isKnown ? "never measured for this type: " : "no completed execution of this type: ") + source
        }
    }

    /// Whose executions a median is taken of.
    enum Group: Hashable, Sendable {
        case process(String), tool(String), workflow(String), everything

        fileprivate var words: String {
            switch self {
            case .process: "the process in other workflows"
            case .tool(let name): "the tool \(name)"
            case .workflow: "the workflow"
            case .everything: "all workflows"
            }
        }

        /// How many times wider than its values an interval is.
        fileprivate var widening: Double {
            if case .process = self { 1.5 } else { 2 }
        }
    }

    private var levels: [Group: [ResourceTarget: Level]] = [:]

    /// What is said of a task when nothing was ever observed: one core, 1 GiB, one minute, each within a factor of 30.
    static let prior: [ResourceTarget: Double] = [.cpu: 1, .memory: 1_073_741_824, .duration: 60]

    /// What is added to each quantile: half a unit at 0.05 and 0.95, as the quantiles of a normal distribution go.
    private static let offsets = ForecastLevels.normalScores.map { $0 / 2 }

    /// Takes the level of `target` in `group` from its values, `sorted` from the least on.
    mutating func set(_ target: ResourceTarget, of group: Group, _ sorted: [Double]) {
        guard !sorted.isEmpty else { return }
        let center = median(ofSorted: sorted)
        let shifts = zip(ForecastLevels.all, Self.offsets).map { level, offset in
            log(quantile(level, ofSorted: sorted) / center) * group.widening + offset
        }
        levels[group, default: [:]][target] = Level(
            median: center, residuals: ResidualDistribution(shifts: shifts),
            source: "median of \(sorted.count) executions of \(group.words)")
    }

    /// The narrowest group that knows something of `target`: the process, the tool, the workflow, all.
    func level(of task: TaskSpec, _ target: ResourceTarget) -> Level {
        levels[.process(task.process)]?[target] ?? task.tool.flatMap { levels[.tool($0)]?[target] }
            ?? task.workflow.flatMap { levels[.workflow($0)]?[target] } ?? levels[.everything]?[target]
            ?? Level(
                median: Self.prior[target] ?? 1,
                residuals: ResidualDistribution(shifts: Self.offsets.map { $0 * 2 * log(30) }), source: nil)
    }
}
