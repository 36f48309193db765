import Files
import Kernels
import Layers
import Reinforcement
import Tensors

/// Drawn observations with the values that a version gave when it was made: its self-test.
enum GoldenChoices {
    /// Candidates of the observations.
    private static let counts = [1, 2, 5, 64]

    private static func observations(features: Int) -> [Observation] {
        var generator = SeededGenerator(seed: 0x60_1D)
        return counts.map { count in
            Observation(
                state: (0..<WindowFeatures.stateCount).map { _ in generator.normal() },
                actions: (0..<count * features).map { _ in generator.normal() },
                isValid: [Bool](repeating: true, count: count))
        }
    }

    private static func values(_ scheduler: DQNScheduler) -> [Double] {
        observations(features: scheduler.network.featureCount).flatMap {
            scheduler.network.values(of: ObservationBatch([$0])).scalars.map(Double.init)
        }
    }

    static func archive(of scheduler: DQNScheduler) -> WeightArchive {
        var archive = WeightArchive()
        let values = values(scheduler)
        archive.set("values", shape: [values.count], .float64(values))
        GoldenComparison.sign(&archive)
        return archive
    }

    /// - Throws: `InputError` if a value is not finite, or differs: on the kind of processor that the version was made on in any
    ///   bit, elsewhere by more than 1e-5 of the largest.
    static func check(_ scheduler: DQNScheduler, against archive: WeightArchive) throws {
        let comparison = GoldenComparison(archive)
        let (values, expected) = (values(scheduler), try archive.doubles("values"))
        guard values.count == expected.count else {
            throw InputError("holds \(expected.count) numbers, not \(values.count)", field: "values")
        }
        let largest = expected.reduce(0) { max($0, abs($1)) }
        for (value, expected) in zip(values, expected)
        where !comparison.agrees(value, expected, scale: largest) {
            throw InputError(
                "the self-test fails: a candidate is worth \(value), not \(expected) \(comparison.words)",
                field: "values")
        }
    }
}
