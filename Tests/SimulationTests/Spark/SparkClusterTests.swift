import Kernels
import TestSupport
import Testing

@testable import Simulation

struct SparkClusterTests {
    @Test func oneJobTakesWhatItsTasksTake() {
        // Two executors move for 2 s; each has a first task of 10 + 1 s and one more of 10 s.
        let one = SparkSketch.stream([(0, SparkSketch.job(4, of: 10))])
        for rule in SparkOrder.allCases { #expect(SparkSketch.completions(one, executors: 2, rule) == [23]) }
        #expect(SparkSketch.completions(one, executors: 8, SparkOrder.fifo) == [13])
        #expect(SparkSketch.completions(one, executors: 1, SparkOrder.fifo) == [43])
        // The second stage begins where the first has ended, on an executor that was idle for no time at all.
        let two = SparkSketch.stream([(3, SparkSketch.job([(1, 10, []), (1, 5, [0])]))])
        #expect(SparkSketch.completions(two, executors: 1, SparkOrder.fifo) == [2 + 11 + 6])
        // The executor that is left over waits in the job for the parent of the last stage.
        let three = SparkSketch.stream([(0, SparkSketch.job([(1, 10, []), (1, 20, []), (2, 5, [0, 1])]))])
        #expect(SparkSketch.completions(three, executors: 2, SparkOrder.fifo) == [2 + 21 + 6])
    }

    @Test func aTaskTakesWhatItsExecutorDidBefore() throws {
        // 9 s on an idle executor, 4 s on one that comes from another stage, 2 s on one that stays.
        let durations = try #require(SparkDurations(fresh: [5: [9]], first: [5: [9, 4]], rest: [5: [2]]))
        let job = SparkJob(
            name: "states",
            stages: [.init(tasks: 3, durations: durations), .init(tasks: 2, after: [0], durations: durations)])
        var cluster = SparkCluster(SparkSketch.stream([(0, job)]), executors: 2, keepsRecords: true)
        cluster.run(SparkOrder.fifo)
        func record(_ executor: Int, _ stage: Int?, _ start: Double, _ end: Double) -> SparkCluster.Record {
            SparkCluster.Record(executor: executor, job: 0, stage: stage, start: start, end: end)
        }
        // At 11 s both are committed to the second stage: one of them waits for it, the other one comes from its last task.
        #expect(
            cluster.records == [
                record(0, nil, 0, 2), record(1, nil, 0, 2), record(0, 0, 2, 11), record(1, 0, 2, 11),
                record(0, 0, 11, 13), record(0, 1, 13, 17), record(1, 1, 13, 22),
            ])
    }

    @Test func executorsGoFromJobToJobByTheRule() {
        let three = SparkSketch.stream([
            (0, SparkSketch.job(1, of: 10)), (1, SparkSketch.job(3, of: 10)), (2, SparkSketch.job(1, of: 10)),
        ])
        for rule in [SparkOrder.fifo, .fair] {
            #expect(SparkSketch.completions(three, executors: 1, rule) == [13, 45, 57], "\(rule)")
        }
        for rule in [SparkOrder.srpt, .srptFair] {
            #expect(SparkSketch.completions(three, executors: 1, rule) == [13, 58, 24], "\(rule)")
        }
        // Four executors are released at 13 s, when three jobs are active.
        let wide = SparkSketch.stream([
            (0, SparkSketch.job(4, of: 10)), (1, SparkSketch.job(100, of: 10)), (2, SparkSketch.job(80, of: 10)),
        ])
        let (first, then) = (2 + 11 + 24 * 10.0, 2 + 11 + 19 * 10.0)
        #expect(SparkSketch.completions(wide, executors: 4, SparkOrder.fifo) == [13, 12 + first, 11 + first + then])
        #expect(SparkSketch.completions(wide, executors: 4, SparkOrder.srpt) == [13, 12 + then + first, 11 + then])
        for rule in [SparkOrder.fair, .srptFair] {
            let completions = SparkSketch.completions(wide, executors: 4, rule)
            // Two each; those of the smaller job are then more than the other one's share, and wait for a job to come.
            #expect(completions[0] == 13 && completions[2] == 11 + 2 + 11 + 39 * 10)
            #expect(completions[1] == 12 + 2 + 11 + 49 * 10)
        }
    }

