import Kernels

/// Executors that serve a stream of Spark jobs, in virtual time: what Mao and others schedule in "Learning scheduling algorithms
/// for data processing clusters", SIGCOMM 2019 (Decima), after the simulator spark-sched-sim.
///
/// One that is committed to no stage counts as idle; in some versions of that simulator it keeps the last stage that it served.
///
/// An executor serves one job at a time and needs ``movingSeconds`` to another one. It goes on with the tasks of a stage as long
/// as any has not started. When the first one is left over, a round begins for all executors of that stage, those that are still
/// at work included: a rule commits them to stages, a number at a time. Likewise for those that wait in a job when a stage of it
/// may begin, and for those without a job when a job comes. What is not committed stays with its job, or without one where the
/// job has no task left to start. A stage takes executors when every task of its parents has one; they wait until the parents
/// have ended.
///
/// ```swift
/// var cluster = SparkCluster(stream, executors: 10)
/// while cluster.advanceToChoice() { cluster.commit(cluster.committable, to: cluster.openStages[0]) }
/// print(cluster.meanCompletion)
/// ```
public struct SparkCluster: Sendable {
    /// Seconds from one job to another.
    public let movingSeconds: Double
    /// E, the number of executors.
    public let executorCount: Int
    /// What comes.
    public let stream: SparkStream
    /// Seconds since the beginning.
    public internal(set) var now = 0.0
    /// Jobs that have come and not ended, by their places in the stream, in the order in which they came.
    public internal(set) var activeJobs: [Int] = []
    /// When each job ended; infinite until then.
    public internal(set) var completedAt: [Double]
    /// What executors did, if it is kept.
    public internal(set) var records: [Record] = []

    /// Stages of all jobs are numbered through: those of job j are `firstStage[j]..<firstStage[j + 1]`.
    let firstStage: [Int]
    let facts: [StageFacts]
    var stages: [StageState]
    var jobs: [JobState]
    var executors: [ExecutorState]
    var commitments: [Commitment] = []
    var events = EventQueue()
    let keepsRecords: Bool
    /// Where the executors are that are committed now; nil between rounds.
    var source: Pool?
    /// Counts rounds, so that a stage knows whether it was chosen in this one.
    var round = 1

    /// The beginning of `stream`.
    public init(_ stream: SparkStream, executors count: Int, movingSeconds: Double = 2, keepsRecords: Bool = false) {
        precondition(count > 0 && movingSeconds >= 0, "\(count) executors that move in \(movingSeconds) s")
        self.stream = stream
        self.movingSeconds = movingSeconds
        self.keepsRecords = keepsRecords
        executorCount = count
        executors = Array(repeating: ExecutorState(), count: count)
        completedAt = Array(repeating: .infinity, count: stream.arrivals.count)
        var (first, facts, stages, jobs) = ([0], [StageFacts](), [StageState](), [JobState]())
        for (place, arrival) in stream.arrivals.enumerated() {
            let job = stream.jobs[arrival.job]
            var task = 0
            for (number, stage) in job.stages.enumerated() {
                facts.append(
                    StageFacts(
                        job: place, firstTask: task, tasks: stage.tasks, mean: stage.durations.mean,
                        path: job.paths[number],
                        growth: stream.jobs.growth(of: stream.jobs.firstStage[arrival.job] + number, at: count),
                        table: stream.jobs.firstStage[arrival.job] + number, seed: arrival.seed))
                stages.append(StageState(unstarted: stage.tasks, waitingFor: stage.parents.count))
                task += stage.tasks
            }
            jobs.append(JobState(stages: job.stages.count, work: job.work))
            first.append(stages.count)
        }
        (self.firstStage, self.facts, self.stages, self.jobs) = (first, facts, stages, jobs)
        for (place, arrival) in stream.arrivals.enumerated() { events.insert(count + place, at: arrival.at) }
    }

    /// The mean of the seconds from a job's arrival to its end; 0 without jobs.
    public var meanCompletion: Double {
        guard !completedAt.isEmpty else { return 0 }
        return zip(completedAt, stream.arrivals).reduce(0) { $0 + $1.0 - $1.1.at } / Double(completedAt.count)
    }
}

extension SparkCluster {
    /// Where executors are: at a stage, at work or just done, by its number; in a job without a stage; or without a job.
    struct Pool: Hashable {
        let code: Int

        static let common = Pool(code: -1)
        /// On the way to another job.
        static let moving = Pool(code: -2)
        static func stage(_ stage: Int) -> Pool { Pool(code: stage) }
        static func job(_ job: Int) -> Pool { Pool(code: -3 - job) }
    }

    /// What stays as it is.
    struct StageFacts {
        let job: Int
        /// The number of its first task in the job.
        let firstTask: Int
        let tasks: Int
        let mean: Double
        let path: Double
        let growth: Double
        /// Its place among the stages of all jobs that may come.
        let table: Int
        let seed: UInt64
    }

    /// Some executors of a pool that go to a stage as they are released, or to nowhere.
    struct Commitment {
        var source: Pool
        /// Nil: they are left over.
        var stage: Int?
        var count: Int
    }

    struct StageState {
        /// Tasks that have not started.
        var unstarted: Int
        var running = 0
        /// Executors that move to it or are committed to it.
        var coming = 0
        /// Parents that have not ended.
        var waitingFor: Int
        /// The last round in which it was chosen.
        var chosenIn = 0

        /// Executors that it could take.
        var demand: Int { unstarted - coming }

        init(unstarted: Int, waitingFor: Int) {
            self.unstarted = unstarted
            self.waitingFor = waitingFor
        }
    }

    struct JobState {
        /// Stages that have not ended.
        var unfinished: Int
        /// Stages with tasks that have not started.
        var unstarted: Int
        /// Executors in it.
        var held = 0
        /// Executors that move to it or are committed to it from elsewhere.
        var coming = 0
        /// Executor-seconds of tasks that have not started, by the means.
        var work: Double

        init(stages: Int, work: Double) {
            (unfinished, unstarted, self.work) = (stages, stages, work)
        }
    }

    struct ExecutorState {
        var pool = Pool.common
        /// The job that it is in, or moves to.
        var job: Int?
        /// The stage that it moves to, else that of its last task; nil if it was idle since.
        var stage: Int?
        var isExecuting = false
    }

    /// A task of an executor, or its way to another job.
    public struct Record: Sendable, Equatable {
        /// Its number.
        public var executor: Int
        /// The job that is served, or moved to.
        public var job: Int
        /// The stage of the task, by its place in the job; nil for a way.
        public var stage: Int?
        /// When it began.
        public var start: Double
        /// When it ended.
        public var end: Double
    }
}
