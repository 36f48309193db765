import ArgumentParser
import Files
import Models
import Reinforcement
import Settings

/// How a deep Q-network learns to schedule; where an option is not given, some are what the settings say.
struct LearningOptions: ParsableArguments {
    private static let defaults = QLearning()

    @Option(help: ArgumentHelp("Epochs of a run.", valueName: "n"))
    var epochs = 10

    @Option(help: ArgumentHelp("Streams of an epoch.", valueName: "n"))
    var episodes = 4

    @Option(
        help: ArgumentHelp(
            "Mean longest paths of workflows after which a reward counts e^-1 of one now.", valueName: "n"))
    var horizon = Self.defaults.horizon

    @Option(help: ArgumentHelp("Choices of a transition, where there are n-steps.", valueName: "n"))
    var steps = Self.defaults.configuration.steps

    @OptionGroup var window: WindowOption

    @Option(
        help: """
            The step size of Adam; learning_rate of the settings, else \(Self.defaults.configuration.learningRate).
            """)
    var learningRate: Float?

    @Option(
        help: ArgumentHelp(
            "Transitions in a step of the optimizer; batch_size of the settings, else \(Self.defaults.configuration.batchSize).",
            valueName: "n"))
    var batchSize: Int?

    @Option(help: ArgumentHelp("Updates from one copy to the target network to the next.", valueName: "n"))
    var updatesPerCopy = Self.defaults.configuration.updatesPerCopy

    @Option(help: ArgumentHelp("Choices from one update to the next.", valueName: "n"))
    var actionsPerUpdate = Self.defaults.configuration.actionsPerUpdate

    @Option(help: "How often a choice is made at random in the beginning, from 0 to 1; else 0.5, or what it falls to.")
    var explorationStart: Float?

    @Option(help: "How often a choice is made at random in the long run; exploration_rate of the settings, else 0.05.")
    var explorationRate: Float?

    @Option(help: ArgumentHelp("Choices after which exploration is halfway from one to the other.", valueName: "n"))
    var explorationHalving = 1000

    @Option(
        help: ArgumentHelp(
            "Transitions that are kept; replay_capacity of the settings, else \(Self.defaults.configuration.replayCapacity).",
            valueName: "n"))
    var replay: Int?

    @Option(
        help: ArgumentHelp(
            "Streams on which it is shown what is done before the first epoch, with 500 updates each; of a log so many consecutive parts.",
            valueName: "n"))
    var demonstrations = Self.defaults.demonstrations

    @Option(
        help: ArgumentHelp(
            "Who shows it: rule, which is srpt-path, logged, the executions of --history, or both.", valueName: "who"))
    var teacher = Self.defaults.teacher

    @Option(
        help: ArgumentHelp(
            "The part of --replay in which demonstrations stay for good, from 0 to 0.9; what is over goes as its own transitions do.",
            valueName: "share"))
    var keepDemonstrations = Self.defaults.configuration.demonstrationShare

    @Option(help: "What is added to the error of a demonstration where transitions are drawn by their errors.")
    var demonstrationBonus = 0.0

    @Option(help: "What the loss counts by which the task of a demonstration is worth more than others.")
    var imitation = Self.defaults.configuration.imitation

    @Option(help: "By how much it should be worth more.")
    var imitationMargin = Self.defaults.configuration.margin

    @Option(help: "What the loss counts by which choices that were not made are worth less than those that were.")
    var conservatism = Self.defaults.configuration.conservatism

    @Flag(
        inversion: .prefixedNo,
        help: "Reward what is better than the cluster draining what is there, instead of completion itself.")
    var shaping = Self.defaults.isShaped

