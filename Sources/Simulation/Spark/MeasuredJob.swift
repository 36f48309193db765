import Files

/// A TPC-H query on Spark as a file of measurements tells it: its stages, and what their tasks took.
///
/// Origin: the traces of Mao and others, "Learning scheduling algorithms for data processing clusters", SIGCOMM 2019.
struct MeasuredJob {
    /// Milliseconds of tasks of a job that holds so many executors.
    typealias Wave = (executors: Int, milliseconds: [Double])

    /// One stage.
    struct Stage {
        var tasks: Int
        /// Of executors that were idle or have just moved, of those that are new to the stage, and of the others, in the order of the
        /// file.
        var fresh: [Wave]
        var first: [Wave]
        var rest: [Wave]
        /// Where it stands, for errors.
        let field: JSONField

        /// All that was measured, in the order of the file.
        var milliseconds: [Double] { (fresh + first + rest).flatMap(\.milliseconds) }
    }

    let query: Int
    let stages: [Stage]
    /// A stage and a later one that waits for it, in the order of the file.
    let edges: [(parent: Int, child: Int)]

    /// What a task takes at the most: 115 days.
    private static let mostMilliseconds = 1e10

    /// The sizes of the input; there is a file for each, `2g.json` and so on.
    static let sizes = ["2g", "5g", "10g", "20g", "50g", "80g", "100g"]

    /// The jobs of `size` in `folder` as they stand in its file.
    ///
    /// - Throws: `InputError` that names the file that cannot be read or holds no jobs.
    static func fields(_ size: String, in folder: String) throws -> [JSONField] {
        let path = "\(folder)/\(size).json"
        let document = JSONField(try JSONValue(parsing: readBytes(of: path), file: path), file: path)
        let jobs = try document["jobs"].elements()
        guard !jobs.isEmpty else { throw document["jobs"].failure("holds no jobs") }
        return jobs
    }

    /// Reads one job.
    ///
    /// - Throws: `InputError` that names the field and what it lacks.
    init(_ field: JSONField) throws {
        stages = try field["stages"].elements().map { try Stage($0) }
        guard !stages.isEmpty else { throw field["stages"].failure("holds no stages") }
        let count = stages.count
        edges = try field["edges"].elements().map { edge in
            let ends = try edge.elements().map { try $0.int() }
            guard ends.count == 2, ends[0] >= 0, ends[0] < ends[1], ends[1] < count else {
                throw edge.failure("is no pair of a stage and a later one")
            }
            return (ends[0], ends[1])
        }
        query = try field["query"].int()
    }

    fileprivate static func waves(_ field: JSONField) throws -> [Wave] {
        try field.object().keys.map { key in
            guard let executors = Int(key), executors > 0 else { throw field[key].failure("is for no number") }
            let milliseconds = try field[key].elements().map {
                let milliseconds = try $0.amount()
                guard milliseconds <= mostMilliseconds else { throw $0.failure("is more than \(mostMilliseconds) ms") }
                return milliseconds
            }
            return (executors, milliseconds)
        }
    }
}

extension MeasuredJob.Stage {
    fileprivate init(_ field: JSONField) throws {
        self.field = field
        tasks = try field["tasks"].int()
        guard tasks > 0, tasks <= 1_000_000 else { throw field["tasks"].failure("is \(tasks)") }
        fresh = try MeasuredJob.waves(field["freshMs"])
        first = try MeasuredJob.waves(field["firstWaveMs"])
        rest = try MeasuredJob.waves(field["restMs"])
        guard !milliseconds.isEmpty else { throw field.failure("holds no durations") }
    }
}
