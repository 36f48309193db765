import Kernels
import Testing

@testable import Reinforcement

/// Three steps, each of which pays its action.
private struct Steps: Environment {
    var name: Float
    var step: Float = 0

    mutating func begin(seed: UInt64) throws -> Observation? {
        step = 0
        return Observation(state: [name, 0], isValid: [true, true])
    }

    mutating func take(_ action: Int) throws -> Outcome {
        step += 1
        let next = step < 3 ? Observation(state: [name, step], isValid: [true, true]) : nil
        return Outcome(reward: Float(action), discount: next == nil ? 0 : 1, observation: next)
    }
}

@Test func lessonsAreShownBehindTheTeacherAndStay() throws {
    var generator = SeededGenerator(seed: 1)
    let network = NumberedActionNetwork(state: 2, actions: 2, hidden: [4], isDuelling: false, using: &generator)
    var configuration = DQNConfiguration()
    (configuration.steps, configuration.batchSize, configuration.warmUp) = (1, 4, 1000)
    var learner = DQN(network, configuration, seed: 1)
    var training = AgentTraining(epochs: 1, episodesPerEpoch: 2)
    (training.demonstrations.episodes, training.demonstrations.updates) = (1, 7)
    var environment = Steps(name: 1)
    let lessons = [
        AgentTraining.Lesson(in: Steps(name: 2)) { _, world in world.step == 1 ? 1 : 0 },
        AgentTraining.Lesson(in: Steps(name: 3)) { seen, _ in seen.state[1] == 0 ? 0 : 1 },
    ]
    try training.run(&learner, in: &environment, seed: 1, lessons: lessons) { _ in 0 }
    let seen = learner.replay.transitions.prefix(15)
    #expect(seen.map(\.observation.state[0]) == [1, 1, 1, 2, 2, 2, 3, 3, 3, 1, 1, 1, 1, 1, 1])
    #expect(seen.prefix(9).map(\.action) == [0, 0, 0, 0, 1, 0, 0, 1, 1])
    #expect(seen.map(\.isDemonstration) == (0..<15).map { $0 < 9 })
    #expect(learner.updates == 7)
    // Without a teacher's episodes lessons are shown, too.
    var other = DQN(network, configuration, seed: 1)
    training.demonstrations = .init()
    try training.run(&other, in: &environment, seed: 1, lessons: lessons) { _ in 0 }
    #expect(other.replay.transitions.prefix(12).map(\.observation.state[0]) == [2, 2, 2, 3, 3, 3, 1, 1, 1, 1, 1, 1])
}
