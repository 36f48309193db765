import Files
import Kernels
import Reinforcement
import Scheduling
import Simulation
import Testing
import Workflows

@testable import Models

/// Single tasks that are all forecast to take ten seconds, and wait for one core: half of them are certain to, the others take 60.
private enum UncertainTasks {
    static let cluster = Cluster(nodes: [Cluster.Node(name: "a", cores: 1)])

    static func arrivals(seed: UInt64, isTold: Bool = true) throws -> [Arrival] {
        var generator = SeededGenerator(seed: seed)
        let kinds = (0..<12).map { $0 < 6 }.shuffled(using: &generator)
        return try kinds.map { isCertain in
            let task = Workflow.Task(id: "t", runtimeSeconds: isCertain ? 10 : 60)
            var arrival = Arrival(
                at: 0, try SchedulingInstance(Workflow(name: "w", tasks: [task], edges: []), on: cluster))
            arrival.expect([DurationForecast(median: 10, sigma: isCertain ? 0 : 1.5)])
            if !isTold { arrival.deviations = nil }
            return arrival
        }
    }

    static func windows(seed: UInt64, isTold: Bool = true) throws -> [ReadyWindow] {
        SchedulingStreams.windows(try arrivals(seed: seed, isTold: isTold), SchedulingStreams.order)
    }
}

private let whole = WindowFeatures.Sight(hasDeviation: true)

struct DeviationFeatureTests {
    @Test func forecastsTellHowUncertainTheyAre() throws {
        #expect(abs(DurationForecast(median: 10, sigma: 0.7).deviation - 0.7) < 1e-12)
        let lopsided = DurationForecast(p05: 10, p50: 10, p95: 20)
        #expect(abs(lopsided.deviation - 0.5 * 0.693147180559945 / 1.6448536269514722) < 1e-12)
        #expect(DurationForecast(p05: 0, p50: 0, p95: 0).deviation == 0)

        let arrival = try #require(UncertainTasks.arrivals(seed: 1).first)
        #expect(try #require(arrival.forecast) == [10] && arrival.deviations?.count == 1)
        let window = try #require(UncertainTasks.windows(seed: 1).first)
        #expect(
            window.candidates.map { ($0.deviation * 10).rounded() / 10 }.sorted() == [0, 0, 0, 0, 0, 0] + [
                1.5, 1.5, 1.5, 1.5, 1.5, 1.5,
            ])
        // Their believed seconds are the same.
        #expect(Set(window.candidates.map(\.seconds)) == [10])
    }

    @Test func theDeviationIsSeenByThoseWhoWereShownIt() throws {
        #expect(WindowFeatures.candidate[WindowFeatures.deviationPlace].name == "deviation")
        #expect(WindowFeatures.Sight(of: try UncertainTasks.arrivals(seed: 1)) == whole)
        #expect(WindowFeatures.Sight(of: try UncertainTasks.arrivals(seed: 1, isTold: false)) == .init())
        for (told, untold) in zip(
            try UncertainTasks.windows(seed: 2), try UncertainTasks.windows(seed: 2, isTold: false))
        {
            let seen = WindowFeatures.observation(of: told, sight: whole)
            let rows = (0..<seen.actionCount).map { seen.actions[$0 * whole.count + WindowFeatures.deviationPlace] }
            #expect(zip(rows, told.candidates).allSatisfy { abs($0 - Float($1.deviation)) < 1e-6 })
            #expect(seen.state != WindowFeatures.observation(of: untold, sight: whole).state)
            // Who was not shown it sees what there was before.
            #expect(
                WindowFeatures.observation(of: told, sight: .init())
                    == WindowFeatures.observation(of: untold, sight: whole))
        }
        // Beyond 3 all are as uncertain.
        var arrivals = try UncertainTasks.arrivals(seed: 2)
        for place in arrivals.indices { arrivals[place].deviations = [50] }
        let far = try #require(SchedulingStreams.windows(arrivals, SchedulingStreams.order).first)
        #expect(WindowFeatures.observation(of: far, sight: whole).actions[WindowFeatures.deviationPlace] == 3)
    }

    @Test func aVersionThatWasNotShownItAnswersAsBefore() throws {
        var generator = SeededGenerator(seed: 5)
        let network = CandidateNetwork(
            state: WindowFeatures.stateCount, features: whole.count, width: 8, using: &generator)
        var scratch = ChoiceScratch()
        var differs = 0
        for seed in 1...6 as ClosedRange<UInt64> {
            let windows = zip(
                try UncertainTasks.windows(seed: seed), try UncertainTasks.windows(seed: seed, isTold: false))
            for (told, untold) in windows {
                let before = DQNScheduler(network).choose(from: untold, using: &scratch)
                #expect(DQNScheduler(network).choose(from: told, using: &scratch) == before)
                let seeing = DQNScheduler(network, seesDeviation: true).choose(from: told, using: &scratch)
                if seeing != before { differs += 1 }
            }
        }
        #expect(differs > 5)
    }

    @Test func aVersionKeepsWhetherItSees() throws {
        let network = SchedulingStreams.network()
        for sees in [false, true] {
            let scheduler = DQNScheduler(network, seesDeviation: sees)
            #expect(scheduler.architectureFields["deviation"] == (sees ? 1 : nil))
            let read = try DQNScheduler(scheduler.archive, architecture: scheduler.architectureFields)
            #expect(read.sight == scheduler.sight && read.sight.hasDeviation == sees)
            var wrong = scheduler.architectureFields
            wrong["deviation"] = 2
            #expect(throws: InputError.self) { try DQNScheduler(scheduler.archive, architecture: wrong) }
        }
    }

    /// All that tells these tasks apart is how uncertain they are, and what is uncertain takes longer.
    @Test func aSearchLearnsToPutWhatIsUncertainLast() throws {
        let validation = try (90..<96 as Range<UInt64>).map { try UncertainTasks.arrivals(seed: $0) }
        func train(_ sight: WindowFeatures.Sight) throws -> DQNSchedulerTrainer.Outcome {
            var trainer = DQNSchedulerTrainer()
            (trainer.rounds, trainer.search.steps, trainer.search.pairs) = (0, 3, 12)
            trainer.sight = sight
            return try trainer.train(
                on: { try UncertainTasks.arrivals(seed: $0) }, validation: validation, seed: 1)
        }
        let outcome = try train(whole)
        #expect(outcome.scheduler.sight == whole)
        #expect(try #require(outcome.scheduler.linearWeights)[WindowFeatures.deviationPlace] < 0)
        let gain = DQNSchedulerTrainer.difference(outcome.scheduler, on: validation)
        // Six of 10 s and then six of 60 s end after 152.5 s on average, in any order 227.5.
        #expect(gain < -0.25, "\(gain)")
        // Without it there is nothing to learn from.
        let refusal = #expect(throws: InputError.self) { try train(.init()) }
        #expect(refusal?.problem.contains("leads nowhere") == true, "\(refusal?.problem ?? "none")")
    }
}
