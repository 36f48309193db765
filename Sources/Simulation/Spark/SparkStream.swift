import Kernels

/// Jobs that come one by one, and what is drawn for their tasks.
public struct SparkStream: Sendable {
    /// One job that comes.
    public struct Arrival: Sendable, Equatable {
        /// When, in seconds.
        public var at: Double
        /// What comes, by its place among ``jobs``.
        public var job: Int
        /// What the durations of its tasks are drawn by: the same task has the same draw under every rule.
        public var seed: UInt64

        /// A job that comes.
        public init(at moment: Double, _ job: Int, seed: UInt64 = 0) {
            self.at = moment
            self.job = job
            self.seed = seed
        }
    }

    /// What may come.
    public let jobs: SparkJobs
    /// What comes, the earliest first.
    public let arrivals: [Arrival]

    /// A stream of `arrivals`.
    public init(of jobs: SparkJobs, _ arrivals: [Arrival]) {
        precondition(
            arrivals.allSatisfy { jobs.all.indices.contains($0.job) }, "an arrival of none of \(jobs.count) jobs")
        precondition(
            zip(arrivals, arrivals.dropFirst()).allSatisfy { $0.at <= $1.at } && arrivals.allSatisfy { $0.at >= 0 },
            "arrivals are not in the order of their moments")
        self.jobs = jobs
        self.arrivals = arrivals
    }

    /// `count` of `jobs`, each as likely, the first at 0 and the others behind exponential gaps.
    public init(of jobs: SparkJobs, count: Int, meanGap: Double = 25, seed: UInt64) {
        precondition(jobs.count > 0 && count >= 0 && meanGap >= 0, "\(count) of \(jobs.count) jobs, \(meanGap) s apart")
        var generator = SeededGenerator(seed: seed)
        var moment = 0.0
        self.jobs = jobs
        arrivals = (0..<count).map { place in
            if place > 0 { moment -= meanGap * logarithm(1 - generator.uniformDouble()) }
            let job = Int(generator.uniformDouble() * Double(jobs.count))
            return Arrival(at: moment, job, seed: generator.next())
        }
    }
}
