import Layers
import Reinforcement
import Testing

@testable import Models

extension CandidateNetwork {
    fileprivate var archived: WeightArchive {
        var archive = WeightArchive()
        write(to: &archive)
        return archive
    }
}

struct QLearningTests {
    @Test(arguments: [nil] + QLearning.Part.allCases.map(Optional.some))
    func deepQLearningGoesOnWithoutEachPart(leftOut: QLearning.Part?) throws {
        var learning = QLearning()
        (learning.width, learning.epochs, learning.episodes, learning.leftOut) = (8, 2, 2, leftOut)
        (learning.configuration.warmUp, learning.configuration.batchSize) = (20, 8)
        let validation = [try SchedulingStreams.stream(seed: 80)]
        func run(_ learning: QLearning) throws -> QLearning.Outcome {
            try learning.run(
                on: SchedulingStreams.cluster, streams: { try SchedulingStreams.stream(seed: $0) },
                validation: validation,
                seed: 3)
        }
        let outcome = try run(learning)
        #expect(outcome.costs.count == 3 && outcome.costs.allSatisfy(\.isFinite))
        // The best of all epochs is kept, and none depends on anything but the seed.
        let kept = DQNSchedulerTrainer().difference(outcome.scheduler, on: validation)
        #expect(abs(kept - (outcome.costs.min() ?? .infinity)) < 1e-6)
        let network = outcome.scheduler.network
        #expect(try run(learning).scheduler.network.archived == network.archived)
        #expect((network.value == nil) == (leftOut == .duelling))
        // What is left out makes a difference to what is learned.
        var whole = learning
        whole.leftOut = nil
        #expect(try (run(whole).costs == outcome.costs) == (leftOut == nil))
    }
}
