import Files
import Layers
import Training

/// Lets a learner act in an environment, episode by episode, and learn from what comes of it.
///
/// An epoch is a number of episodes with an evaluation behind them; the network of the best one is kept. The whole is a
/// function of the learner, the environment and the seed, whether it was interrupted and resumed in between or not.
public struct AgentTraining: Sendable, Equatable {
    /// Epochs, at the most.
    public var epochs: Int
    /// Episodes in an epoch.
    public var episodesPerEpoch: Int
    /// Actions of an episode, at the most; then it is cut off.
    public var actionsAtMost: Int
    /// What a teacher shows before the first epoch.
    public var demonstrations = Demonstrations()

    /// Episodes in which a teacher acts, and what is learned from them alone. Their transitions count as demonstrations, and
    /// stay in the replay memory up to ``DQNConfiguration/demonstrationShare``.
    public struct Demonstrations: Sendable, Equatable {
        /// Episodes.
        public var episodes = 0
        /// Steps of the optimizer behind them.
        public var updates = 0

        /// None.
        public init() {}
    }

    /// A further episode that is shown, in an environment of its own: what somebody did elsewhere. It counts as a demonstration.
    public struct Lesson<World: Environment> {
        /// Where it is shown.
        public var environment: World
        /// The action that is shown where something is observed there.
        public var teacher: (Observation, World) -> Int

        /// An episode of `environment`, whose seed is 0, with the actions of `teacher`.
        public init(in environment: World, teacher: @escaping (Observation, World) -> Int) {
            (self.environment, self.teacher) = (environment, teacher)
        }
    }

    /// A training of so many episodes.
    public init(epochs: Int, episodesPerEpoch: Int, actionsAtMost: Int = .max) {
        precondition(
            epochs >= 0 && episodesPerEpoch > 0 && actionsAtMost > 0,
            "\(epochs) epochs of \(episodesPerEpoch) episodes of \(actionsAtMost) actions")
        self.epochs = epochs
        self.episodesPerEpoch = episodesPerEpoch
        self.actionsAtMost = actionsAtMost
    }

    /// Trains `learner`; its online network is then the best of all epochs, the one that it began with included.
    ///
    /// - Parameters:
    ///   - environment: its episode i has the seed `seed` + i.
    ///   - session: what goes on beside it. A checkpoint is kept behind each epoch; an interruption keeps the beginning of the
    ///     episode that was under way.
    ///   - teacher: the action that is shown in a demonstration; the first valid one unless it is given.
    ///   - lessons: what is shown behind that, before what is shown is learned from.
    ///   - evaluation: how bad a network is: a cost, of which less is better.
    /// - Returns: one record for each epoch; its validation loss is the evaluation.
    /// - Throws: `TrainingError`, `TrainingInterruption`, and what the environment and the evaluation throw.
    @discardableResult
    public func run<Network: ActionValueNetwork, World: Environment>(
        _ learner: inout DQN<Network>, in environment: inout World, seed: UInt64,
        session: TrainingSession = .init(),
        teacher: (Observation) -> Int = { $0.isValid.firstIndex(of: true) ?? 0 },
        lessons: [Lesson<World>] = [],
        evaluation: (Network) throws -> Float
    ) throws -> [EpochRecord] {
        let configuration = configuration(of: learner, session.identity, seed: seed)
        var state = AgentState(learner: learner, best: learner.online)
        if let checkpoint = session.checkpoint, checkpoint.resumes {
            try checkpoint.read(format: AgentState<Network>.format, configuration) { try state.restore(from: $0) }
        } else {
            state.bestCost = try evaluation(learner.online)
            if demonstrations.episodes > 0 || !lessons.isEmpty {
                let recorder = DemonstrationRecorder(of: self, session)
                try recorder.show(to: &state.learner, in: &environment, seed: seed, teacher, lessons)
                state.keep(cost: try evaluation(state.learner.online))
            }
        }
        defer {
            learner = state.learner
            learner.online = state.best
            learner.replay.unmark()
        }
        for log in session.logs { try log.begin(configuration, updates: state.learner.updates) }
        session.progress(progress(of: state))
        while state.epoch <= epochs {
            while state.episode < episodesPerEpoch {
                let beginning = state.beginning()
                let episodeSeed = seed &+ UInt64((state.epoch - 1) * episodesPerEpoch + state.episode)
                guard try runEpisode(&state, in: &environment, seed: episodeSeed, session) else {
                    state.goBack(to: beginning)
                    try session.checkpoint?.write(state.archive, format: AgentState<Network>.format, configuration)
                    throw TrainingInterruption(
                        epoch: state.epoch, step: state.steps, checkpoint: session.checkpoint?.path)
                }
                state.episode += 1
            }
            let record = try endEpoch(&state, cost: try evaluation(state.learner.online))
            for log in session.logs { try log.add(record) }
            session.progress(progress(of: state))
            try session.checkpoint?.write(state.archive, format: AgentState<Network>.format, configuration)
        }
        return state.records
    }

