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

private let whole = WindowFeatures.Sight(hasUncertainty: true)

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
        #expect(WindowFeatures.Sight().count == 28 && whole.count == 29 && WindowFeatures.Sight.all.count == 30)
        for (told, untold) in zip(
            try UncertainTasks.windows(seed: 2), try UncertainTasks.windows(seed: 2, isTold: false))
        {
            let seen = WindowFeatures.observation(of: told, sight: whole)
            let unseen = WindowFeatures.observation(of: untold, sight: whole)
            let rows = (0..<seen.actionCount).map { seen.actions[$0 * whole.count + WindowFeatures.deviationPlace] }
            #expect(zip(rows, told.candidates).allSatisfy { abs($0 - Float($1.deviation)) < 1e-6 })
            #expect(seen.state != unseen.state)
            // Who was not shown it sees what there was before.
            #expect(
                WindowFeatures.observation(of: told, sight: .certain)
                    == WindowFeatures.observation(of: untold, sight: .certain))
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
                // It has as many features as one without priorities that sees the uncertainty.
                let blind = DQNScheduler(network)
                #expect(blind.sight == .certain)
                let before = blind.choose(from: untold, using: &scratch)
                #expect(blind.choose(from: told, using: &scratch) == before)
                let seeing = DQNScheduler(network, seesUncertainty: true)
                #expect(seeing.sight == whole)
                if seeing.choose(from: told, using: &scratch) != before { differs += 1 }
            }
        }
        #expect(differs > 5)
    }

    /// Workflows of three tasks behind each other, of which those of the odd ones take e times as long as is believed.
    @Test func theOverrunIsThatOfTheTasksThatHaveEnded() throws {
        let cluster = Cluster(nodes: [Cluster.Node(name: "a", cores: 1)])
        let tasks = (0..<3).map { Workflow.Task(id: "t\($0)", runtimeSeconds: 10) }
        let chain = try Workflow(name: "w", tasks: tasks, edges: [("t0", "t1"), ("t1", "t2")])
        let slow = try SchedulingInstance(
            chain, on: cluster, durations: [Double](repeating: 10 * 2.718281828459045, count: 3))
        let arrivals = try (0..<6).map { place in
            Arrival(
                at: 0, place % 2 == 1 ? slow : try SchedulingInstance(chain, on: cluster), forecast: [10, 10, 10],
                deviations: [1, 1, 1])
        }
        let windows = SchedulingStreams.windows(arrivals, SchedulingStreams.order)
        var seen: Set<Int> = []
        for window in windows {
            let observation = WindowFeatures.observation(of: window, sight: .all)
            for (place, candidate) in window.candidates.enumerated() {
                // The first tasks of a chain are ready when as many before it have ended.
                let ended = candidate.task
                let expected = candidate.workflow.place % 2 == 1 ? Double(ended) / Double(ended + 2) : 0
                #expect(abs(candidate.overrun - expected) < 1e-9)
                #expect(abs(observation.actions[place * 30 + 29] - Float(expected)) < 1e-6)
                seen.insert(candidate.workflow.place % 2 == 1 ? ended : 0)
            }
        }
        #expect(seen == [0, 1, 2])
        #expect(
            WindowFeatures.Sight.all.weights([1] + [Float](repeating: 0, count: 27) + [7], of: whole)
                == [1] + [Float](repeating: 0, count: 28) + [7])
    }

    @Test func aVersionKeepsWhetherItSees() throws {
        let network = SchedulingStreams.network()
        #expect(WindowFeatures.Sight(count: 28, hasUncertainty: true) == nil)
        #expect(WindowFeatures.Sight(count: 30, hasUncertainty: false) == nil)
        for sees in [false, true] {
            let scheduler = DQNScheduler(network, seesUncertainty: sees)
            #expect(scheduler.architectureFields["uncertainty"] == (sees ? 1 : nil))
            let read = try DQNScheduler(scheduler.archive, architecture: scheduler.architectureFields)
            #expect(read.sight == scheduler.sight && read.sight.hasUncertainty == sees)
            var wrong = scheduler.architectureFields
            wrong["uncertainty"] = 2
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
