import Foundation
import Workflows

/// What kinds of node add to ln of one target of one task type: learned where the type has run, and otherwise from what
/// their benchmarks say.
///
/// The model of execution i on machine k with features x (without the name of the machine) is
///
///     ln yᵢ = xᵢ w + γ sₖ + uₖ + eᵢ,    uₖ ~ τ t₂,    eᵢ ~ N(0, σ²)
///
/// with the score s of the machine. What a benchmark is worth is weighed between two beliefs, equally likely at first:
/// γ ~ N(-1, ½²), twice the score halves the time, and γ = 0, the score says nothing of this type (a task on a GPU,
/// beside the benchmark of the CPU). The tails of Student's t keep one odd machine from speaking for all. CPU and
/// memory follow no benchmark: γ = 0.
///
/// ```swift
/// let effects = MachineEffects(executions, of: .duration, scores: MachineScores(benchmarks))
/// let shift = effects?.shift(of: task) ?? 0        // to be added to ln of the forecast for an average machine
/// ```
public struct MachineEffects: Sendable {
    private let scores: MachineScores
    /// γ sₖ + uₖ of each machine that the type has run on, less their mean over its executions.
    private let known: [MachineScores.Machine: Double]
    /// The mean of γ under both beliefs.
    public let slope: Double
    /// The score that slopes start from.
    private let center: Double
    /// The mean over executions of what machines add.
    private let mean: Double
    private let scale: Double
    private let slopeVariance: Double

    /// Learns from `executions` of one type.
    ///
    /// - Returns: nil where no execution has `target` and a machine: nothing then depends on machines.
    public init?(_ executions: [TaskExecution], of target: ResourceTarget, scores: MachineScores) {
        guard !scores.keys.isEmpty else { return nil }
        var tasks: [TaskSpec] = []
        var machines: [MachineScores.Machine] = []
        var logarithms: [Double] = []
        for execution in executions {
            guard let value = execution[target], let machine = scores.machine(of: execution.task) else { continue }
            tasks.append(execution.task)
            machines.append(machine)
            logarithms.append(log(value))
        }
        guard !tasks.isEmpty else { return nil }
        let names = Set(machines).sorted()
        let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        let known = machines.compactMap(scores.score)
        let center = known.isEmpty ? 0 : known.reduce(0, +) / Double(known.count)
        let columns = FeatureColumns(tasks, excluding: Set(scores.keys))
        let points = names.map { (scores.score(of: $0) ?? center) - center }
        guard
            let sample = MachineSample(
                tasks.map { columns.values(of: $0) }, machines: machines.map { places[$0] ?? 0 }, scores: points,
                logarithms: logarithms)
        else { return nil }
        let beliefs = [sample.fit(prior: nil)] + (target == .duration ? [sample.fit(prior: .speed)] : [])
        let best = beliefs.map(\.evidence).max() ?? 0
        let weights = beliefs.map { exp($0.evidence - best) }
        let total = weights.reduce(0, +)
        func mean(_ value: (MachineFit) -> Double) -> Double {
            zip(beliefs, weights).reduce(0) { $0 + $1.1 * value($1.0) } / total
        }
        let slope = mean(\.slope)
        let effects = names.indices.map { machine in mean { $0.slope * points[machine] + $0.effects[machine] } }
        let average = machines.reduce(0) { $0 + effects[places[$1] ?? 0] } / Double(machines.count)
        self.scores = scores
        self.slope = slope
        self.center = center
        self.mean = average
        self.known = Dictionary(uniqueKeysWithValues: zip(names, effects.map { $0 - average }))
        scale = mean(\.scale)
        slopeVariance = mean { $0.slopeVariance + ($0.slope - slope) * ($0.slope - slope) }
    }

    /// What it takes to learn, in units of ``FitWork``.
    static func units(rows: Int, features: Int) -> Int { rows * (5_000 + features * (50 + features)) }

    /// What the machine of `task` adds to ln of the target, beside the average over the executions of the type; 0 where
    /// it is not known.
    public func shift(of task: TaskSpec) -> Double {
        guard let machine = scores.machine(of: task) else { return 0 }
        return known[machine] ?? slope * ((scores.score(of: machine) ?? center) - center) - mean
    }

    /// Half the width of the interval, in ln, that holds the shift with probability 0.9 where the machine is new to the
    /// type; 0 where it is not: then the residuals show it.
    ///
    /// Student's t with two degrees of freedom reaches its quantile 0.95 at 2.92 times its scale.
    public func uncertainty(of task: TaskSpec) -> Double {
        guard let machine = scores.machine(of: task), known[machine] == nil else { return 0 }
        let distance = (scores.score(of: machine) ?? center) - center
        let (own, slope) = (2.92 * scale, 1.645 * slopeVariance.squareRoot() * distance)
        return (own * own + slope * slope).squareRoot()
    }
}
