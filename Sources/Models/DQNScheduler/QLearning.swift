import Kernels
import Reinforcement
import Scheduling
import Simulation
import Training
import Workflows

/// Deep Q-learning of a scheduler in the twin: a network that knows nothing learns from episodes of its own, each a stream, what
/// the tasks of a window are worth.
///
/// ``DQNSchedulerTrainer`` finds better schedulers. This shows how the learning goes, and what each part of it is worth: a part
/// that is left out is replaced by what it improves on.
public struct QLearning: Sendable {
    /// What may be left out, one at a time.
    public enum Part: String, CaseIterable, Sendable {
        /// The action behind is chosen by the online network; else by the target network, which values it.
        case double
        /// A value of the state beside advantages of the actions; else a value of each action.
        case duelling
        /// Transitions of ``DQNConfiguration/steps`` steps; else of one.
        case nStep = "n-step"
        /// Transitions are drawn by their errors; else each as often as any other.
        case prioritised

        /// What there is in its place.
        public var replacement: String {
            switch self {
            case .double: "else the target network chooses the action that it values"
            case .duelling: "else each action has a value of its own"
            case .nStep: "else transitions are of one step"
            case .prioritised: "else transitions are drawn evenly"
            }
        }
    }

    /// How it learns, with all parts.
    public var configuration: DQNConfiguration
    /// The part that is left out.
    public var leftOut: Part?
    /// H, the width of the network's layers.
    public var width = 32
    /// Tasks of a window, at the most.
    public var window = DQNScheduler.defaultWindow
    /// What is seen of a candidate.
    public var sight = WindowFeatures.Sight()
    /// Seconds, in mean longest paths, after which a reward is worth e^-1 of one now.
    public var horizon = 1.0
    /// What is rewarded, and networks are evaluated by; each part relative to the rule `srpt-path` on the same stream.
    public var reward = SchedulingReward()
    /// Whether rewards are told beyond an outlook: see ``SchedulingEnvironment/isShaped``.
    public var isShaped = false
    /// Who shows what is done before the first epoch.
    public enum Teacher: String, CaseIterable, Sendable {
        /// The rule `srpt-path`, on streams like those that are learned from.
        case rule
        /// The executions of a history, on the history's own stream in the twin: see ``LoggedStream``.
        case logged
        /// The rule, and then the executions.
        case both

        /// Whether executions show something.
        public var usesLog: Bool { self != .rule }
    }

    /// Who shows it.
    public var teacher = Teacher.rule
    /// What logged executions did, on a cluster of its own; there where the ``teacher`` uses it.
    public var log: LoggedStream?
    /// Streams on which it is shown before the first epoch: of the rule so many streams, of a log so many consecutive parts.
    public var demonstrations = 0
    /// Steps of the optimizer behind each of them.
    public var updatesPerDemonstration = 500
    /// Epochs; behind each the network is evaluated.
    public var epochs = 10
    /// Streams of an epoch.
    public var episodes = 4

    /// Learning with the defaults: those of ``DQNConfiguration``, with more exploration in the beginning and an earlier one.
    public init() {
        configuration = DQNConfiguration()
        configuration.exploration = .halving(from: 0.5, to: 0.05, every: 1000)
        (configuration.warmUp, configuration.updatesPerCopy) = (200, 100)
    }

    /// What a run came to.
    public struct Outcome: Sendable {
        /// The network of the best epoch, as a scheduler.
        public var scheduler: DQNScheduler
        /// What is rewarded, mean completion unless something else is, on validation streams over that of the rule `srpt-path`,
        /// minus 1: before the first epoch, then behind each of them.
        public var costs: [Double]
    }

    /// Learns from the streams of `seed` and those behind it.
    ///
    /// - Throws: `TrainingError`, `TrainingInterruption` where the session ends it, and what `streams` throws.
    public func run(
        on cluster: Cluster, streams: @escaping @Sendable (_ seed: UInt64) throws -> [Arrival], validation: [[Arrival]],
        seed: UInt64, session: TrainingSession = .init()
    ) throws -> Outcome {
        var generator = SeededGenerator(seed: seed)
        let network = CandidateNetwork(
            state: WindowFeatures.stateCount, features: sight.count, width: width,
            isDuelling: leftOut != .duelling, using: &generator)
        var learner = DQN(network, effective, seed: seed)
        var environment = SchedulingEnvironment(
            on: cluster, order: DQNSchedulerTrainer.base.choosing(window: window), horizon: horizon, arrivals: streams)
        (environment.isShaped, environment.sight) = (isShaped, sight)
        (environment.reward, environment.isRelative) = (reward, true)
        func difference(_ network: CandidateNetwork) -> Double {
            DQNSchedulerTrainer.difference(scheduler(network), on: validation, by: reward)
        }
        let first = difference(network)
        var training = AgentTraining(epochs: epochs, episodesPerEpoch: episodes)
        let lessons = lessons(in: environment)
        training.demonstrations.episodes = teacher == .logged ? 0 : demonstrations
        training.demonstrations.updates =
            (training.demonstrations.episodes + lessons.count) * updatesPerDemonstration
        // They change what every reward is.
        var session = session
        session.identity["horizon"] = .number(horizon)
        session.identity["isShaped"] = .bool(isShaped)
        if !lessons.isEmpty {
            session.identity["teacher"] = .string(teacher.rawValue)
            session.identity["log"] = log.map { .string($0.digest) }
        }
        if reward != .init() { session.identity["reward"] = .string("\(reward)") }
        // The first task of a window is the one that the rule takes.
        let records = try training.run(&learner, in: &environment, seed: seed, session: session, lessons: lessons) {
            Float(difference($0))
        }
        return Outcome(
            scheduler: scheduler(learner.online),
            costs: [first] + records.map { Double($0.validationLoss) })
    }

    private func scheduler(_ network: CandidateNetwork) -> DQNScheduler {
        DQNScheduler(network, window: window, seesUncertainty: sight.hasUncertainty)
    }

    /// What the log shows: its parts in the twin, with the tasks that it has first.
    func lessons(in environment: SchedulingEnvironment) -> [AgentTraining.Lesson<SchedulingEnvironment>] {
        guard teacher.usesLog, demonstrations > 0 else { return [] }
        guard let log else { preconditionFailure("no log to be shown") }
        return log.parts(demonstrations).map { part in
            var own = SchedulingEnvironment(
                on: part.arrivals[0].instance.cluster, order: environment.order, settings: environment.settings,
                reward: reward, horizon: horizon
            ) { _ in part.arrivals }
            (own.isShaped, own.sight, own.isRelative) = (isShaped, sight, true)
            return AgentTraining.Lesson(in: own) { _, world in
                world.simulation.map { part.place(in: $0.readyWindow) } ?? 0
            }
        }
    }

    /// The configuration without what is left out.
    private var effective: DQNConfiguration {
        var configuration = configuration
        switch leftOut {
        case .double: configuration.isDouble = false
        case .nStep: configuration.steps = 1
        case .prioritised: configuration.sampling = .uniform
        case .duelling, nil: break
        }
        return configuration
    }
}
