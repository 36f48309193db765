import Files
import Kernels
import Registry
import Simulation
import Synchronization
import Testing
import Training

@testable import Models

private func job(_ stages: [(tasks: Int, seconds: Double, after: [Int])]) -> SparkJob {
    SparkJob(
        name: "sketch",
        stages: stages.map { .init(tasks: $0.tasks, after: $0.after, durations: SparkDurations(constant: $0.seconds)) })
}

/// Short jobs of few tasks and long ones of many, in two stages.
private let jobs = SparkJobs(
    (1...6).map { size in job([(4 * size, Double(size), []), (2 * size, 2, [0])]) })

private func completion(_ rule: some SparkRule, _ stream: SparkStream, executors: Int) -> Double {
    var cluster = SparkCluster(stream, executors: executors)
    cluster.run(rule)
    return cluster.meanCompletion
}

struct SparkScorerTests {
    @Test func itBeginsAsTheLeastRemainingWork() {
        // Where a stage alone is open in each job, and none waits, the start is the rule.
        let plain = SparkJobs((1...6).map { job([(5 * $0, Double($0), [])]) })
        for seed in 0..<8 as Range<UInt64> {
            let stream = SparkStream(of: plain, count: 20, meanGap: 8, seed: seed)
            for (isFair, rule) in [(false, SparkOrder.srpt), (true, .srptFair)] {
                let start = SparkScorer.leastRemainingWork(isFair: isFair, executors: 5)
                let (own, other) = (completion(start, stream, executors: 5), completion(rule, stream, executors: 5))
                #expect(isFair ? own < 1.05 * other : abs(own - other) < 1e-9 * other, "\(seed)")
            }
        }
    }

    @Test func aJobHasNoMoreThanItsShare() {
        var weights = [Double](repeating: 0, count: SparkFeatures.count)
        weights[14] = logarithm(2.5)
        let scorer = SparkScorer(weights)
        #expect(scorer.score([Double](repeating: 1, count: SparkFeatures.count), executors: 10).cap == 3)
        weights[14] = 700
        #expect(SparkScorer(weights).score([Double](repeating: 1, count: SparkFeatures.count), executors: 10).cap == 10)
        weights[14] = -700
        #expect(SparkScorer(weights).score([Double](repeating: 1, count: SparkFeatures.count), executors: 10).cap == 1)
        let stream = SparkStream(of: jobs, count: 20, meanGap: 5, seed: 1)
        var cluster = SparkCluster(stream, executors: 12)
        var most = 0
        while cluster.advanceToChoice() {
            guard let choice = scorer.choose(in: cluster) else {
                cluster.leaveRest()
                continue
            }
            cluster.commit(choice.executors, to: choice.stage)
            most = max(most, cluster.activeJobs.map { cluster.supply(of: $0) }.max() ?? 0)
        }
        #expect(most == 3)
    }