    /// - Returns: whether it came to its end.
    private func runEpisode<Network: ActionValueNetwork>(
        _ state: inout AgentState<Network>, in environment: inout some Environment, seed: UInt64,
        _ session: TrainingSession
    ) throws -> Bool {
        guard var observation = try environment.begin(seed: seed) else { return true }
        var returns = Returns(steps: state.learner.configuration.steps)
        for _ in 0..<actionsAtMost {
            let action = state.learner.chooseAction(for: observation)
            let outcome = try environment.take(action)
            let step = Transition(
                observation: observation, action: action, reward: outcome.reward,
                discount: outcome.observation == nil ? 0 : outcome.discount, next: outcome.observation)
            for transition in returns.add(step) { state.learner.remember(transition) }
            if state.learner.isDue { try update(&state, session) }
            if session.shouldStop(progress(of: state)) { return false }
            guard let next = outcome.observation else { return true }
            observation = next
        }
        for transition in returns.cutOff() { state.learner.remember(transition) }
        return true
    }

    private func update<Network: ActionValueNetwork>(
        _ state: inout AgentState<Network>, _ session: TrainingSession
    ) throws {
        let (loss, norm) = try state.learner.update()
        state.steps += 1
        state.lossSum += Double(loss)
        let record = StepRecord(
            epoch: state.epoch, step: state.steps, updates: state.learner.updates, loss: loss, gradientNorm: norm,
            learningRate: state.learner.configuration.learningRate)
        for log in session.logs { try log.add(record) }
        session.progress(progress(of: state))
    }

    private func endEpoch<Network: ActionValueNetwork>(
        _ state: inout AgentState<Network>, cost: Float
    ) throws -> EpochRecord {
        let record = EpochRecord(
            epoch: state.epoch, updates: state.learner.updates,
            trainingLoss: Float(state.lossSum / Double(max(state.steps, 1))), validationLoss: cost,
            learningRate: state.learner.configuration.learningRate)
        state.records.append(record)
        state.keep(cost: cost)
        state.epoch += 1
        (state.episode, state.steps, state.lossSum) = (0, 0, 0)
        return record
    }

    private func progress<Network: ActionValueNetwork>(of state: AgentState<Network>) -> TrainingProgress {
        let isFinished = state.epoch > epochs
        return TrainingProgress(
            updates: (state.epoch - 1) * episodesPerEpoch + state.episode, totalUpdates: epochs * episodesPerEpoch,
            epoch: isFinished ? state.records.count : state.epoch,
            trainingLoss: state.steps == 0 ? nil : Float(state.lossSum / Double(state.steps)),
            validationLoss: state.records.last?.validationLoss, isFinished: isFinished)
    }

    private func configuration<Network: ActionValueNetwork>(
        of learner: DQN<Network>, _ identity: JSONObject, seed: UInt64
    ) -> JSONObject {
        var fields = identity
        fields["episodesPerEpoch"] = .integer(episodesPerEpoch)
        fields["actionsAtMost"] = .integer(actionsAtMost)
        if demonstrations != .init() { fields["demonstrations"] = .string("\(demonstrations)") }
        fields["seed"] = .string("\(seed)")
        fields["learner"] = .string("\(learner.configuration)")
        fields["parameters"] = .object(
            JSONObject(
                learner.online.parameterShapes.map { ($0.name, .array($0.shape.axes.map(JSONValue.integer))) }))
        return fields
    }
}

extension DQN {
    /// Whether an update is to be made behind the last action.
    var isDue: Bool { replay.count >= configuration.warmUp && actions.isMultiple(of: configuration.actionsPerUpdate) }
}
