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
@testable import Registry

/// One core, on which eight equal tasks wait, each a workflow of its own; those of priority 1, half of them by chance, have to end
/// within the time that they take together.
private enum UrgentTasks {
    static let cluster = Cluster(nodes: [Cluster.Node(name: "a", cores: 1)])

    /// An order that has tasks of all priorities in one window.
    static let order = {
        var order = QueueOrder.leastRemainingWorkByPath
        order.secondsPerPriority = 1
        return order.choosing(window: 64)
    }()

    static func arrivals(seed: UInt64, scale: Double = 1) throws -> [Arrival] {
        var generator = SeededGenerator(seed: seed)
        return try [1, 1, 1, 1, 0, 0, 0, 0].shuffled(using: &generator).map { (priority: Double) in
            var task = Workflow.Task(id: "t", runtimeSeconds: 10)
            task.wishes.priority = scale * priority
            if priority > 0 { task.wishes.deadline = 40.5 }
            return Arrival(at: 0, try SchedulingInstance(Workflow(name: "w", tasks: [task], edges: []), on: cluster))
        }
    }

    static func environment(features: Int) -> SchedulingEnvironment {
        var environment = SchedulingEnvironment(
            on: cluster, order: order, reward: SchedulingReward(completion: 0, missedDeadlines: 1), horizon: 50
        ) { try arrivals(seed: $0) }
        environment.sight.hasPriority = features == 29
        return environment
    }

    /// Deadlines that are missed in 20 episodes, of 80.
    static func missed(_ network: CandidateNetwork) throws -> Int {
        var environment = environment(features: network.featureCount)
        return try (1000..<1020 as Range<UInt64>).reduce(0) { sum, seed in
            var next = try environment.begin(seed: seed)
            while let seen = next {
                let place = network.bestActions(in: ObservationBatch([seen]))[0]
                next = try environment.take(place).observation
            }
            return sum + (environment.simulation?.totals.missedDeadlines ?? 0)
        }
    }
}

private func network(features: Int, seed: UInt64 = 1) -> CandidateNetwork {
    var generator = SeededGenerator(seed: seed)
    return CandidateNetwork(state: WindowFeatures.stateCount, features: features, width: 16, using: &generator)
}

