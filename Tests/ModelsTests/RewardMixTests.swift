import Files
import Kernels
import Layers
import Reinforcement
import Scheduling
import Simulation
import Testing
import Training
import Workflows

@testable import Models

/// One chain of tasks and many single ones, all there at the beginning: the least remaining work first keeps the chain for last,
/// where half of the cores are idle.
private enum ChainAndSingles {
    static let cluster = Cluster(nodes: [Cluster.Node(name: "a", cores: 2, pricePerHour: 36)])

    static func stream(seed: UInt64) throws -> [Arrival] {
        var generator = SeededGenerator(seed: seed)
        let chain = (0..<10).map { Workflow.Task(id: "t\($0)", runtimeSeconds: 30) }
        let edges = (1..<10).map { (parent: "t\($0 - 1)", child: "t\($0)") }
        let singles = (0..<18 + Int(5 * generator.uniform())).map { _ in
            [Workflow.Task(id: "t", runtimeSeconds: 10 + Double(Int(10 * generator.uniform())))]
        }
        return try ([(chain, edges)] + singles.map { ($0, []) }).map { tasks, edges in
            Arrival(at: 0, try SchedulingInstance(Workflow(name: "w", tasks: tasks, edges: edges), on: cluster))
        }
    }

    static func trained(by reward: SchedulingReward) throws -> DQNSchedulerTrainer.Outcome {
        var trainer = DQNSchedulerTrainer()
        (trainer.rounds, trainer.reward) = (0, reward)
        (trainer.search.steps, trainer.search.pairs) = (6, 20)
        (trainer.search.stepLength, trainer.search.deviation) = (1, 0.5)
        return try trainer.train(
            on: { try stream(seed: $0) }, validation: try (500..<505).map { try stream(seed: $0) }, seed: 1)
    }
}

struct RewardMixTests {
    @Test(arguments: [
        SchedulingReward(completion: 0, makespan: 1), SchedulingReward(completion: 0, cost: 2),
        SchedulingReward(completion: 0, idleCores: 1), SchedulingReward(completion: 0.1, makespan: 1, cost: 1),
    ])
    func theSearchImprovesOnWhatIsRewarded(reward: SchedulingReward) throws {
        let outcome = try ChainAndSingles.trained(by: reward)
        let held = try (900..<905).map { try ChainAndSingles.stream(seed: $0) }
        let found = DQNSchedulerTrainer.difference(outcome.scheduler, on: held, by: reward)
        let makespan = SchedulingReward(completion: 0, makespan: 1)
        #expect(found < -0.1 && outcome.chosen != .rule, "\(reward): \(found)")
        #expect(DQNSchedulerTrainer.difference(outcome.scheduler, on: held, by: makespan) < -0.1)
        // What is learned for completion does not do it: the rule has the least of that.
        let plain = try ChainAndSingles.trained(by: .init())
        #expect(DQNSchedulerTrainer.difference(plain.scheduler, on: held, by: makespan) > -0.02)
    }

