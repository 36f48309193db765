import Kernels

/// A search for the numbers at which a cost is least, by drawing some around the best so far and moving there.
///
/// Each generation draws λ points x = m + σ s √c z with normal z, ranks their costs, and moves m to the weighted mean of the better
/// half; paths of the last moves adapt the width c of each number and the step σ. Numbers are independent of each other:
/// Ros and Hansen, "A simple modification in CMA-ES achieving linear time and space complexity", PPSN 2008; the other constants are
/// those of Hansen, "The CMA evolution strategy: a tutorial", arXiv 1604.00772. Costs may be noisy, but those of one generation must be comparable.
///
/// ```swift
/// var strategy = EvolutionStrategy(from: [3, -2], scales: [1, 1], population: 8, seed: 1)
/// for _ in 0..<50 { strategy.tell(strategy.ask().map { $0[0] * $0[0] + $0[1] * $0[1] }) }
/// ```
public struct EvolutionStrategy: Sendable {
    /// m, where the search is.
    public private(set) var mean: [Double]
    /// σ, the step in units of the scales.
    public private(set) var step: Double
    /// λ, points of a generation.
    public let population: Int
    /// Generations that were told.
    public private(set) var generations = 0

    private let scales: [Double]
    private let weights: [Double]
    private let constants: Constants
    private var widths: [Double]
    private var widthPath: [Double]
    private var stepPath: [Double]
    private var draws: [[Double]] = []
    private var generator: SeededGenerator

    /// A search that begins at `mean`, each number being drawn within its scale times `step`.
    public init(from mean: [Double], scales: [Double], population: Int, step: Double = 0.5, seed: UInt64) {
        precondition(
            !mean.isEmpty && mean.count == scales.count && population >= 4 && step > 0,
            "\(mean.count) numbers with \(scales.count) scales, \(population) points of a step of \(step)")
        self.mean = mean
        self.scales = scales
        self.population = population
        self.step = step
        let raw = (0..<population / 2).map { logarithm(Double(population + 1) / 2) - logarithm(Double($0 + 1)) }
        let sum = raw.reduce(0, +)
        weights = raw.map { $0 / sum }
        constants = Constants(count: Double(mean.count), mass: 1 / weights.reduce(0) { $0 + $1 * $1 })
        widths = Array(repeating: 1, count: mean.count)
        widthPath = Array(repeating: 0, count: mean.count)
        stepPath = widthPath
        generator = SeededGenerator(seed: seed)
    }

    /// The points of the next generation.
    public mutating func ask() -> [[Double]] {
        draws = (0..<population).map { _ in mean.indices.map { _ in Double(generator.normal()) } }
        return draws.map { draw in
            mean.indices.map { mean[$0] + step * scales[$0] * widths[$0].squareRoot() * draw[$0] }
        }
    }

    /// Moves by what the points that were asked for last cost; infinite where a point is none.
    public mutating func tell(_ costs: [Double]) {
        precondition(
            costs.count == population && draws.count == population && !costs.contains(where: \.isNaN),
            "\(costs.count) costs for \(draws.count) points")
        generations += 1
        let order = costs.indices.sorted { costs[$0] != costs[$1] ? costs[$0] < costs[$1] : $0 < $1 }
        let best = weights.indices.map { draws[order[$0]] }
        let c = constants
        var length = 0.0
        let moves = mean.indices.map { place in zip(weights, best).reduce(0) { $0 + $1.0 * $1.1[place] } }
        for (place, move) in moves.enumerated() {
            mean[place] += step * scales[place] * widths[place].squareRoot() * move
            stepPath[place] =
                (1 - c.stepRate) * stepPath[place] + (c.stepRate * (2 - c.stepRate) * c.mass).squareRoot() * move
            length += stepPath[place] * stepPath[place]
        }
        length = length.squareRoot()
        var decay = 1.0
        for _ in 0..<2 * generations { decay *= 1 - c.stepRate }
        // Where the step grows fast, the path of widths stands still.
        let isShort = length / (1 - decay).squareRoot() < (1.4 + 2 / (c.count + 1)) * c.normalLength
        for (place, move) in moves.enumerated() {
            let width = widths[place]
            widthPath[place] *= 1 - c.widthRate
            if isShort {
                widthPath[place] += (c.widthRate * (2 - c.widthRate) * c.mass * width).squareRoot() * move
            }
            let lost = isShort ? 0 : c.widthRate * (2 - c.widthRate) * width
            let spread = zip(weights, best).reduce(0) { $0 + $1.0 * $1.1[place] * $1.1[place] }
            widths[place] =
                (1 - c.single - c.several) * width + c.single * (widthPath[place] * widthPath[place] + lost)
                + c.several * width * spread
        }
        step *= power(c.stepRate / c.damping * (length / c.normalLength - 1))
    }

    /// e^x of a small number.
    private func power(_ x: Double) -> Double { Double(exponential(Float(x))) }

    /// Rates of learning for n numbers, the better half of which has the mass μ_eff.
    private struct Constants: Sendable {
        let count, mass, widthRate, stepRate, single, several, damping, normalLength: Double

        init(count n: Double, mass: Double) {
            count = n
            self.mass = mass
            widthRate = (4 + mass / n) / (n + 4 + 2 * mass / n)
            stepRate = (mass + 2) / (n + mass + 5)
            // Fewer numbers are learned than with all correlations: they may be learned faster.
            let faster = (n + 2) / 3
            let single = min(1, faster * 2 / ((n + 1.3) * (n + 1.3) + mass))
            self.single = single
            several = min(1 - single, faster * 2 * (mass - 2 + 1 / mass) / ((n + 2) * (n + 2) + mass))
            damping = 1 + 2 * max(0, ((mass - 1) / (n + 1)).squareRoot() - 1) + stepRate
            // The expected length of a vector of n normal numbers.
            normalLength = n.squareRoot() * (1 - 1 / (4 * n) + 1 / (21 * n * n))
        }
    }
}
