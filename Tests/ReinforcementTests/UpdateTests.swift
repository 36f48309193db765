import Files
import Kernels
import Layers
import TestSupport
import Testing

@testable import Reinforcement

private func observation(_ state: Int, valid: [Bool] = [true, true, true]) -> Observation {
    Observation(state: (0..<2).map { $0 == state ? 1 : 0 }, isValid: valid)
}

/// A network whose value of an action in a state stands in a table.
private func network(_ values: [[Float]]) throws -> NumberedActionNetwork {
    var generator = SeededGenerator(seed: 1)
    var network = NumberedActionNetwork(state: 2, actions: 3, hidden: [], isDuelling: false, using: &generator)
    var archive = WeightArchive()
    archive.set("advantage.weight", shape: [3, 2], .float32((0..<3).flatMap { [values[0][$0], values[1][$0]] }))
    archive.set("advantage.bias", shape: [3], .float32([0, 0, 0]))
    try network.read(from: archive)
    return network
}

private func value(_ learner: DQN<NumberedActionNetwork>, _ state: Int, _ action: Int) -> Float {
    learner.online.values(of: ObservationBatch([observation(state)])).scalars[action]
}

/// A learner whose target network is another one than its own, and whose losses are squares: e² / 2.
private func makeLearner(_ change: (inout DQNConfiguration) -> Void) throws -> DQN<NumberedActionNetwork> {
    var configuration = DQNConfiguration()
    (configuration.huberDelta, configuration.clipping) = (1000, 1000)
    (configuration.warmUp, configuration.sampling) = (1, .uniform)
    change(&configuration)
    var learner = DQN(try network([[1, 2, 0], [5, 3, 100]]), configuration, seed: 1)
    learner.target = try network([[0, 0, 0], [10, 20, 1000]])
    return learner
}

/// Of the two actions that are valid behind, the online network takes the first and the target network the second.
@Test(arguments: [(true, Float(10)), (false, 20)])
func theTargetIsThatOfTheTargetNetwork(isDouble: Bool, next: Float) throws {
    var learner = try makeLearner { ($0.isDouble, $0.batchSize, $0.updatesPerCopy) = (isDouble, 1, 3) }
    learner.remember(
        Transition(
            observation: observation(0), action: 1, reward: 0.5, discount: 0.25,
            next: observation(1, valid: [true, true, false])))
    let target = 0.5 + 0.25 * next
    // It stays what it is from one copy to the next.
    for _ in 0..<3 {
        let error = value(learner, 0, 1) - target
        #expect(abs(try learner.update().loss - error * error / 2) < 1e-3)
    }
    // Then it is that of the network that has learned, which is worth 5 behind.
    let error = value(learner, 0, 1) - (0.5 + 0.25 * value(learner, 1, 0))
    #expect(abs(try learner.update().loss - error * error / 2) < 1e-3)
    #expect(abs(value(learner, 1, 0) - 5) < 0.1 && abs(error) < 1)
}

@Test func errorsCountByTheirImportance() throws {
    var learner = try makeLearner {
        ($0.sampling, $0.batchSize) = (.prioritised(exponent: 1, correction: 1, floor: 0), 4)
    }
    for (action, reward) in [(0, Float(3)), (1, 8)] {
        learner.remember(
            Transition(observation: observation(0), action: action, reward: reward, discount: 0, next: nil))
    }
    // Of four that are drawn, one is the first and three are the second, which count a third each.
    learner.replay.update([0, 1], errors: [1, 3])
    let (first, second): (Float, Float) = ((1 - 3) * (1 - 3) / 2, (2 - 8) * (2 - 8) / 2)
    #expect(abs(try learner.update().loss - (first + second) / 4) < 1e-4)
    #expect(zip(learner.replay.priorities, [2, 6]).allSatisfy { abs($0 - $1) < 1e-4 })
}

@Test func aWarmUpThatNeverEndsIsRefused() async {
    await #expect(processExitsWith: .failure) {
        var configuration = DQNConfiguration()
        configuration.replayCapacity = configuration.warmUp - 1
        configuration.check()
    }
    var configuration = DQNConfiguration()
    configuration.replayCapacity = configuration.warmUp
    configuration.check()
}