    /// What a rollout tells of a makespan and a price is what really comes, all being there at the beginning.
    @Test func rolloutsTellWhatAMixComesTo() throws {
        let arrivals = try ChainAndSingles.stream(seed: 3)
        var sampler = RolloutSampler(
            order: QueueOrder.leastRemainingWorkByPath.choosing(window: 64), base: .list(.leastRemainingWorkByPath))
        (sampler.beginnings, sampler.exploration, sampler.candidatesAtMost) = (1, 0, 64)
        func first(_ reward: SchedulingReward) throws -> RolloutSample {
            sampler.reward = reward
            var generator = SeededGenerator(seed: 1)
            return try #require(
                sampler.samples(of: arrivals, following: nil, takesBest: false, using: &generator).first)
        }
        let (plain, own) = (try first(.init()), try first(.init(completion: 0, makespan: 1)))
        // The chain comes last in the window: where its first task does not wait for all others, the end comes sooner.
        let chain = own.advantages.count - 1
        #expect(own.bestPlace == chain && own.advantages[chain] > 0 && plain.advantages[chain] < 0)
        let mixed = try first(.init(completion: 1, makespan: 3))
        for place in own.advantages.indices {
            let expected = 0.25 * plain.advantages[place] + 0.75 * own.advantages[place]
            #expect(abs(mixed.advantages[place] - expected) < 1e-4)
        }
        // A makespan shorter by one part of it counts as completion times that are shorter by that part.
        let rule = DQNSchedulerTrainer.result(arrivals, .list(.leastRemainingWorkByPath))
        let sum = rule.workflows.reduce(0) { $0 + ($1.completionSeconds ?? 0) }
        let path = arrivals.reduce(0) { $0 + $1.instance.criticalPathSeconds } / Double(arrivals.count)
        let part = Double(own.advantages[chain]) * path / sum
        #expect(part > 0.01 && part < 0.1)
        let forced = DQNSchedulerTrainer.result(
            arrivals, .list(.leastRemainingWorkByPath.choosing(window: 64, by: Once(place: chain))))
        #expect(abs(part - (1 - forced.makespan / rule.makespan)) < 1e-4)
    }

    @Test func anEpisodeOfTheRuleIsPaidAsCompletionsAre() throws {
        // Whatever its weights add up to.
        for reward in [
            SchedulingReward(), .init(completion: 0, makespan: 2), .init(completion: 1, cost: 3),
            .init(completion: 0, idleCores: 1),
        ] {
            // Chains, the last of which is alone in the end.
            let tasks = (0..<5).map { Workflow.Task(id: "t\($0)", runtimeSeconds: 10) }
            let edges = (1..<5).map { (parent: "t\($0 - 1)", child: "t\($0)") }
            let same = try SchedulingInstance(
                Workflow(name: "w", tasks: tasks, edges: edges), on: ChainAndSingles.cluster)
            let arrivals = (0..<3).map { _ in Arrival(at: 0, same) }
            var environment = SchedulingEnvironment(
                on: ChainAndSingles.cluster, order: SchedulingStreams.order, reward: reward
            ) { _ in arrivals }
            environment.isRelative = true
            var next = try environment.begin(seed: 1)
            var sum = 0.0
            while next != nil {
                let outcome = try environment.take(0)
                sum -= Double(outcome.reward)
                next = outcome.observation
            }
            let totals = try #require(environment.simulation).totals
            let expected = totals.workflowSeconds / same.criticalPathSeconds
            #expect(totals.amount(of: .idleCores) > 0 && abs(sum - expected) < 1e-3 * expected, "\(reward)")
        }
    }

    @Test func deepQLearningIsRewardedByTheMix() throws {
        var learning = QLearning()
        (learning.width, learning.epochs, learning.episodes) = (8, 1, 3)
        (learning.configuration.warmUp, learning.configuration.batchSize) = (10, 8)
        let validation = [try ChainAndSingles.stream(seed: 80)]
        func run() throws -> QLearning.Outcome {
            try learning.run(
                on: ChainAndSingles.cluster, streams: { try ChainAndSingles.stream(seed: $0) },
                validation: validation, seed: 3)
        }
        let plain = try run()
        learning.reward = SchedulingReward(completion: 0, makespan: 1)
        let own = try run()
        // What is wanted is the same if all weights are larger.
        learning.reward = SchedulingReward(completion: 0, makespan: 100)
        #expect(try run().costs == own.costs)
        learning.reward = SchedulingReward(completion: 0, makespan: 1)
        let told = DQNSchedulerTrainer.difference(own.scheduler, on: validation, by: learning.reward)
        #expect(abs((own.costs.min() ?? 1) - told) < 1e-6 && own.costs != plain.costs)
        #expect(own.scheduler.archive != plain.scheduler.archive)
        #expect(
            learning.hyperparameters["rewardMakespan"] == 1 && learning.hyperparameters["rewardCompletion"] == nil)
    }
}

/// Takes one place at the first choice, and the first behind it.
private struct Once: TaskChooser {
    let place: Int
    func choose(from window: ReadyWindow, using scratch: inout ChoiceScratch) -> Int {
        defer { scratch.scores = [1] }
        return scratch.scores.isEmpty ? place : 0
    }
}
