import Foundation
import Kernels
import Workflows

extension SetSearch {
    /// Steps for each change that is combined.
    static let stepsPerCandidate = 4
    /// Temperatures at the start and at the end, as parts of what the workflow as it is comes to.
    static let temperatures = (start: 0.05, end: 0.001)

    /// Weights of the objectives, for one walk each: the first counts most, then all alike.
    var walks: [[Double]] {
        let count = question.stated.count
        let first = (0..<count).map { $0 == 0 ? 1.0 : 0.1 }
        return count > 1 ? [first, [Double](repeating: 1, count: count)] : [first]
    }

    /// Walks from set to set, taking or leaving one change in each step: to a worse set with the probability exp(-d / T) for
    /// a difference d in energy, while the temperature T falls.
    ///
    /// Kirkpatrick, Gelatt, Vecchi, "Optimization by simulated annealing", 1983.
    mutating func anneal(_ runs: inout SimulatedRuns, using generator: inout SeededGenerator) throws {
        let count = candidates.count
        guard count > 1 else { return }
        for weights in walks {
            let start = best
            var set = start.set
            var energy = energy(start.outcome, weights: weights)
            let steps = Self.stepsPerCandidate * count
            for step in 0..<steps {
                guard runs.hasTime() else { return }
                let next = flipped(set, Int.random(in: 0..<count, using: &generator))
                let draw = generator.uniformDouble()
                guard let outcome = try outcome(of: next, &runs) else { continue }
                let difference = self.energy(outcome, weights: weights) - energy
                if difference <= 0 || draw < exp(-difference / Self.temperature(step, of: steps)) {
                    (set, energy) = (next, energy + difference)
                }
            }
        }
    }

    /// `set` with the change at `place` taken if it was left, and left if it was taken.
    func flipped(_ set: [Int], _ place: Int) -> [Int] {
        set.contains(place) ? set.filter { $0 != place } : (set + [place]).sorted()
    }

    static func temperature(_ step: Int, of steps: Int) -> Double {
        temperatures.start * pow(temperatures.end / temperatures.start, Double(step) / Double(max(steps - 1, 1)))
    }
}
