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

    @Option(help: "How often a choice is made at random in the beginning, from 0 to 1.")
    var explorationStart: Float = 0.5

    @Option(help: "How often a choice is made at random in the long run, from 0 to --exploration-start.")
    var explorationRate: Float = 0.05

    @Option(help: ArgumentHelp("Choices after which exploration is halfway from one to the other.", valueName: "n"))
    var explorationHalving = 1000

    @Option(help: ArgumentHelp("Transitions that are kept.", valueName: "n"))
    var replay = QLearning().configuration.replayCapacity

    @Option(
        help: ArgumentHelp(
            "Streams on which srpt-path shows what it does before the first epoch, with 500 updates each.",
            valueName: "n"))
    var demonstrations = QLearning().demonstrations

    @Option(
        help: ArgumentHelp(
            "The part of --replay in which demonstrations stay for good, from 0 to 0.9; what is over goes as its own transitions do.",
            valueName: "share"))
    var keepDemonstrations = QLearning().configuration.demonstrationShare

    @Option(help: "What is added to the error of a demonstration where transitions are drawn by their errors.")
    var demonstrationBonus = 0.0

    @Option(help: "What the loss counts by which the task of a demonstration is worth more than others.")
    var imitation = QLearning().configuration.imitation

    @Option(help: "By how much it should be worth more.")
    var imitationMargin = QLearning().configuration.margin

    @Option(help: "What the loss counts by which choices that were not made are worth less than those that were.")
    var conservatism = QLearning().configuration.conservatism

    @Flag(
        inversion: .prefixedNo,
        help: "Reward what is better than the cluster draining what is there, instead of completion itself.")
    var shaping = QLearning().isShaped

    func validate() throws {
        for (name, value, most) in [
            ("epochs", epochs, 1000), ("episodes", episodes, 1000), ("steps", steps, 10_000),
            ("updates-per-copy", updatesPerCopy, 1_000_000), ("actions-per-update", actionsPerUpdate, 1_000_000),
            ("exploration-halving", explorationHalving, 1_000_000_000),
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
        guard (0...1).contains(explorationStart), (0...explorationStart).contains(explorationRate) else {
            throw ValidationError("--exploration-start is not between 0 and 1, or --exploration-rate not below it")
        }
        for (name, value) in [
            ("imitation", imitation), ("imitation-margin", imitationMargin), ("conservatism", conservatism),
            ("demonstration-bonus", Float(demonstrationBonus)),
        ] where !(0...1e6).contains(value) {
            throw ValidationError("--\(name) is \(value), not between 0 and 1e6")
        }
        guard (0...0.9).contains(keepDemonstrations) else {
            throw ValidationError("--keep-demonstrations is \(keepDemonstrations), not between 0 and 0.9")
        }
        guard imitation > 0 || imitationMargin == QLearning().configuration.margin else {
            throw ValidationError("--imitation-margin does nothing without --imitation")
        }
        for (name, isGiven) in [
            ("imitation", imitation > 0), ("demonstration-bonus", demonstrationBonus > 0),
            ("keep-demonstrations", keepDemonstrations != QLearning().configuration.demonstrationShare),
        ] where isGiven && demonstrations == 0 {
            throw ValidationError("--\(name) is about demonstrations, of which there are none; add --demonstrations")
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
        learning.configuration.conservatism = conservatism
        learning.configuration.exploration = .halving(
            from: explorationStart, to: explorationRate, every: explorationHalving)
        learning.configuration.replayCapacity = replay
        learning.configuration.demonstrationShare = keepDemonstrations
        learning.configuration.sampling = .prioritised(bonus: demonstrationBonus)
        return learning
    }
}
