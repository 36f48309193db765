import Files
import Kernels
import Layers
@testable import Registry
import Reinforcement
import Scheduling
import Simulation
import Synchronization
import Testing
import Training

@testable import Models

private func windows(_ arrivals: [Arrival]) -> [ReadyWindow] {
    SchedulingStreams.windows(arrivals, SchedulingStreams.order)
}

private struct Recorded: TaskChooser {
    let places: [Int]
    func choose(from window: ReadyWindow, using scratch: inout ChoiceScratch) -> Int {
        let place = Int(scratch.scores.first ?? 0)
        scratch.scores = [Float(place + 1)]
        return place < places.count ? places[place] : 0
    }
}

struct DQNSchedulerTests {
    @Test func whatIsSeenHasOneShapeAndNoUnit() throws {
        let seen = windows(try SchedulingStreams.stream(seed: 1)).map { WindowFeatures.observation(of: $0) }
        let slow = windows(try SchedulingStreams.stream(seed: 1, scale: 1024)).map {
            WindowFeatures.observation(of: $0)
        }
        #expect(seen.count > 10 && seen.count == slow.count)
        for (observation, other) in zip(seen, slow) {
            #expect(observation.state.count == 128 && observation.featureCount == WindowFeatures.Sight.certain.count)
            let all = observation.state + observation.actions
            #expect(all.allSatisfy { $0.isFinite && abs($0) < 20 })
            for (number, other) in zip(all, other.state + other.actions) { #expect(abs(number - other) < 1e-3) }
        }
        #expect(Set(seen.map(\.state)).count > seen.count / 2)
    }

    @Test func aPoolIsToldItsOwnCandidates() throws {
        // Two pools that are equal as long as both are idle.
        var cluster = SchedulingStreams.cluster
        for (place, pool) in ["left", "right"].enumerated() { cluster.nodes[place].pool = pool }
        var left = try SchedulingStreams.stream(seed: 1, on: cluster)[...]
        var simulation = VirtualCluster(
            cluster, rule: .list(SchedulingStreams.order), settings: .init(nodesStartOff: false)
        ) {
            left.popFirst()
        }
        var equal = 0
        while simulation.advanceToChoice() {
            let window = simulation.readyWindow
            let state = WindowFeatures.observation(of: window).state
            let shown = window.pools.indices.filter { window.pools[$0].nodeCount > 0 }
            #expect(shown.count == 2)
            for (number, pool) in shown.enumerated() {
                let part = Float(window.candidates.count { $0.pool == pool }) / Float(window.candidates.count)
                #expect(state[8 + 8 * number] == 1 && state[8 + 8 * number + 6] == part)
            }
            if window.pools[shown[0]] == window.pools[shown[1]] { equal += 1 }
            simulation.choose(candidate: window.candidates.count - 1)
        }
        #expect(equal > 0)
    }

    @Test func itTakesWhatTheNetworkValuesMostUnlessByTooLittle() throws {
        var scratch = ChoiceScratch()
        var others = 0
        for seed in 1...4 as ClosedRange<UInt64> {
            let network = SchedulingStreams.network(seed: seed)
            for window in windows(try SchedulingStreams.stream(seed: seed)) {
                let values = network.values(of: ObservationBatch([WindowFeatures.observation(of: window)])).scalars
                for margin in [Float(0), 0.3, .infinity] {
                    let place = DQNScheduler(network, margin: margin).choose(from: window, using: &scratch)
                    let best = values.indices.max { values[$0] < values[$1] } ?? 0
                    // Rounding may decide between those that are all but equal.
                    let least = place == 0 ? values[best] - margin : values[best]
                    #expect(values[place] >= least - 1e-4)
                    if place > 0 { #expect(values[place] > values[0] + margin - 1e-4) }
                    if margin == 0, place > 0 { others += 1 }
                }
            }
        }
        #expect(others > 10)
    }

    @Test func anEpisodeIsPaidByCompletionTimes() throws {
        var generator = SeededGenerator(seed: 3)
        let same = try SchedulingStreams.workflow(tasks: 9, using: &generator)
        let arrivals = (0..<10).map { Arrival(at: Double($0) * 4, same) }
        let unit = same.criticalPathSeconds
        for (reward, expected) in [
            (SchedulingReward(), { (totals: SimulationTotals) in totals.workflowSeconds / unit }),
            (SchedulingReward(completion: 0, makespan: 2), { 2 * $0.seconds / unit }),
            (SchedulingReward(completion: 0, idleCores: 1), { ($0.availableCoreSeconds - $0.heldCoreSeconds) / unit }),
        ] as [(SchedulingReward, (SimulationTotals) -> Double)] {
            var environment = SchedulingEnvironment(
                on: SchedulingStreams.cluster, order: SchedulingStreams.order, reward: reward
            ) { _ in
                arrivals
            }
            var observation = try environment.begin(seed: 1)
            let began = try #require(environment.simulation).totals
            var (sum, steps) = (0.0, 0)
            while let seen = observation {
                let outcome = try environment.take(seen.actionCount - 1)
                #expect(outcome.reward <= 1e-6 && outcome.discount <= 1)
                #expect((outcome.discount == 0) == (outcome.observation == nil))
                sum -= Double(outcome.reward)
                steps += 1
                observation = outcome.observation
            }
            let end = try #require(environment.simulation).totals
            #expect(steps > 20 && abs(sum - (expected(end) - expected(began))) < 1e-3 * sum)
        }
    }

    @Test func rewardsBeyondAnOutlookAddUpToTheSame() throws {
        // Over an episode the outlooks cancel out but the first, which no action changes.
        for mix in [SchedulingReward(), SchedulingReward(completion: 0, makespan: 1)] {
            func discounted(isShaped: Bool, _ place: (Int) -> Int) throws -> (sum: Double, largest: Float) {
                var environment = SchedulingEnvironment(
                    on: SchedulingStreams.cluster, order: SchedulingStreams.order, reward: mix
                ) { try SchedulingStreams.stream(seed: $0) }
                environment.isShaped = isShaped
                var observation = try environment.begin(seed: 3)
                var (sum, weight, largest) = (0.0, 1.0, Float(0))
                while let seen = observation {
                    let outcome = try environment.take(place(seen.actionCount))
                    sum += weight * Double(outcome.reward)
                    weight *= Double(outcome.discount)
                    largest = max(largest, outcome.reward)
                    observation = outcome.observation
                }
                return (sum, largest)
            }
            let (first, last): ((Int) -> Int, (Int) -> Int) = ({ _ in 0 }, { $0 - 1 })
            let plain = (try discounted(isShaped: false, first), try discounted(isShaped: false, last))
            let shaped = (try discounted(isShaped: true, first), try discounted(isShaped: true, last))
            let (difference, other) = (plain.0.sum - plain.1.sum, shaped.0.sum - shaped.1.sum)
            #expect(abs(difference - other) < 1e-4 && abs(difference) > 1e-2, "\(difference), \(other)")
            // What is paid for completion alone has an outlook.
            #expect((shaped.0.largest > 0) == (mix.completion > 0) && plain.0.largest <= 0)
            #expect((abs(shaped.0.sum) < abs(plain.0.sum)) == (mix.completion > 0))
        }
    }

    /// What rules believe may be wrong, and requests too small: what really happens is told.
    @Test(arguments: [(isWrong: false, lacks: false), (true, false), (false, true)])
    func rolloutsTellWhatAChoiceComesTo(isWrong: Bool, lacks: Bool) throws {
        // All are there at the beginning, so that a rollout is what really happens.
        var arrivals = try SchedulingStreams.stream(seed: 5, count: 6, gap: 0)
        for place in arrivals.indices {
            let instance = arrivals[place].instance
            if isWrong {
                arrivals[place].expect(
                    instance.runtimes.enumerated().map {
                        DurationForecast(median: $0.isMultiple(of: 2) ? 4 * $1 : $1 / 4, sigma: 1)
                    })
            }
            if lacks, place.isMultiple(of: 2) { arrivals[place].memoryRequests = instance.memory.map { $0 / 2 } }
        }
        var sampler = RolloutSampler(order: SchedulingStreams.order, base: .list(.leastRemainingWorkByPath))
        (sampler.beginnings, sampler.exploration, sampler.candidatesAtMost) = (1, 0, 64)
        var generator = SeededGenerator(seed: 1)
        let samples = sampler.samples(of: arrivals, following: nil, takesBest: false, using: &generator)
        let seen = windows(arrivals)
        #expect(samples.count == seen.count && samples.count > 15)
        func completions(_ places: [Int]) -> Double {
            var left = arrivals[...]
            let rule = SimulationRule.list(
                QueueOrder.leastRemainingWorkByPath.choosing(window: 64, by: Recorded(places: places)))
            var simulation = VirtualCluster(
                SchedulingStreams.cluster, rule: rule, settings: .init(nodesStartOff: false)
            ) { left.popFirst() }
            return simulation.run().workflows.reduce(0) { $0 + ($1.completionSeconds ?? .infinity) }
        }
        var gains = 0
        for (number, sample) in samples.enumerated() {
            let untouched = [Int](repeating: 0, count: number)
            for place in sample.advantages.indices {
                #expect(sample.isTried[place])
                let gained = completions(untouched) - completions(untouched + [place])
                let told = Double(sample.advantages[place]) * seen[number].meanPathSeconds
                #expect(abs(gained - told) < 1e-3)
                if gained > 0 { gains += 1 }
            }
        }
        #expect(gains > 0)
    }

    @Test func itIsTrainedAndKept() throws {
        var trainer = DQNSchedulerTrainer()
        (trainer.streams, trainer.rounds, trainer.beginnings, trainer.width) = (3, 2, 0.1, 8)
        trainer.loop.epochs = 3
        (trainer.search.steps, trainer.search.pairs) = (2, 10)
        let validation = try (0..<3).map { try SchedulingStreams.stream(seed: 90 + $0) }
        let outcome = try trainer.train(
            on: { try SchedulingStreams.stream(seed: $0) }, validation: validation, seed: 1)
        #expect(outcome.sampleCount > 50 && outcome.validation.count >= trainer.margins.count)
        #expect(outcome.validation.contains { $0.origin == .search(step: 1) })
        // What was chosen is the best of what was tried, where that gains.
        let best = try #require(outcome.validation.min { $0.difference < $1.difference })
        #expect(outcome.chosen == (best.difference < 0 ? best.origin : .rule))
        if case .rollouts(let margin) = outcome.chosen { #expect(outcome.scheduler.margin == margin) }
        let again = try trainer.train(
            on: { try SchedulingStreams.stream(seed: $0) }, validation: validation, seed: 1)
        #expect(again.scheduler.archive == outcome.scheduler.archive)
        // What is chosen is no worse on the validation streams than the rule, which it else is.
        #expect(DQNSchedulerTrainer.difference(outcome.scheduler, on: validation) <= 0)

        let manifest = ModelManifest(
            name: try CheckedName("scheduler"), kind: DQNScheduler.kind,
            architecture: outcome.scheduler.architectureFields, hyperparameters: [:], seed: 1,
            features: outcome.scheduler.features, inputs: [], outputs: [],
            dataset: .init(rows: 1, firstAt: nil, lastAt: nil, sha256: "0"), metrics: [], parentVersion: nil,
            commit: nil,
            created: 1)
        var version = ModelVersion(
            manifest: manifest, digest: "0", weights: outcome.scheduler.archive, golden: outcome.scheduler.golden)
        try Catalog.check(version)
        #expect(try Catalog.loadScheduler(version).archive == outcome.scheduler.archive)
        version.weights.set("features.bias", shape: [8], .float32([Float](repeating: 0.5, count: 8)))
        #expect(throws: InputError.self) { try Catalog.check(version) }
        version.weights = outcome.scheduler.archive
        version.manifest.architecture["features"] = 3
        #expect(throws: InputError.self) { try Catalog.check(version) }
    }

    @Test func aSearchStartsFromTheRuleAndFindsItAgain() throws {
        let streams = try (0..<3).map { try SchedulingStreams.stream(seed: $0) }
        // The weights that it starts from are the rule: by remaining work.
        #expect(DQNSchedulerTrainer.difference(DQNScheduler(try .linear(PolicySearch.start)), on: streams) == 0)
        var search = PolicySearch()
        (search.steps, search.pairs, search.stepLength, search.deviation) = (6, 25, 1, 0.3)
        // From a bad start, the largest part of what is not placed first, to something better.
        var bad = PolicySearch.start
        (bad[0], bad[1]) = (0, 1)
        let path = try search.run(from: bad, on: { try SchedulingStreams.stream(seed: $0) }, seed: 1)
        let differences = try path.map { DQNSchedulerTrainer.difference(DQNScheduler(try .linear($0)), on: streams) }
        #expect(path.count > 3 && differences[0] > 0.1)
        #expect((differences.last ?? 1) < 0.5 * differences[0])
        let again = try search.run(from: bad, on: { try SchedulingStreams.stream(seed: $0) }, seed: 1)
        #expect(again == path)
    }

    @Test func whereRolloutsTellTooLittleTheSearchIsKept() throws {
        var trainer = DQNSchedulerTrainer()
        (trainer.streams, trainer.rounds, trainer.beginnings) = (1, 2, 0)
        (trainer.search.steps, trainer.search.pairs) = (1, 6)
        let validation = [try SchedulingStreams.stream(seed: 90)]
        func train() throws -> DQNSchedulerTrainer.Outcome {
            try trainer.train(on: { try SchedulingStreams.stream(seed: $0) }, validation: validation, seed: 1)
        }
        let outcome = try train()
        #expect(outcome.validation.map(\.origin) == [.search(step: 1)] && outcome.sampleCount == 0)
        #expect(!outcome.chosen.isFitted)
        trainer.search.steps = 0
        let error = #expect(throws: InputError.self) { try train() }
        #expect(error?.field == "workload" && error?.problem.contains("0 choices") == true)
    }

    @Test func searchAndRolloutsTellHowFarTheyAreAndEndWhenAsked() throws {
        var trainer = DQNSchedulerTrainer()
        (trainer.streams, trainer.rounds, trainer.beginnings, trainer.width) = (2, 2, 0.1, 4)
        trainer.loop.epochs = 1
        (trainer.search.steps, trainer.search.pairs) = (2, 3)
        let told = Mutex<[TrainingProgress]>([])
        func train(until stop: Int) throws {
            told.withLock { $0 = [] }
            let asked = Atomic(0)
            trainer.session = TrainingSession(
                checkpoint: CheckpointFile(path: "/nowhere/checkpoint"),
                shouldStop: { _ in asked.wrappingAdd(1, ordering: .relaxed).newValue == stop },
                progress: { progress in told.withLock { $0.append(progress) } })
            _ = try trainer.train(
                on: { try SchedulingStreams.stream(seed: $0) }, validation: [], seed: 1)
        }
        // Three pairs in each of two steps, then two streams in the first round.
        for (stop, epoch, step) in [(1, 1, 1), (5, 2, 2), (6, 2, 3), (7, 1, 1), (8, 1, 2)] {
            let error = #expect(throws: TrainingInterruption.self) { try train(until: stop) }
            #expect(error?.epoch == epoch && error?.step == step && error?.checkpoint == nil)
            let progress = told.withLock { $0 }
            let inSearch = progress.filter { $0.totalUpdates == 6 }.map(\.updates)
            #expect(inSearch == Array(0...min(stop, 6)))
            #expect(progress.filter { $0.totalUpdates == 4 }.map(\.updates) == (stop > 6 ? Array(0...stop - 6) : []))
        }
        // A fit before the last round ends too, and keeps nothing.
        let error = #expect(throws: TrainingInterruption.self) { try train(until: 9) }
        #expect(error?.checkpoint == nil)
    }

    @Test func aDeepQNetworkMakesUpdatesInTheTwinAndTheBestIsKept() throws {
        var configuration = DQNConfiguration()
        (configuration.warmUp, configuration.batchSize, configuration.imitation) = (30, 8, 0.1)
        var learner = DQN(SchedulingStreams.network(), configuration, seed: 1)
        var environment = SchedulingEnvironment(on: SchedulingStreams.cluster, order: SchedulingStreams.order) {
            try SchedulingStreams.stream(seed: $0)
        }
        let training = AgentTraining(epochs: 2, episodesPerEpoch: 2)
        func cost(_ network: CandidateNetwork) throws -> Float {
            Float(DQNSchedulerTrainer.difference(DQNScheduler(network), on: [try SchedulingStreams.stream(seed: 80)]))
        }
        let before = try cost(learner.online)
        let records = try training.run(&learner, in: &environment, seed: 1, evaluation: cost)
        // The network that is kept is the best of all, that of the beginning included.
        #expect(try cost(learner.online) == min(before, records.map(\.validationLoss).min() ?? .infinity))
        #expect(records.count == 2 && records.allSatisfy { $0.trainingLoss.isFinite && $0.trainingLoss > 0 })
        #expect(learner.updates > 5 && learner.replay.count > 60)
    }
}

struct RuleEnvironmentTests {
    @Test func oneRuleAllTheWayIsThatRule() throws {
        let rules: [SimulationRule] = [.list(.arrival), .list(.leastRemainingWorkByPath), .list(.fair)]
        var environment = RuleEnvironment(on: SchedulingStreams.cluster, rules: rules) {
            try SchedulingStreams.stream(seed: $0)
        }
        var sums: [Double] = []
        for (action, rule) in rules.enumerated() {
            var observation = try environment.begin(seed: 4)
            var (steps, sum) = (0, 0.0)
            while let seen = observation {
                #expect(seen.state.count == environment.stateCount && seen.actionCount == 3)
                #expect(seen.state.allSatisfy { $0.isFinite && abs($0) < 20 })
                let outcome = try environment.take(action)
                sum += Double(outcome.reward)
                steps += 1
                observation = outcome.observation
            }
            #expect(steps == 12)
            var left = try SchedulingStreams.stream(seed: 4)[...]
            var simulation = VirtualCluster(
                SchedulingStreams.cluster, rule: rule, settings: .init(nodesStartOff: false)
            ) { left.popFirst() }
            let expected = simulation.run().workflows.compactMap(\.completionSeconds).reduce(0, +)
            let told = try #require(environment.lastTotals).workflowSeconds
            #expect(abs(told - expected) < 1e-6 * expected && sum < 0)
            sums.append(expected)
        }
        #expect(Set(sums).count == 3)
    }
}
