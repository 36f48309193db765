import Files
import Kernels
import Layers
import Synchronization
import TestSupport
import Training
import Testing

@testable import Reinforcement

private func learner(_ change: (inout DQNConfiguration) -> Void = { _ in }) -> DQN<NumberedActionNetwork> {
    var configuration = DQNConfiguration()
    configuration.replayCapacity = 40
    configuration.warmUp = 10
    configuration.batchSize = 8
    configuration.updatesPerCopy = 7
    change(&configuration)
    var generator = SeededGenerator(seed: 4)
    let network = NumberedActionNetwork(state: 5, actions: 3, hidden: [8], using: &generator)
    return DQN(network, configuration, seed: 4)
}

private func bytes(_ network: NumberedActionNetwork) throws -> [UInt8] {
    var archive = WeightArchive()
    network.write(to: &archive)
    return try Safetensors.encode(archive)
}

@Test(arguments: [ReplayBuffer.Sampling.uniform, .prioritised()])
func aResumedTrainingEqualsAnUninterruptedOne(sampling: ReplayBuffer.Sampling) throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        var training = AgentTraining(epochs: 3, episodesPerEpoch: 4, actionsAtMost: 9)
        // More than stay, so that the others are lost in between.
        (training.demonstrations.episodes, training.demonstrations.updates) = (2, 3)
        let beginning = learner { ($0.sampling, $0.demonstrationShare, $0.imitation) = (sampling, 0.3, 0.5) }
        func run(_ session: TrainingSession) throws -> (weights: [UInt8], records: [EpochRecord]) {
            var (learner, process) = (beginning, RandomProcess(seed: 1))
            defer { #expect(learner.replay.stayingCount == 12) }
            let seen = ObservationBatch([process.observation(of: 1)])
            let records = try training.run(&learner, in: &process, seed: 5, session: session) {
                $0.bestActions(in: seen)[0] == 0 ? 0 : 1
            }
            return (try bytes(learner.online), records)
        }
        let whole = try run(TrainingSession())
        let asked = Atomic(0)
        var interruptions = 0
        while true {
            let checkpoint = CheckpointFile(path: folder("checkpoint"), resumes: interruptions > 0)
            // Within each episode, but late enough that one ends in between; of what is shown nothing is kept.
            let session = TrainingSession(
                checkpoint: checkpoint,
                shouldStop: { _ in
                    let count = asked.wrappingAdd(1, ordering: .relaxed).newValue
                    return count > 21 && count.isMultiple(of: 14)
                })
            do {
                let end = try run(session)
                #expect(end.weights == whole.weights && end.records == whole.records)
                break
            } catch is TrainingInterruption {
                interruptions += 1
                try #require(interruptions < 40)
            }
        }
        #expect(interruptions > 5)
        // A checkpoint of another run is refused.
        var (other, process) = (beginning, RandomProcess(seed: 1))
        let session = TrainingSession(checkpoint: CheckpointFile(path: folder("checkpoint"), resumes: true))
        #expect(throws: InputError.self) {
            try training.run(&other, in: &process, seed: 6, session: session) { _ in 0 }
        }
    }
}

/// The beginning of an episode holds no part of the replay memory, which therefore is not copied when the episode changes it.
@Test func theBeginningOfAnEpisodeCopiesNoMemory() throws {
    func state() throws -> AgentState<NumberedActionNetwork> {
        let learner = try taught { $0.replayCapacity = 40 }
        return AgentState(learner: learner, best: learner.online)
    }
    func act(_ state: inout AgentState<NumberedActionNetwork>) throws {
        let seen = RandomProcess(seed: 1).observation(of: 2)
        for number in 0..<9 {
            let action = state.learner.chooseAction(for: seen)
            state.learner.remember(
                Transition(observation: seen, action: action, reward: Float(number), discount: 0, next: nil))
            try state.learner.update()
        }
        state.episode += 1
    }
    func storage(_ state: AgentState<NumberedActionNetwork>) -> UInt {
        unsafe state.learner.replay.transitions.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
    }
    var (whole, copied) = (try state(), try state())
    let before = storage(whole)
    let beginning = whole.beginning()
    try act(&whole)
    #expect(storage(whole) == before)
    whole.goBack(to: beginning)
    #expect(try Safetensors.encode(whole.archive) == Safetensors.encode(state().archive))
    // A copy of all of it, as a counterexample.
    let other = storage(copied)
    let all = copied
    try act(&copied)
    #expect(storage(copied) != other && storage(all) == other)
}

/// A teacher always takes action 1; what else there is was never tried.
private func taught(_ change: (inout DQNConfiguration) -> Void) throws -> DQN<NumberedActionNetwork> {
    var learner = learner(change)
    let process = RandomProcess(seed: 1)
    for number in 0..<40 {
        let state = [0, 2, 3, 4][number % 4]
        learner.remember(
            Transition(
                observation: process.observation(of: state), action: 1, reward: -1, discount: 0, next: nil,
                isDemonstration: true))
    }
    for _ in 0..<300 { try learner.update() }
    return learner
}

@Test func imitationAndThePenaltyPreferWhatATeacherDid() throws {
    let process = RandomProcess(seed: 1)
    for (imitation, conservatism) in [(Float(1), Float(0)), (0, 0.2), (0.5, 0.1)] {
        let learner = try taught { ($0.imitation, $0.conservatism, $0.learningRate) = (imitation, conservatism, 0.01) }
        for state in [0, 2, 3, 4] {
            let batch = ObservationBatch([process.observation(of: state)])
            let values = learner.online.values(of: batch).scalars
            #expect(learner.bestAction(for: process.observation(of: state)) == 1)
            let others = [0, 2].filter { $0 != state }.map { values[$0] }
            // The margin is kept, where there is one; the value is that of what was done.
            if imitation == 1 { #expect(others.allSatisfy { values[1] - $0 > 0.7 }) }
            #expect(abs(values[1] + 1) < (conservatism > 0 ? 0.5 : 0.1))
        }
    }
}

@Test func explorationFallsAsItIsTold() {
    let line = Exploration.linear(from: 1, to: 0.2, over: 10)
    #expect(line(0) == 1 && abs(line(5) - 0.6) < 1e-6 && abs(line(30) - 0.2) < 1e-6)
    let halves = Exploration.halving(from: 0.9, to: 0.1, every: 8)
    #expect(abs(halves(8) - 0.5) < 1e-4 && abs(halves(16) - 0.3) < 1e-4 && Exploration.constant(0.1)(7) == 0.1)
}

@Test func candidatesAreWorthTheSameWhereverTheyStand() {
    var generator = SeededGenerator(seed: 3)
    let network = CandidateNetwork(state: 2, features: 3, width: 8, using: &generator)
    let features = (0..<12).map { _ in generator.normal() }
    let first = Observation(state: [0.5, -1], actions: features, isValid: [true, true, true, true])
    let moved = Observation(
        state: [0.5, -1], actions: Array(features[6...] + features[..<6]), isValid: [true, true, true, true])
    let short = Observation(state: [0.5, -1], actions: Array(features[..<6]), isValid: [true, false])
    let values = network.values(of: ObservationBatch([first, moved, short])).scalars
    for place in 0..<4 { #expect(abs(values[place] - values[4 + (place + 2) % 4]) < 1e-5) }
    // Only differences count between actions; the mean over the valid ones is what the state is worth.
    #expect(abs((values[8] - values[9]) - (values[0] - values[1])) < 1e-5)
    #expect(network.bestActions(in: ObservationBatch([short])) == [0])
    #expect(abs(values[..<4].reduce(0, +) / 4 - values[8]) < 1e-5)
}
