import Kernels
import Training
import Testing

@testable import Reinforcement

/// Each of the parts is switched off once.
private let variants: [(name: String, change: @Sendable (inout DQNConfiguration) -> Void, isDuelling: Bool)] = [
    ("all", { _ in }, true), ("single", { $0.isDouble = false }, true), ("one step", { $0.steps = 1 }, true),
    ("uniform", { $0.sampling = .uniform }, true), ("plain", { _ in }, false),
]

private func configuration() -> DQNConfiguration {
    var configuration = DQNConfiguration()
    configuration.replayCapacity = 2000
    configuration.warmUp = 200
    configuration.actionsPerUpdate = 2
    configuration.updatesPerCopy = 50
    configuration.steps = 2
    configuration.exploration = .constant(1)
    return configuration
}

@Test(arguments: variants.indices)
func itLearnsARandomProcessToItsOptimum(place: Int) throws {
    let (_, change, isDuelling) = variants[place]
    var process = RandomProcess(seed: 3)
    var settings = configuration()
    change(&settings)
    // With steps that are not the agent's own, what lies behind more than one is that of chance.
    if settings.steps > 1 { settings.exploration = .linear(from: 1, to: 0.1, over: 1500) }
    var generator = SeededGenerator(seed: 1)
    let network = NumberedActionNetwork(
        state: process.states, actions: process.actions, hidden: [24], isDuelling: isDuelling, using: &generator)
    var learner = DQN(network, settings, seed: 1)
    let training = AgentTraining(epochs: 1, episodesPerEpoch: 60, actionsAtMost: 50)
    // What it ends with is kept, however good.
    var cost: Float = 0
    try training.run(&learner, in: &process, seed: 1) { _ in
        cost -= 1
        return cost
    }
    let policy = (0..<process.states).map { learner.bestAction(for: process.observation(of: $0)) }
    let (best, own) = (process.values(), process.values(of: policy))
    for (best, own) in zip(best, own) { #expect(best - own < 1e-4) }
    #expect(policy.indices.allSatisfy { policy[$0] != $0 })
}

@Test func itLearnsToTakeTheShortestJobFirst() throws {
    var machine = OneMachine(jobs: 6)
    var settings = configuration()
    settings.exploration = .linear(from: 1, to: 0.05, over: 1500)
    settings.learningRate = 0.003
    var generator = SeededGenerator(seed: 2)
    let network = CandidateNetwork(state: 1, features: 1, width: 16, using: &generator)
    var learner = DQN(network, settings, seed: 2)
    let training = AgentTraining(epochs: 3, episodesPerEpoch: 100)
    let records = try training.run(&learner, in: &machine, seed: 2) { try cost($0, episodes: 10) }
    // The optimum, by the rule that is known to be it.
    var best: Float = 0
    for seed in 0..<UInt64(50) {
        _ = machine.begin(seed: 900 + seed)
        for (place, length) in machine.lengths.sorted().enumerated() { best += Float(6 - place) * length / 6 }
    }
    #expect(records.count == 3)
    #expect(try cost(learner.online, episodes: 50) < best / 50 * 1.005)
}

private func cost(_ network: CandidateNetwork, episodes: Int) throws -> Float {
    var (machine, total) = (OneMachine(jobs: 6), Float(0))
    for seed in 0..<UInt64(episodes) {
        var observation = machine.begin(seed: 900 + seed)
        while let seen = observation {
            let outcome = machine.take(network.bestActions(in: ObservationBatch([seen]))[0])
            total -= outcome.reward
            observation = outcome.observation
        }
    }
    return total / Float(episodes)
}

@Test func whatATeacherShowsIsLearnedBeforeTheFirstEpoch() throws {
    var machine = OneMachine(jobs: 6)
    var settings = configuration()
    (settings.steps, settings.imitation, settings.margin) = (1, 1, 0.5)
    func agreement(updates: Int) throws -> (share: Double, shown: Int) {
        var generator = SeededGenerator(seed: 5)
        let network = CandidateNetwork(state: 1, features: 1, width: 16, using: &generator)
        var learner = DQN(network, settings, seed: 2)
        var training = AgentTraining(epochs: 0, episodesPerEpoch: 1)
        (training.demonstrations.episodes, training.demonstrations.updates) = (40, updates)
        // The longest job is always next, which no reward speaks for.
        func longest(_ seen: Observation) -> Int {
            seen.actions.indices.reduce(0) { seen.actions[$1] > seen.actions[$0] ? $1 : $0 }
        }
        // What it ends with is kept, however good.
        var cost: Float = 0
        try training.run(&learner, in: &machine, seed: 100, teacher: longest) { _ in
            cost -= 1
            return cost
        }
        let shown = learner.replay.transitions.count(where: \.isDemonstration)
        var (agreed, all) = (0, 0)
        for seed in 0..<20 as Range<UInt64> {
            var next = machine.begin(seed: 1000 + seed)
            while let seen = next {
                let action = learner.bestAction(for: seen)
                if seen.actionCount > 1 {
                    all += 1
                    agreed += action == longest(seen) ? 1 : 0
                }
                next = machine.take(longest(seen)).observation
            }
        }
        return (Double(agreed) / Double(all), shown)
    }
    let (taught, untaught) = (try agreement(updates: 600), try agreement(updates: 0))
    #expect(taught.shown == 240 && untaught.shown == 240)
    #expect(taught.share > 0.9 && untaught.share < 0.8, "\(taught.share), \(untaught.share)")
}