    func validate() throws {
        for (name, value, most) in [
            ("epochs", epochs, 1000), ("episodes", episodes, 1000), ("steps", steps, 10_000),
            ("updates-per-copy", updatesPerCopy, 1_000_000), ("actions-per-update", actionsPerUpdate, 1_000_000),
            ("exploration-halving", explorationHalving, 1_000_000_000), ("batch-size", batchSize ?? 1, 65_536),
        ] where !(1...most).contains(value) {
            throw ValidationError("--\(name) is \(value), not between 1 and \(most)")
        }
        if let replay, !Self.capacities.contains(replay) {
            throw ValidationError("--replay is \(replay), not \(Self.capacitiesInWords)")
        }
        guard (0...1000).contains(demonstrations) else {
            throw ValidationError("--demonstrations is \(demonstrations), not between 0 and 1000")
        }
        let rate = learningRate ?? 1
        guard horizon > 0, horizon <= 1e6, rate > 0, rate <= 1 else {
            throw ValidationError("--horizon or --learning-rate is not above 0, or too large")
        }
        for (name, value) in [
            ("exploration-start", explorationStart ?? 0), ("exploration-rate", explorationRate ?? 0),
        ] where !(0...1).contains(value) {
            throw ValidationError("--\(name) is \(value), not between 0 and 1")
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
        guard imitation > 0 || imitationMargin == Self.defaults.configuration.margin else {
            throw ValidationError("--imitation-margin does nothing without --imitation")
        }
        for (name, isGiven) in [
            ("teacher", teacher != Self.defaults.teacher), ("imitation", imitation > 0),
            ("demonstration-bonus", demonstrationBonus > 0),
            ("keep-demonstrations", keepDemonstrations != Self.defaults.configuration.demonstrationShare),
        ] where isGiven && demonstrations == 0 {
            throw ValidationError("--\(name) is about demonstrations, of which there are none; add --demonstrations")
        }
    }

    /// Streams that one run learns from, those that are shown included.
    var streamCount: Int { epochs * episodes + (teacher == .logged ? 0 : demonstrations) }

    /// Transitions that can be kept: no fewer than there are before the first update.
    private static var capacities: ClosedRange<Int> { defaults.configuration.warmUp...1_000_000 }
    private static var capacitiesInWords: String { "between \(capacities.lowerBound) and \(capacities.upperBound)" }

    /// The learner, by the options and, where they do not say, by `stated`.
    ///
    /// - Throws: `InputError` that names what does not go with the others, with its line where it is one of the settings.
    func learner(_ stated: Settings.Learning) throws -> QLearning {
        var learning = Self.defaults
        (learning.epochs, learning.episodes, learning.horizon) = (epochs, episodes, horizon)
        (learning.isShaped, learning.demonstrations, learning.teacher) = (shaping, demonstrations, teacher)
        learning.window = window.tasks(stated)
        var configuration = learning.configuration
        configuration.steps = steps
        configuration.learningRate =
            learningRate ?? stated.learningRate.map { Float($0.value) } ?? configuration.learningRate
        configuration.batchSize = batchSize ?? stated.batchSize?.value ?? configuration.batchSize
        (configuration.updatesPerCopy, configuration.actionsPerUpdate) = (updatesPerCopy, actionsPerUpdate)
        (configuration.imitation, configuration.margin) = (imitation, imitationMargin)
        configuration.conservatism = conservatism
        configuration.exploration = try exploration(stated)
        configuration.replayCapacity = try replay ?? capacity(stated) ?? configuration.replayCapacity
        configuration.demonstrationShare = keepDemonstrations
        configuration.sampling = .prioritised(bonus: demonstrationBonus)
        learning.configuration = configuration
        return learning
    }

    private func exploration(_ stated: Settings.Learning) throws -> Exploration {
        let rate = explorationRate ?? stated.explorationRate.map { Float($0.value) } ?? 0.05
        let start = explorationStart ?? max(0.5, rate)
        guard rate <= start else {
            let problem = "is \(rate), above --exploration-start, which is \(start)"
            guard explorationRate == nil, let stated = stated.explorationRate else {
                throw InputError(problem, field: "--exploration-rate")
            }
            throw stated.failure(problem)
        }
        return .halving(from: start, to: rate, every: explorationHalving)
    }

    private func capacity(_ stated: Settings.Learning) throws -> Int? {
        guard let capacity = stated.replayCapacity else { return nil }
        guard Self.capacities.contains(capacity.value) else {
            throw capacity.failure("is \(capacity.value), not \(Self.capacitiesInWords)")
        }
        return capacity.value
    }
}

extension QLearning.Teacher: ExpressibleByArgument {}
