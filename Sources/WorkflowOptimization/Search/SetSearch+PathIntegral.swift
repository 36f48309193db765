import Foundation
import Kernels
import Workflows

extension SetSearch {
    /// Copies of the set, P, in imaginary time.
    static let slices = 4
    /// The transverse field at the start; it falls linearly to nothing.
    static let field = 1.0
    /// The temperature of the copies together.
    static let quantumTemperature = 0.005

    /// Annealing by a transverse field instead of a temperature: P copies of the set, each change coupled to itself in the
    /// copies before and behind, with J = -(P T / 2) ln tanh(field / (P T)), so that copies drift together while the field
    /// falls. A step takes or leaves one change in one copy.
    ///
    /// Martoňák, Santoro, Tosatti, "Quantum annealing by the path-integral Monte Carlo method", 2002, equations 5 to 7.
    mutating func annealByPathIntegral(_ runs: inout SimulatedRuns, using generator: inout SeededGenerator) throws {
        let count = candidates.count
        guard count > 1 else { return }
        let heat = Double(Self.slices) * Self.quantumTemperature
        try forEachDirection { search, direction, steps, start, least in
            var copies = [[Int]](repeating: start.set, count: Self.slices)
            var energies = [Double](repeating: least, count: Self.slices)
            for step in 0..<steps {
                guard runs.hasTime() else { return }
                let field = Self.field * (1 - Double(step) / Double(steps))
                let coupling = -heat / 2 * log(tanh(field / heat))
                let slice = Int.random(in: 0..<Self.slices, using: &generator)
                let place = Int.random(in: 0..<count, using: &generator)
                let draw = generator.uniformDouble()
                let next = search.flipped(copies[slice], place)
                guard let outcome = try search.outcome(of: next, &runs) else { continue }
                let neighbours = [slice + 1, slice + Self.slices - 1].map { copies[$0 % Self.slices].contains(place) }
                let isTaken = copies[slice].contains(place)
                // Twice the coupling for each neighbour that agrees now and will not, less for each that will.
                let bond = neighbours.reduce(0) { $0 + ($1 == isTaken ? 2 : -2) * coupling }
                let energy = direction.energy(outcome)
                let difference = energy - energies[slice] + bond
                if difference <= 0 || draw < exp(-difference / heat) {
                    (copies[slice], energies[slice]) = (next, energy)
                }
            }
        }
    }

    /// Tries sets at random, of any size with the same chance: what a search is compared with.
    mutating func drawSets(_ count: Int, _ runs: inout SimulatedRuns, using generator: inout SeededGenerator) throws {
        guard candidates.count > 1 else { return }
        let end = runs.count + count
        // Sets that are known already cost no run.
        for _ in 0..<16 * count where runs.count < end && runs.hasTime() {
            let chance = generator.uniformDouble()
            let set = candidates.indices.filter { _ in generator.uniformDouble() < chance }
            _ = try outcome(of: Array(set), &runs)
        }
    }
}
