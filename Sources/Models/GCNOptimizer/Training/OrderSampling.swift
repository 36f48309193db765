import Foundation
import Kernels
import Scheduling
import Simulation

/// Draws orders of tasks from their priorities, and says in which direction each priority shortens the schedule.
///
/// Sorting m / s + g with independent Gumbel noise g draws from the distribution of Plackett and Luce over orders σ
/// (Yellott, 1977),
///
///     ln p(σ) = Σₖ (m(σₖ) / s - ln Σ_{j ≥ k} exp(m(σⱼ) / s))
///
/// with the scale s of the noise beside the priorities m. The gradient of the expected makespan is the mean of
/// (cost - mean) / deviation times that of ln p(σ), the deviation being that of the costs of one workflow's orders (REINFORCE,
/// Williams, 1992, with the cost standardised).
struct OrderSampling {
    /// What came out of the samples of one workflow.
    struct Outcome {
        /// Of the expected standardised makespan by the priority of each task.
        var gradient: [Double]
        /// The mean makespan of the samples, in seconds.
        var mean: Double
    }

    private var scheduler: ListScheduler

    /// - Parameter serialFrom: as ``ListScheduler`` takes it.
    init(_ instance: SchedulingInstance, serialFrom: Double = .infinity) {
        scheduler = ListScheduler(instance, serialFrom: serialFrom)
    }

    /// Samples `count` orders with noise of the scale `noise`.
    mutating func sample(
        _ priorities: [Double], count: Int, noise: Double, using generator: inout SeededGenerator
    ) -> Outcome {
        precondition(count > 1, "\(count) samples have no deviation")
        precondition(noise > 0 && noise.isFinite, "noise of the scale \(noise)")
        let priorities = priorities.map { $0 / noise }
        var noisy = priorities
        var orders: [[Int32]] = []
        var costs: [Double] = []
        for _ in 0..<count {
            for task in noisy.indices { noisy[task] = priorities[task] + Self.gumbel(&generator) }
            guard let cost = scheduler.makespan(of: noisy) else { preconditionFailure("a pass without an end ends") }
            orders.append(scheduler.order)
            costs.append(cost)
        }
        let mean = costs.reduce(0, +) / Double(count)
        let deviation = (costs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)).squareRoot()
        var gradient = [Double](repeating: 0, count: priorities.count)
        guard deviation > 1e-9 * mean else { return Outcome(gradient: gradient, mean: mean) }
        let exponentials = Self.exponentials(priorities)
        for (order, cost) in zip(orders, costs) {
            let weight = (cost - mean) / deviation / Double(count) / noise
            Self.addGradient(of: order, exponentials, weight: weight, into: &gradient)
        }
        return Outcome(gradient: gradient, mean: mean)
    }

    private static func gumbel(_ generator: inout SeededGenerator) -> Double {
        -log(-log(max(generator.uniformDouble(), 0x1p-60)))
    }

    /// exp(m - max m); what is under e^-600 is as good as that, so that sums of inverses stay finite.
    static func exponentials(_ priorities: [Double]) -> [Double] {
        let largest = priorities.max() ?? 0
        return priorities.map { exp(max($0 - largest, -600)) }
    }

    /// Adds `weight` times the gradient of ln p(`order`):
    ///
    ///     ∂ ln p / ∂ m(σₚ) = 1 - exp m(σₚ) Σ_{k ≤ p} 1 / Σ_{j ≥ k} exp m(σⱼ)
    static func addGradient(
        of order: [Int32], _ exponentials: [Double], weight: Double, into gradient: inout [Double]
    ) {
        // From the back, so that small terms are added first.
        var sums = [Double](repeating: 0, count: order.count)
        var sum = 0.0
        for place in order.indices.reversed() {
            sum += exponentials[Int(order[place])]
            sums[place] = sum
        }
        var inverses = 0.0
        for place in order.indices {
            let task = Int(order[place])
            inverses += 1 / sums[place]
            gradient[task] += weight * (1 - exponentials[task] * inverses)
        }
    }
}