@Test func aBufferIsReadAsItCanBe() throws {
    let bare = ReplayBuffer.Sampling.prioritised(exponent: 1, correction: 1, floor: 0)
    func read(
        _ count: Int, _ sampling: ReplayBuffer.Sampling = .prioritised(), _ name: String = "",
        _ values: WeightArchive.Elements? = nil, change: (inout ReplayBuffer) -> Void = { _ in }
    ) throws -> Bool {
        var buffer = ReplayBuffer(capacity: 3, sampling: sampling, demonstrationCapacity: 1)
        for number in 0..<count {
            buffer.append(
                Transition(
                    observation: observation(number % 2), action: 0, reward: 1, discount: 0, next: nil,
                    isDemonstration: number == 1))
        }
        change(&buffer)
        var archive = WeightArchive()
        buffer.write(to: &archive)
        if let values { archive.set("replay.\(name)", shape: [values.count], values) }
        var other = ReplayBuffer(capacity: 3, sampling: sampling, demonstrationCapacity: 1)
        try other.read(from: archive, for: network([[1, 2, 0], [5, 3, 100]]))
        return other == buffer
    }
    for count in 0...5 { #expect(try read(count)) }
    // An error of nothing is a priority of nothing where there is no floor.
    #expect(try read(3, bare) { $0.update([0, 1], errors: [0, 2]) })
    #expect(try read(3, bare) { $0.update([0, 1, 2], errors: [0, 0, 0]) })
    for (count, sampling, name, values) in [
        (2, .prioritised(), "place", .float64([1, 1])), (2, .prioritised(), "place", .float64([0, 1])),
        (3, .prioritised(), "place", .float64([3, 1])), (3, .prioritised(), "place", .float64([0, -1])),
        (3, .prioritised(), "priorities", .float64([1, 0, 1])), (3, .prioritised(), "priorities", .float64([0, 0, 0])),
        // The second place is that of a demonstration, which stays.
        (3, .prioritised(), "staying", .int64([])), (3, .prioritised(), "staying", .int64([0])),
        (3, .prioritised(), "staying", .int64([1, 1])), (3, .prioritised(), "staying", .int64([7])),
        (3, .prioritised(), "place", .float64([1, 1])), (1, .prioritised(), "staying", .int64([0])),
        (3, bare, "priorities", .float64([1, -1, 1])), (3, bare, "stateCounts", .int64([1, 3, 2])),
    ] as [(Int, ReplayBuffer.Sampling, String, WeightArchive.Elements)] {
        #expect(throws: InputError.self, "\(name) \(values)") { try read(count, sampling, name, values) }
    }
}

/// Without a floor, transitions that are all predicted exactly have no priority left.
@Test func errorsThatAreAllNothingLeaveEachAsLikely() throws {
    var learner = try makeLearner {
        ($0.sampling, $0.batchSize) = (.prioritised(exponent: 1, correction: 1, floor: 0), 64)
    }
    for (action, reward) in [(0, Float(1)), (1, 2)] {
        learner.remember(
            Transition(observation: observation(0), action: action, reward: reward, discount: 0, next: nil))
    }
    for _ in 0..<3 { #expect(try learner.update().loss == 0) }
    #expect(learner.replay.priorities == [0, 0])
    let sample = learner.replay.sample(1000, using: &learner.generator)
    #expect((400...600).contains(sample.places.count { $0 == 1 }) && sample.weights.allSatisfy { $0 == 1 })
    // It is kept and read again, and one that is new comes first.
    var archive = WeightArchive()
    learner.write(to: &archive)
    var other = try makeLearner { $0.sampling = learner.configuration.sampling }
    try other.restore(from: archive)
    #expect(other.replay == learner.replay)
    other.remember(Transition(observation: observation(1), action: 0, reward: 1, discount: 0, next: nil))
    #expect(other.replay.sample(100, using: &other.generator).places.allSatisfy { $0 == 2 })
}

@Test(arguments: [(3, 3, "stateCounts"), (2, 4, "actionCounts"), (2, 3, "featureCounts")])
func aBufferOfOtherWidthsThanTheNetworkIsRefused(states: Int, actions: Int, field: String) throws {
    var buffer = ReplayBuffer(capacity: 3, sampling: .uniform)
    let observation = Observation(
        state: [Float](repeating: 0, count: states),
        actions: [Float](repeating: 0, count: field == "featureCounts" ? 5 * actions : 0),
        isValid: [Bool](repeating: true, count: actions))
    buffer.append(Transition(observation: observation, action: 0, reward: 1, discount: 1, next: observation))
    var archive = WeightArchive()
    buffer.write(to: &archive)
    var generator = SeededGenerator(seed: 1)
    let error = #expect(throws: InputError.self) {
        try buffer.read(from: archive, for: network([[1, 2, 0], [5, 3, 100]]))
    }
    #expect(error?.field == "replay.\(field)")
    // Candidates may be any number, but not of any width.
    let candidates = CandidateNetwork(state: states, features: 5, width: 2, using: &generator)
    if field == "featureCounts" {
        try buffer.read(from: archive, for: candidates)
    } else {
        #expect(throws: InputError.self) { try buffer.read(from: archive, for: candidates) }
    }
}
