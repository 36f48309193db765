import Kernels
import Simulation

/// Small jobs of Spark whose tasks take whole seconds, and one more on an idle executor.
enum SparkSketch {
    /// Stages of so many tasks of so many seconds, after others.
    static func job(_ stages: [(tasks: Int, seconds: Double, after: [Int])]) -> SparkJob {
        SparkJob(
            name: "sketch",
            stages: stages.map {
                .init(tasks: $0.tasks, after: $0.after, durations: SparkDurations(constant: $0.seconds))
            })
    }

    /// One stage.
    static func job(_ tasks: Int, of seconds: Double) -> SparkJob { job([(tasks, seconds, [])]) }

    /// Jobs at their moments.
    static func stream(_ arrivals: [(at: Double, job: SparkJob)]) -> SparkStream {
        SparkStream(
            of: SparkJobs(arrivals.map(\.job)), arrivals.enumerated().map { SparkStream.Arrival(at: $1.at, $0) })
    }

    /// Seconds from arrival to end, by job.
    static func completions(_ stream: SparkStream, executors: Int, _ rule: some SparkRule) -> [Double] {
        var cluster = SparkCluster(stream, executors: executors)
        cluster.run(rule)
        return zip(cluster.completedAt, stream.arrivals).map { $0 - $1.at }
    }

    /// Drawn jobs of up to six stages, whose durations grow with the executors.
    static func drawnJobs(_ count: Int, seed: UInt64) -> SparkJobs {
        var generator = SeededGenerator(seed: seed)
        return SparkJobs(
            (0..<count).map { _ in
                let stages = (0..<1 + Int(6 * generator.uniform())).map { place in
                    let parents = (0..<place).filter { _ in generator.uniform() < 0.4 }
                    let base = 1 + 5 * generator.uniformDouble()
                    func values(_ factor: Double) -> [Int: [Double]] {
                        Dictionary(
                            uniqueKeysWithValues: [5, 10, 20].map { level in
                                (level, (0..<4).map { _ in base * factor * (1 + generator.uniformDouble()) })
                            })
                    }
                    let (fresh, rest) = (values(2), values(1))
                    let first = fresh.merging(values(1.5)) { $0 + $1 }
                    guard let durations = SparkDurations(fresh: fresh, first: first, rest: rest) else {
                        preconditionFailure("no durations")
                    }
                    return SparkJob.Stage(
                        tasks: 1 + Int(20 * generator.uniform()), after: parents, durations: durations)
                }
                return SparkJob(name: "drawn", stages: stages)
            })
    }
}

/// Commits to any open stage, or leaves the rest, as the moment and a seed have it.
struct AnyChoice: SparkRule {
    var seed: UInt64

    func choose(in cluster: SparkCluster) -> SparkChoice? {
        var generator = SeededGenerator(seed: seed ^ cluster.now.bitPattern &+ UInt64(cluster.committable))
        let open = cluster.openStages
        guard generator.uniform() > 0.2 else { return nil }
        let stage = open[Int(generator.uniformDouble() * Double(open.count))]
        return SparkChoice(1 + Int(generator.uniformDouble() * Double(cluster.committable)), for: stage)
    }
}
