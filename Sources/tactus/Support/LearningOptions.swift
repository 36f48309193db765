import ArgumentParser
import Models
import Reinforcement

/// How a deep Q-network learns to schedule.
struct LearningOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Epochs of a run.", valueName: "n"))
    var epochs = 10

    @Option(help: ArgumentHelp("Streams of an epoch.", valueName: "n"))
    var episodes = 4

    @Option(
        help: ArgumentHelp(
            "Mean longest paths of workflows after which a reward counts e^-1 of one now.", valueName: "n"))
    var horizon = QLearning().horizon

    @Option(help: ArgumentHelp("Choices of a transition, where there are n-steps.", valueName: "n"))
    var steps = QLearning().configuration.steps

    @Option(help: "The step size of Adam.")
    var learningRate = QLearning().configuration.learningRate

    @Option(help: ArgumentHelp("Updates from one copy to the target network to the next.", valueName: "n"))
    var updatesPerCopy = QLearning().configuration.updatesPerCopy

    @Option(help: ArgumentHelp("Choices from one update to the next.", valueName: "n"))
    var actionsPerUpdate = QLearning().configuration.actionsPerUpdate

    @Option(help: ArgumentHelp("Choices after which exploration, from 0.5 down to 0.05, is halfway.", valueName: "n"))
    var explorationHalving: Int?

    @Option(help: ArgumentHelp("Transitions that are kept.", valueName: "n"))
    var replay = QLearning().configuration.replayCapacity

    @Option(
        help: ArgumentHelp(
            "Streams on which srpt-path shows what it does before the first epoch, with 500 updates each; what they hold is forgotten once --replay newer transitions are there.",
            valueName: "n"))
    var demonstrations = QLearning().demonstrations

    @Option(help: "What the loss counts by which the task of a demonstration is worth more than others.")
    var imitation = QLearning().configuration.imitation

    @Option(help: "By how much it should be worth more.")
    var imitationMargin = QLearning().configuration.margin

    @Flag(
        inversion: .prefixedNo,
        help: "Reward what is better than the cluster draining what is there, instead of completion itself.")
    var shaping = QLearning().isShaped

    func validate() throws {
        for (name, value, most) in [
            ("epochs", epochs, 1000), ("episodes", episodes, 1000), ("steps", steps, 10_000),
            ("updates-per-copy", updatesPerCopy, 1_000_000), ("actions-per-update", actionsPerUpdate, 1_000_000),
            ("exploration-halving", explorationHalving ?? 1, 1_000_000_000),
        ] where !(1...most).contains(value) {
            throw ValidationError("--\(name) is \(value), not between 1 and \(most)")
        }
        let least = QLearning().configuration.warmUp
        guard (least...1_000_000).contains(replay) else {
            throw ValidationError("--replay is \(replay), not between \(least) and 1000000")
        }
        guard (0...1000).contains(demonstrations) else {
            throw ValidationError("--demonstrations is \(demonstrations), not between 0 and 1000")
        }
        guard horizon > 0, horizon <= 1e6, learningRate > 0, learningRate <= 1 else {
            throw ValidationError("--horizon or --learning-rate is not above 0, or too large")
        }
        guard (0...1e6).contains(imitation), (0...1e6).contains(imitationMargin) else {
            throw ValidationError("--imitation or --imitation-margin is not between 0 and 1e6")
        }
        guard imitation > 0 || imitationMargin == QLearning().configuration.margin else {
            throw ValidationError("--imitation-margin does nothing without --imitation")
        }
        guard imitation == 0 || demonstrations > 0 else {
            throw ValidationError("--imitation counts demonstrations, of which there are none; add --demonstrations")
        }
    }

    /// Streams that one run learns from, those that are shown included.
    var streamCount: Int { epochs * episodes + demonstrations }

    /// The learner.
    var learner: QLearning {
        var learning = QLearning()
        (learning.epochs, learning.episodes, learning.horizon) = (epochs, episodes, horizon)
        (learning.isShaped, learning.demonstrations) = (shaping, demonstrations)
        (learning.configuration.steps, learning.configuration.learningRate) = (steps, learningRate)
        (learning.configuration.updatesPerCopy, learning.configuration.actionsPerUpdate) = (
            updatesPerCopy, actionsPerUpdate
        )
        (learning.configuration.imitation, learning.configuration.margin) = (imitation, imitationMargin)
        if let explorationHalving {
            learning.configuration.exploration = .halving(from: 0.5, to: 0.05, every: explorationHalving)
        }
        learning.configuration.replayCapacity = replay
        return learning
    }
}
