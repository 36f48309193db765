import Files
import Kernels
import Reinforcement
import Scheduling
@testable import Simulation
import Testing

@testable import Models

struct PoolAgentTests {
    @Test func agentsOfPoolsSeeTheirOwnPoolAlone() throws {
        var cluster = SchedulingStreams.cluster
        for (place, pool) in ["left", "right"].enumerated() { cluster.nodes[place].pool = pool }
        var left = try SchedulingStreams.stream(seed: 1, on: cluster)[...]
        var simulation = VirtualCluster(
            cluster, rule: .list(SchedulingStreams.order), settings: .init(nodesStartOff: false)
        ) {
            left.popFirst()
        }
        let scheduler = DQNScheduler(SchedulingStreams.network(seed: 2), hasPoolAgents: true)
        var (scratch, mixed) = (ChoiceScratch(), 0)
        while simulation.advanceToChoice() {
            let window = simulation.readyWindow
            let pool = window.candidates[0].pool
            let own = window.candidates.indices.filter { window.candidates[$0].pool == pool }
            if own.count < window.candidates.count { mixed += 1 }
            // The window as it would be if there were no other pool.
            var alone = window
            alone.candidates = own.map { window.candidates[$0] }
            for other in alone.pools.indices where other != pool {
                alone.pools[other] = .init(
                    nodeCount: 0, cores: 0, freeCores: 0, memory: 0, freeMemory: 0, runningCount: 0)
            }
            let seen = WindowFeatures.observation(of: window, pool: pool)
            #expect(seen == WindowFeatures.observation(of: alone) && seen.actionCount == own.count)
            let place = scheduler.choose(from: window, using: &scratch)
            #expect(place == own[DQNScheduler(scheduler.network).choose(from: alone, using: &scratch)])
            simulation.choose(candidate: place)
        }
        #expect(mixed > 3)
    }

    @Test func oneAgentIsTheCaseOfOnePool() throws {
        for seed in 1...3 as ClosedRange<UInt64> {
            let network = SchedulingStreams.network(seed: seed)
            let arrivals = try SchedulingStreams.stream(seed: seed)
            let completions = [false, true].map {
                DQNSchedulerTrainer.result(arrivals, DQNScheduler(network, hasPoolAgents: $0).rule).meanCompletion
            }
            #expect(completions[0] == completions[1])
        }
        // Under the weights that a search starts from, agents of pools are the rule too.
        var cluster = SchedulingStreams.cluster
        for (place, pool) in ["left", "right"].enumerated() { cluster.nodes[place].pool = pool }
        let streams = try (0..<3).map { try SchedulingStreams.stream(seed: $0, on: cluster) }
        let agents = DQNScheduler(try .linear(PolicySearch.start), hasPoolAgents: true)
        #expect(DQNSchedulerTrainer.difference(agents, on: streams) == 0)
        let read = try DQNScheduler(agents.archive, architecture: agents.architectureFields)
        #expect(read.hasPoolAgents && !DQNScheduler(agents.network).architectureFields.keys.contains("poolAgents"))
    }

    /// A version keeps its window; what goes without saying is not written, and what cannot be is refused.
    @Test func aVersionKeepsTheWindowThatItWasTrainedWith() throws {
        var trainer = DQNSchedulerTrainer()
        (trainer.rounds, trainer.window, trainer.search.steps, trainer.search.pairs) = (0, 3, 1, 8)
        let validation = try (0..<2).map { try SchedulingStreams.stream(seed: 90 + $0) }
        let scheduler = try trainer.train(
            on: { try SchedulingStreams.stream(seed: $0) }, validation: validation, seed: 1
        ).scheduler
        #expect(scheduler.window == 3 && scheduler.architectureFields["window"] == 3)
        let read = try DQNScheduler(scheduler.archive, architecture: scheduler.architectureFields)
        #expect(read.window == 3)
        // It never sees more, and decides by what it sees: the worst of three are not the worst of all.
        let weights = PolicySearch.start.map { -$0 }
        let means = try [3, DQNScheduler.defaultWindow].map { window in
            DQNSchedulerTrainer.result(validation[0], DQNScheduler(try .linear(weights), window: window).rule)
                .meanCompletion
        }
        #expect(means[0] < means[1])
        let plain = DQNScheduler(try .linear(PolicySearch.start))
        #expect(plain.window == 64 && plain.architectureFields["window"] == nil)
        #expect(try DQNScheduler(plain.archive, architecture: plain.architectureFields).window == 64)
        for window in [-1, 0, 1, 4097] {
            #expect(throws: InputError.self) {
                try DQNScheduler(
                    plain.archive, architecture: plain.architectureFields.merging(["window": window]) { $1 })
            }
        }
    }

    @Test func agentsOfPoolsAreTrainedTogetherAndLearnOn() throws {
        var cluster = SchedulingStreams.cluster
        for (place, pool) in ["left", "right"].enumerated() { cluster.nodes[place].pool = pool }
        var trainer = DQNSchedulerTrainer()
        (trainer.streams, trainer.rounds, trainer.beginnings, trainer.width) = (2, 1, 0.2, 4)
        (trainer.loop.epochs, trainer.hasPoolAgents) = (2, true)
        (trainer.search.steps, trainer.search.pairs) = (1, 10)
        let validation = try (0..<2).map { try SchedulingStreams.stream(seed: 90 + $0, on: cluster) }
        func train() throws -> DQNSchedulerTrainer.Outcome {
            try trainer.train(
                on: { try SchedulingStreams.stream(seed: $0, on: cluster) }, validation: validation, seed: 1)
        }
        let outcome = try train()
        #expect(outcome.scheduler.hasPoolAgents && outcome.sampleCount > 10)
        #expect(DQNSchedulerTrainer.difference(outcome.scheduler, on: validation) <= 0)
        // Weights of a search are read back, those of a fit are none; what is given is tried as it is.
        let weights = try #require(DQNScheduler(try .linear(PolicySearch.start.map { $0 + 0.25 })).linearWeights)
        #expect(
            weights == PolicySearch.start.map { $0 + 0.25 }
                && DQNScheduler(SchedulingStreams.network()).linearWeights == nil)
        #expect(DQNScheduler(SchedulingStreams.network(width: 2)).linearWeights == nil)
        (trainer.start, trainer.rounds) = (weights, 0)
        let on = try train()
        #expect(on.validation.map(\.origin) == [.search(step: 0), .search(step: 1)])
        let given = DQNScheduler(try .linear(weights), hasPoolAgents: true)
        #expect(on.validation[0].difference == DQNSchedulerTrainer.difference(given, on: validation))
        trainer.search.steps = 0
        #expect(try train().validation.map(\.origin) == [.search(step: 0)])
    }
}
