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
        let kept = DQNSchedulerTrainer.difference(outcome.scheduler, on: validation)
        #expect(abs(kept - (outcome.costs.min() ?? .infinity)) < 1e-6 && outcome.scheduler.window == learning.window)
        let network = outcome.scheduler.network
        #expect(try run(learning).scheduler.network.archived == network.archived)
        #expect((network.value == nil) == (leftOut == .duelling))
        // What is left out makes a difference to what is learned.
        var whole = learning
        whole.leftOut = nil
        #expect(try (run(whole).costs == outcome.costs) == (leftOut == nil))
    }

    /// Every setting that changes is told, by its name and as it was written.
    @Test func hyperparametersTellHowItLearns() {
        var learning = QLearning()
        let plain = learning.hyperparameters
        #expect(plain["learningRate"] == 0.001 && plain["explorationRate"] == 0.05 && plain["explorationStart"] == 0.5)
        #expect(plain["explorationHalving"] == 1000 && plain["window"] == 64 && plain["replay"] == 10_000)
        func changed(_ change: (inout QLearning) -> Void) -> Set<String> {
            var other = learning
            change(&other)
            let all = other.hyperparameters
            return Set(all.keys.filter { all[$0] != plain[$0] }).union(plain.keys.filter { all[$0] == nil })
        }
        #expect(
            changed { $0.configuration.exploration = .constant(0.05) } == ["explorationStart", "explorationHalving"])
        #expect(
            changed { $0.configuration.sampling = .uniform }
                == ["priorityExponent", "priorityCorrection", "priorityFloor", "demonstrationBonus"])
        #expect(changed { $0.configuration.sampling = .prioritised(bonus: 2) } == ["demonstrationBonus"])
        #expect(
            changed { ($0.isShaped, $0.demonstrations, $0.window) = (true, 3, 9) } == [
                "shaping", "demonstrations", "window",
            ])
        #expect(
            changed { ($0.configuration.steps, $0.horizon, $0.epochs) = (5, 3, 7) } == ["steps", "horizon", "epochs"])
        learning.configuration.learningRate = 0.02
        #expect(learning.hyperparameters["learningRate"] == 0.02)
    }
}
