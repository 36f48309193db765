import Files

/// Jobs that were measured.
extension SparkJob {
    /// The measured TPC-H queries in `folder`: one file for each input size, `2g.json` and so on, all queries in each.
    ///
    /// Origin: the traces of Mao and others, "Learning scheduling algorithms for data processing clusters", SIGCOMM 2019.
    ///
    /// - Parameter queries: the numbers of the queries that are wanted; nil for all of them.
    /// - Throws: `InputError` that names the file and what it lacks.
    public static func measured(in folder: String, queries: Set<Int>? = nil) throws -> [SparkJob] {
        try MeasuredJob.sizes.flatMap { size in
            let jobs = try MeasuredJob.fields(size, in: folder)
            guard let queries else { return try jobs.map { try SparkJob(MeasuredJob($0), size: size) } }
            let found = try jobs.map { (number: try $0["query"].int(), job: $0) }
            if let missing = queries.subtracting(found.map(\.number)).min() {
                throw InputError("holds no query \(missing)", file: "\(folder)/\(size).json", field: "jobs")
            }
            return try found.filter { queries.contains($0.number) }
                .map { try SparkJob(MeasuredJob($0.job), size: size) }
        }
    }

    private init(_ job: MeasuredJob, size: String) throws {
        var parents = [[Int]](repeating: [], count: job.stages.count)
        for edge in job.edges { parents[edge.child].append(edge.parent) }
        let stages = try zip(job.stages, parents).map { stage, parents in
            guard
                let durations = SparkDurations(
                    fresh: Self.seconds(stage.fresh), first: Self.seconds(stage.first), rest: Self.seconds(stage.rest))
            else { throw stage.field.failure("holds no durations of executors that are new to it") }
            return Stage(tasks: stage.tasks, after: parents, durations: durations)
        }
        self.init(name: "query \(job.query), \(size)", stages: stages)
    }

    /// Seconds by the number of executors; of two with one number the last.
    private static func seconds(_ waves: [MeasuredJob.Wave]) -> [Int: [Double]] {
        Dictionary(waves.map { ($0.executors, $0.milliseconds.map { $0 / 1000 }) }) { _, last in last }
    }
}