    @Test func whatIsLeftWaitsAndAllJobsEnd() {
        struct Never: SparkRule { func choose(in cluster: SparkCluster) -> SparkChoice? { nil } }
        // Nothing is done until nothing else is to come.
        let two = SparkSketch.stream([(0, SparkSketch.job(1, of: 10)), (30, SparkSketch.job(1, of: 10))])
        let ended = SparkSketch.completions(two, executors: 2, Never())
        #expect(ended.allSatisfy { $0.isFinite } && ended[0] >= 43)
        var none = SparkCluster(SparkSketch.stream([]), executors: 1)
        none.run(SparkOrder.fifo)
        #expect(none.meanCompletion == 0)
    }

    @Test(arguments: 0..<12) func runsAreValidWhateverIsChosen(seed: UInt64) throws {
        let jobs = SparkSketch.drawnJobs(8, seed: seed)
        let stream = SparkStream(of: jobs, count: 12, meanGap: 10, seed: seed)
        for executors in [1, 3, 12] {
            for rule in SparkOrder.allCases { try check(stream, executors, rule) }
            try check(stream, executors, AnyChoice(seed: seed))
        }
    }

    /// Runs twice, the second time with records, and checks them.
    private func check(_ stream: SparkStream, _ executors: Int, _ rule: some SparkRule) throws {
        var plain = SparkCluster(stream, executors: executors)
        plain.run(rule)
        var cluster = SparkCluster(stream, executors: executors, keepsRecords: true)
        cluster.run(rule)
        #expect(cluster.completedAt == plain.completedAt && cluster.activeJobs.isEmpty && cluster.commitments.isEmpty)
        #expect(cluster.completedAt.allSatisfy { $0.isFinite })
        var tasks = stream.arrivals.map { stream.jobs.all[$0.job].stages.map(\.tasks) }
        var (began, ended) = (tasks.map { $0.map { _ in Double.infinity } }, tasks.map { $0.map { _ in 0.0 } })
        for executor in 0..<executors {
            var (free, job) = (0.0, Int?.none)
            for record in cluster.records where record.executor == executor {
                // One thing at a time, and a job only behind the way to it.
                #expect(record.start >= free && record.end >= record.start)
                if let stage = record.stage {
                    #expect(record.job == job && record.start >= stream.arrivals[record.job].at)
                    tasks[record.job][stage] -= 1
                    began[record.job][stage] = min(began[record.job][stage], record.start)
                    ended[record.job][stage] = max(ended[record.job][stage], record.end)
                } else {
                    #expect(record.end == record.start + 2 && record.job != job)
                    job = record.job
                }
                free = record.end
            }
        }
        #expect(tasks.allSatisfy { $0.allSatisfy { $0 == 0 } })
        for (place, arrival) in stream.arrivals.enumerated() {
            #expect(cluster.completedAt[place] == ended[place].max())
            for (stage, facts) in stream.jobs.all[arrival.job].stages.enumerated() {
                for parent in facts.parents { #expect(began[place][stage] >= ended[place][parent]) }
            }
        }
        #expect(cluster.jobs.allSatisfy { $0.held == 0 && $0.coming == 0 && abs($0.work) < 1e-6 })
        #expect(cluster.executors.allSatisfy { $0.pool == .common && $0.job == nil })
    }

    @Test func whatIsCommittedIsWhatAStageTakes() {
        var cluster = SparkCluster(
            SparkSketch.stream([(0, SparkSketch.job([(3, 10, []), (5, 10, [0])]))]), executors: 10)
        let begins = cluster.advanceToChoice()
        #expect(begins && cluster.committable == 10 && cluster.sourceJob == nil && cluster.openStages == [0])
        #expect(cluster.supply(of: 0) == 0 && cluster.work(of: 0) == 80 && cluster.path(of: 0) == 20)
        cluster.commit(8, to: 0)
        // Three are enough for the first stage; the second takes five of the others, which will wait.
        #expect(cluster.supply(of: 0) == 3 && cluster.demand(of: 0) == 0 && cluster.waits(1))
        let goesOn = cluster.advanceToChoice()
        #expect(goesOn && cluster.now == 0 && cluster.committable == 7 && cluster.openStages == [1])
        cluster.commit(7, to: 1)
        #expect(cluster.supply(of: 0) == 8)
        cluster.run(SparkOrder.fifo)
        #expect(cluster.completedAt == [2 + 11 + 11])
    }

    @Test func aCommitmentToNothingIsRefused() async {
        await #expect(processExitsWith: .failure) {
            var cluster = SparkCluster(SparkSketch.stream([(0, SparkSketch.job(3, of: 10))]), executors: 2)
            _ = cluster.advanceToChoice()
            cluster.commit(3, to: 0)
        }
    }
}