struct PriorityFeatureTests {
    @Test func priorityIsTheLastFeatureAndHasNoUnit() throws {
        #expect(WindowFeatures.candidate[28].name == "priority" && WindowFeatures.Sight().count == 28)
        func first(scale: Double) throws -> Observation {
            var left = try UrgentTasks.arrivals(seed: 3, scale: scale)[...]
            var simulation = VirtualCluster(UrgentTasks.cluster, rule: .list(UrgentTasks.order)) { left.popFirst() }
            let isThere = simulation.advanceToChoice()
            #expect(isThere)
            let window = simulation.readyWindow
            // All priorities stand in the window, and what is the same but for them is seen to be the same otherwise.
            #expect(Set(window.candidates.map(\.priority)) == [0, scale] && window.largestPriority == scale.magnitude)
            return WindowFeatures.observation(of: window)
        }
        let seen = try first(scale: 1)
        let rows = (0..<seen.actionCount).map { Array(seen.actions[$0 * 29..<($0 + 1) * 29]) }
        #expect(Set(rows.map(\.[28])) == [0, 1] && Set(rows.map { $0[..<13] }).count == 1)
        #expect(try first(scale: 1e9) == seen && first(scale: -5).actions != seen.actions)
        // Fewer features are the first ones; the state is the same.
        for window in SchedulingStreams.windows(try UrgentTasks.arrivals(seed: 4), UrgentTasks.order) {
            let (all, first) = (
                WindowFeatures.observation(of: window),
                WindowFeatures.observation(of: window, sight: .init())
            )
            #expect(all.state == first.state && first.featureCount == 28)
            for place in 0..<all.actionCount {
                #expect(
                    all.actions[place * 29..<place * 29 + 28].elementsEqual(
                        first.actions[place * 28..<(place + 1) * 28]))
            }
        }
    }

    @Test func streamsThatStateNoPriorityNeedNoFeatureOfIt() throws {
        let plain = try SchedulingStreams.stream(seed: 1)
        #expect(WindowFeatures.Sight(of: plain).count == 28)
        #expect(try WindowFeatures.Sight(of: plain + UrgentTasks.arrivals(seed: 1)).count == 29)
        for window in SchedulingStreams.windows(plain, SchedulingStreams.order) {
            let seen = WindowFeatures.observation(of: window)
            #expect((0..<seen.actionCount).allSatisfy { seen.actions[$0 * 29 + 28] == 0 })
        }
    }

    /// A version of 28 features, as all were before there was a priority: it loads, and takes what its network values most by
    /// those 28, whatever stands behind them.
    @Test(arguments: [28, 29]) func aVersionAnswersByTheFeaturesThatItWasMadeWith(features: Int) throws {
        let own = DQNScheduler(network(features: features))
        let manifest = ModelManifest(
            name: try CheckedName("scheduler"), kind: DQNScheduler.kind, architecture: own.architectureFields,
            hyperparameters: [:], seed: 1, features: own.features, inputs: [], outputs: [],
            dataset: .init(rows: 1, firstAt: nil, lastAt: nil, sha256: "0"), metrics: [], parentVersion: nil,
            commit: nil, created: 1)
        let version = ModelVersion(manifest: manifest, digest: "0", weights: own.archive, golden: own.golden)
        try Catalog.check(version)
        let loaded = try Catalog.loadScheduler(version)
        #expect(loaded.archive == own.archive && loaded.features.count == features + 1)
        #expect(manifest.architecture["features"] == features)
        var scratch = ChoiceScratch()
        var others = 0
        let streams = try [UrgentTasks.arrivals(seed: 5), SchedulingStreams.stream(seed: 5)]
        for (stream, order) in zip(streams, [UrgentTasks.order, SchedulingStreams.order]) {
            for window in SchedulingStreams.windows(stream, order) {
                let seen = WindowFeatures.observation(of: window)
                let rows = (0..<seen.actionCount).flatMap { seen.actions[$0 * 29..<$0 * 29 + features] }
                let sliced = Observation(state: seen.state, actions: rows, isValid: seen.isValid)
                let values = loaded.network.values(of: ObservationBatch([sliced])).scalars
                let place = loaded.choose(from: window, using: &scratch)
                #expect(values[place] >= (values.max() ?? 0) - 1e-4)
                if place > 0 { others += 1 }
            }
        }
        #expect(others > 5)
        // One feature less or more there was never.
        for wrong in [27, 30] {
            var broken = version
            broken.manifest.architecture["features"] = wrong
            #expect(throws: InputError.self) { try Catalog.loadScheduler(broken) }
        }
    }

    /// Where nothing but priority tells which deadlines there are, a network that sees it learns to keep them.
    @Test func whatIsUrgentIsLearnedFromPriorityAlone() throws {
        func learned(features: Int) throws -> Int {
            var configuration = DQNConfiguration()
            (configuration.warmUp, configuration.actionsPerUpdate, configuration.updatesPerCopy) = (32, 1, 50)
            (configuration.exploration, configuration.steps) = (.constant(0.3), 8)
            var learner = DQN(network(features: features), configuration, seed: 1)
            var environment = UrgentTasks.environment(features: features)
            let training = AgentTraining(epochs: 6, episodesPerEpoch: 10)
            try training.run(&learner, in: &environment, seed: 1) { Float(try UrgentTasks.missed($0)) }
            return try UrgentTasks.missed(learner.online)
        }
        let (blind, seeing) = (try learned(features: 28), try learned(features: 29))
        #expect(seeing <= 4 && blind >= 20, "missed \(seeing) with and \(blind) without priority, of 80")
    }

    /// A version that knows no priority learns on where there is one: its weight begins at 0.
    @Test func aSearchGoesOnWithAFeatureMore() throws {
        var trainer = DQNSchedulerTrainer()
        (trainer.rounds, trainer.search.steps, trainer.search.pairs) = (0, 1, 4)
        (trainer.sight.hasPriority, trainer.start) = (true, PolicySearch.start.map { $0 * 2 })
        let validation = [try SchedulingStreams.stream(seed: 90)]
        let outcome = try trainer.train(
            on: { try SchedulingStreams.stream(seed: $0) }, validation: validation, seed: 1)
        #expect(outcome.scheduler.network.featureCount == 29)
        // In these windows all tasks have the same priority: nothing is learned of it.
        #expect(outcome.scheduler.linearWeights?.last == 0)
        #expect(PolicySearch().searched(29) == PolicySearch().searched(28) + [28])
    }
}
