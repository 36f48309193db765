import Files
import Kernels
import Simulation
import Workflows

/// Lists of TPC-H jobs, drawn with replacement from all that are recorded, as problems with one cumulative resource: a stage is
/// one task, its duration the mean of all its recorded task durations in seconds, its demand its number of tasks, of 6000.
struct JobLists {
    /// One job: a stage is a task.
    private struct Job {
        var stages: [(seconds: Double, demand: Double)]
        var edges: [(parent: Int, child: Int)]
    }

    /// What lists are for; no seed is used twice.
    enum Part: String, CaseIterable {
        case training, validation, test

        var number: Int { Part.allCases.firstIndex(of: self).map { $0 + 1 } ?? 0 }
    }

    static let capacity = 6000.0
    private static let inputSizes = ["2g", "5g", "10g", "20g", "50g", "80g", "100g"]
    private var jobs: [Job] = []

    /// The jobs of the folder `tpch_spark` of traces.
    init(folder: String) throws {
        for size in Self.inputSizes {
            let path = "\(folder)/tpch_spark/\(size).json"
            let document = try JSONValue(parsing: readBytes(of: path), file: path)
            for job in document["jobs"]?.array ?? [] { jobs.append(try Self.job(job, path)) }
        }
    }

    /// The number of jobs that lists are drawn from.
    var jobCount: Int { jobs.count }

    private static func job(_ value: JSONValue, _ path: String) throws -> Job {
        var job = Job(stages: [], edges: [])
        for stage in value["stages"]?.array ?? [] {
            var durations: [Double] = []
            for kind in ["freshMs", "firstWaveMs", "restMs"] {
                for (_, list) in stage[kind]?.object?.members ?? [] {
                    durations += (list.array ?? []).compactMap(\.double)
                }
            }
            guard let demand = stage["tasks"]?.double, !durations.isEmpty else {
                throw InputError("a stage has no tasks or no durations", file: path, field: "stages")
            }
            job.stages.append((durations.reduce(0, +) / Double(durations.count) / 1000, demand))
        }
        for edge in value["edges"]?.array ?? [] {
            guard let pair = edge.array?.compactMap(\.double), pair.count == 2 else {
                throw InputError("an edge is no pair", file: path, field: "edges")
            }
            job.edges.append((Int(pair[0]), Int(pair[1])))
        }
        return job
    }

    /// The list `number` of `size` jobs: job k is the one at place floor(u * jobs), u being the k-th number of
    /// `SeededGenerator(seed: 10_000 * size + 1000 * part + number)`, with part 1 to train, 2 to validate and 3 to test.
    func list(_ size: Int, _ part: Part, _ number: Int) throws -> SchedulingInstance {
        var generator = SeededGenerator(seed: UInt64(10_000 * size + 1000 * part.number + number))
        var tasks: [Workflow.Task] = []
        var edges: [(String, String)] = []
        for place in 0..<size {
            let job = jobs[Int(generator.uniformDouble() * Double(jobs.count))]
            for (stage, what) in job.stages.enumerated() {
                var task = Workflow.Task(id: "job\(place).stage\(stage)", runtimeSeconds: what.seconds)
                task.cores = what.demand
                tasks.append(task)
            }
            edges += job.edges.map { ("job\(place).stage\($0.parent)", "job\(place).stage\($0.child)") }
        }
        return try SchedulingInstance(
            Workflow(name: "list", tasks: tasks, edges: edges),
            on: Cluster(nodes: [.init(name: "executors", cores: Self.capacity)]))
    }
}