    @Test func theCapOfAJobGrowsWithItsWork() {
        let scorer = SparkScorer.leastRemainingWork(isFair: false, factor: 4, exponent: 0.5)
        var features = [Double](repeating: 0, count: SparkFeatures.count)
        features[14] = 1
        for (work, cap) in [(300.0, 4), (1200, 8), (75, 2), (30, 2), (1, 1), (1e6, 100)] {
            (features[0], features[16]) = (logarithm(work / 300), logarithm(work / 300))
            #expect(scorer.score(features, executors: 100).cap == cap, "\(work)")
            #expect(scorer.score(features, executors: 100).score == -logarithm(work / 300))
        }
        // Without growth, and all executors for each, it is the rule that searches begin with.
        #expect(
            SparkScorer.leastRemainingWork(isFair: false, factor: 10, exponent: 0)
                == .leastRemainingWork(isFair: false, executors: 10))
        // Or so many times what each would have alike.
        let fair = SparkScorer.leastRemainingWork(isFair: true, factor: 2, exponent: 0.5)
        (features[0], features[15], features[16]) = (logarithm(4), logarithm(5), logarithm(4))
        #expect(fair.score(features, executors: 100).cap == 20)
    }

    @Test func whatAJobHasBeyondItsShareGoesElsewhere() {
        // Others have a share of four, and the job that executors are in one of one.
        var weights = [Double](repeating: 0, count: SparkFeatures.count)
        (weights[2], weights[14], weights[19]) = (5, logarithm(3.5), -2)
        let scorer = SparkScorer(weights)
        var cluster = SparkCluster(SparkStream(of: jobs, count: 20, meanGap: 5, seed: 1), executors: 12)
        var (stayed, left) = (0, 0)
        while cluster.advanceToChoice() {
            guard let choice = scorer.choose(in: cluster) else {
                cluster.leaveRest()
                continue
            }
            if let own = cluster.sourceJob, cluster.stages(of: own).contains(choice.stage) {
                #expect(choice.executors == 1 && cluster.supply(of: own) == cluster.committable)
                stayed += 1
            } else {
                left += 1
            }
            cluster.commit(choice.executors, to: choice.stage)
        }
        #expect(stayed > 5 && left > 5)
    }

    @Test func aSearchEndsJobsSoonerAndIsAFunctionOfItsSeed() throws {
        var trainer = SparkScorerTrainer(on: jobs, count: 15, executors: 8)
        (trainer.meanGap, trainer.generations, trainer.population) = (3, 20, 8)
        (trainer.streams, trainer.validationStreams) = (4, 10)
        let outcome = try trainer.train(seed: 1)
        #expect(outcome.validation.map(\.generation) == [10, 20])
        let best = try #require(outcome.validation.min { $0.ratio < $1.ratio })
        #expect(best.ratio < 0.98 && outcome.generation == best.generation, "\(outcome.validation)")
        let again = try trainer.train(seed: 1)
        #expect(again.scorer == outcome.scorer)
        // On streams that were neither searched nor chosen on.
        guard case .leastRemainingWork(let isFair) = outcome.start else { return #expect(Bool(false)) }
        let start = SparkScorer.leastRemainingWork(isFair: isFair, executors: 8)
        let sums = [outcome.scorer, start].map { scorer in
            (0..<20 as Range<UInt64>).reduce(0) { sum, seed in
                let stream = SparkStream(of: jobs, count: 15, meanGap: 3, seed: seed)
                return sum + completion(scorer, stream, executors: 8)
            }
        }
        #expect(sums[0] < 0.99 * sums[1], "\(sums)")
    }

    @Test func aScorerThatIsGivenLearnsOn() throws {
        var trainer = SparkScorerTrainer(on: jobs, count: 15, executors: 8)
        (trainer.meanGap, trainer.population, trainer.streams, trainer.validationStreams) = (3, 8, 4, 10)
        trainer.generations = 20
        let learned = try trainer.train(seed: 1).scorer
        // On another load nothing is lost of what it knows: it is kept, or what it learned on is better.
        (trainer.meanGap, trainer.start) = (1, learned)
        for generations in [0, 10] {
            trainer.generations = generations
            let outcome = try trainer.train(seed: 7)
            #expect(outcome.start == .given)
            #expect((outcome.generation == 0) == (outcome.scorer == learned))
            #expect(outcome.validation.allSatisfy { outcome.generation == $0.generation || $0.ratio > 0.5 })
        }
    }

    @Test func aSearchEndsWhenAsked() throws {
        var trainer = SparkScorerTrainer(on: jobs, count: 3, executors: 2)
        (trainer.generations, trainer.population, trainer.streams, trainer.validationStreams) = (4, 5, 1, 1)
        let told = Mutex<[Int]>([])
        trainer.session = TrainingSession(
            shouldStop: { $0.updates == 12 }, progress: { progress in told.withLock { $0.append(progress.updates) } })
        let error = #expect(throws: TrainingInterruption.self) { try trainer.train(seed: 1) }
        #expect(error?.epoch == 3 && error?.step == 2 && error?.checkpoint == nil)
        #expect(told.withLock { $0 } == Array(0...12))
    }

    @Test func aVersionIsWhatWasPublished() throws {
        var generator = SeededGenerator(seed: 4)
        let scorer = SparkScorer((0..<SparkFeatures.count).map { _ in Double(generator.normal()) })
        let read = try SparkScorer(scorer.archive)
        #expect(read == scorer)
        try read.check(against: scorer.golden)
        var weights = scorer.weights
        weights[3] += 1e-3
        #expect(throws: InputError.self) { try SparkScorer(weights).check(against: scorer.golden) }
        var short = scorer.archive
        short.set("weights", shape: [2], .float64([1, 2]))
        let error = #expect(throws: InputError.self) { try SparkScorer(short) }
        #expect(error?.field == "weights")
        var more = scorer.archive
        more.set("others", shape: [1], .float64([1]))
        let extra = #expect(throws: InputError.self) { try SparkScorer(more) }
        #expect(extra?.field == "others")
        #expect(SparkScorer.features.count == SparkFeatures.count)
        #expect(Set(SparkScorer.features.map(\.name)).count == SparkFeatures.count)
    }
}

/// The cap of a job whose share is that of all active ones, E / n, is what the fair rule gives it, for all E and n.
@Test func aWholeShareIsNoneTooMany() {
    for executors in 1...100 {
        for active in 1...executors {
            let share = logarithm(Double(executors) / Double(active))
            #expect(SparkScorer.cap(share, executors: executors) == (executors + active - 1) / active)
        }
    }
    #expect(SparkScorer.cap(.nan, executors: 9) == 1 && SparkScorer.cap(-.infinity, executors: 9) == 1)
    #expect(SparkScorer.cap(.infinity, executors: 9) == 9 && SparkScorer.cap(1e300, executors: 9) == 9)
    #expect(SparkScorer.cap(-1e300, executors: 9) == 1)
}
