import Training

/// Lets teachers act, and a learner learn from that, before the first epoch of a training. Nothing is kept of what is interrupted
/// here.
struct DemonstrationRecorder {
    private let training: AgentTraining
    private let session: TrainingSession
    private let present: TrainingProgress

    init(of training: AgentTraining, _ session: TrainingSession) {
        (self.training, self.session) = (training, session)
        present = TrainingProgress(
            updates: 0, totalUpdates: training.epochs * training.episodesPerEpoch, epoch: 1, trainingLoss: nil,
            validationLoss: nil, isFinished: false)
    }

    private func goOn() throws {
        if session.shouldStop(present) { throw TrainingInterruption(epoch: 1, step: 0, checkpoint: nil) }
    }

    /// The demonstrations of the training, whose episodes count down from the one before `seed`, then the lessons.
    func show<Network: ActionValueNetwork, World: Environment>(
        to learner: inout DQN<Network>, in environment: inout World, seed: UInt64, _ teacher: (Observation) -> Int,
        _ lessons: [AgentTraining.Lesson<World>]
    ) throws {
        for episode in 0..<training.demonstrations.episodes {
            try show(to: &learner, in: &environment, seed: seed &- 1 &- UInt64(episode)) { seen, _ in teacher(seen) }
        }
        for var lesson in lessons {
            try show(to: &learner, in: &lesson.environment, seed: 0, lesson.teacher)
        }
        guard learner.replay.count > 0 else { return }
        for _ in 0..<training.demonstrations.updates {
            try learner.update()
            try goOn()
        }
    }

    /// One episode.
    private func show<Network: ActionValueNetwork, World: Environment>(
        to learner: inout DQN<Network>, in environment: inout World, seed: UInt64,
        _ teacher: (Observation, World) -> Int
    ) throws {
        var next = try environment.begin(seed: seed)
        var returns = Returns(steps: learner.configuration.steps)
        for _ in 0..<training.actionsAtMost {
            guard let observation = next else { break }
            let action = teacher(observation, environment)
            let outcome = try environment.take(action)
            next = outcome.observation
            let step = Transition(
                observation: observation, action: action, reward: outcome.reward,
                discount: next == nil ? 0 : outcome.discount, next: next, isDemonstration: true)
            for transition in returns.add(step) { learner.remember(transition) }
            try goOn()
        }
        for transition in returns.cutOff() { learner.remember(transition) }
    }
}
