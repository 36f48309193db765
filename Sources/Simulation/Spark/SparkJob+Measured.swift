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
        try ["2g", "5g", "10g", "20g", "50g", "80g", "100g"].flatMap { size in
            let path = "\(folder)/\(size).json"
            let document = JSONField(try JSONValue(parsing: readBytes(of: path), file: path), file: path)
            let jobs = try document["jobs"].elements()
            guard !jobs.isEmpty else { throw document["jobs"].failure("holds no jobs") }
            guard let queries else { return try jobs.map { try SparkJob($0, size: size) } }
            let found = try jobs.map { (number: try $0["query"].int(), job: $0) }
            if let missing = queries.subtracting(found.map(\.number)).min() {
                throw document["jobs"].failure("holds no query \(missing)")
            }
            return try found.filter { queries.contains($0.number) }.map { try SparkJob($0.job, size: size) }
        }
    }

    private init(_ field: JSONField, size: String) throws {
        let fields = try field["stages"].elements()
        guard !fields.isEmpty else { throw field["stages"].failure("holds no stages") }
        var parents = [[Int]](repeating: [], count: fields.count)
        for edge in try field["edges"].elements() {
            let ends = try edge.elements().map { try $0.int() }
            guard ends.count == 2, ends[0] >= 0, ends[0] < ends[1], ends[1] < fields.count else {
                throw edge.failure("is no pair of a stage and a later one")
            }
            parents[ends[1]].append(ends[0])
        }
        let stages = try zip(fields, parents).map { field, parents in
            let tasks = try field["tasks"].int()
            guard tasks > 0, tasks <= 1_000_000 else { throw field["tasks"].failure("is \(tasks)") }
            guard
                let durations = SparkDurations(
                    fresh: try Self.seconds(field["freshMs"]), first: try Self.seconds(field["firstWaveMs"]),
                    rest: try Self.seconds(field["restMs"]))
            else { throw field.failure("holds no durations") }
            return Stage(tasks: tasks, after: parents, durations: durations)
        }
        self.init(name: "query \(try field["query"].int()), \(size)", stages: stages)
    }

    /// What a task takes at the most: 115 days.
    private static let mostMilliseconds = 1e10

    private static func seconds(_ field: JSONField) throws -> [Int: [Double]] {
        var lists: [Int: [Double]] = [:]
        for (key, _) in try field.object().members {
            guard let executors = Int(key), executors > 0 else { throw field[key].failure("is for no number") }
            lists[executors] = try field[key].elements().map {
                let milliseconds = try $0.amount()
                guard milliseconds <= mostMilliseconds else { throw $0.failure("is more than \(mostMilliseconds) ms") }
                return milliseconds / 1000
            }
        }
        return lists
    }
}
