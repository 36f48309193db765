import Foundation
import Kernels
import Workflows

extension SetSearch {
    /// Steps for each change that is combined, over all walks.
    static let stepsPerCandidate = 8
    /// Temperatures at the start and at the end, as parts of the range of the front.
    static let temperatures = (start: 0.05, end: 0.001)

    /// Steps of all walks together.
    var steps: Int { Self.stepsPerCandidate * candidates.count }

    /// Calls `walk` for each direction over the objectives, with how many steps it has, the set to start from, which is the
    /// best known by that direction, and its energy.
    mutating func forEachDirection(
        _ walk: (inout SetSearch, SearchDirection, _ steps: Int, _ start: Point, _ energy: Double) throws -> Void
    ) rethrows {
        let all = SearchDirection.weights(objectives.count)
        for (place, weights) in all.enumerated() {
            let direction = SearchDirection(weights, of: objectives, over: front)
            let energies = points.map { direction.energy($0.outcome) }
            guard let start = energies.indices.min(by: { energies[$0] < energies[$1] }) else { return }
            let count = (steps + place) / all.count
            try walk(&self, direction, count, points[start], energies[start])
        }
    }

    /// Walks from set to set, taking or leaving one change in each step: to a worse set with the probability exp(-d / T) for
    /// a difference d in energy, while the temperature T falls.
    ///
    /// Kirkpatrick, Gelatt, Vecchi, "Optimization by simulated annealing", 1983.
    mutating func anneal(_ runs: inout SimulatedRuns, using generator: inout SeededGenerator) throws {
        let count = candidates.count
        guard count > 1 else { return }
        try forEachDirection { search, direction, steps, start, least in
            var (set, energy) = (start.set, least)
            for step in 0..<steps {
                guard runs.hasTime() else { return }
                let next = search.flipped(set, Int.random(in: 0..<count, using: &generator))
                let draw = generator.uniformDouble()
                guard let outcome = try search.outcome(of: next, &runs) else { continue }
                let difference = direction.energy(outcome) - energy
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
