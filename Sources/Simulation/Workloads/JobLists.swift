import Files
import Kernels
import Workflows

/// Lists of jobs, drawn with replacement, each of which is one workflow to run on a cluster: its jobs have nothing to do with
/// each other but the room.
public struct JobLists: Sendable {
    /// One job.
    fileprivate struct Job {
        var tasks: [Workflow.Task]
        var edges: [(parent: Int, child: Int)]
    }

    /// What lists are for; no seed is used twice.
    public enum Part: String, CaseIterable, Sendable {
        /// To learn from, to choose by, to look at once, and to decide on a promotion by, as often as one is trained.
        case training, validation, test, promotion

        var number: Int { Part.allCases.firstIndex(of: self).map { $0 + 1 } ?? 0 }
    }

    /// What they run on.
    public let cluster: Cluster
    private var jobs: [Job] = []

    /// Lists of `workflows` for `cluster`.
    public init(of workflows: [Workflow], on cluster: Cluster) {
        self.cluster = cluster
        jobs = workflows.map { workflow in
            let edges = workflow.tasks.indices.flatMap { task in
                workflow.graph.children(of: task).map { (parent: task, child: $0) }
            }
            return Job(tasks: workflow.tasks, edges: edges)
        }
    }

    /// The number of jobs that lists are drawn from.
    public var jobCount: Int { jobs.count }

    /// SHA-256 over all that decides how long a list takes: the nodes' cores, memory, speed, overhead and pool, and of all
    /// jobs the tasks, what these ask for, and their dependencies.
    public var digest: String {
        let nodes = cluster.nodes.map { node -> JSONValue in
            .array([
                .number(node.cores), Self.number(node.memoryBytes), .number(node.speed),
                .number(node.taskOverheadSeconds), Self.text(node.pool),
            ])
        }
        let jobs = jobs.map { job -> JSONValue in
            .array([
                .array(job.tasks.map(Self.summary)),
                .array(job.edges.map { .array([.number(Double($0.parent)), .number(Double($0.child))]) }),
            ])
        }
        return sha256(of: Array(JSONValue.array([.array(nodes), .array(jobs)]).text().utf8))
    }

    /// What a schedule rests on of `task`.
    private static func summary(_ task: Workflow.Task) -> JSONValue {
        let wishes = task.wishes
        return .array([
            .string(task.id), number(task.runtimeSeconds), number(task.cores), number(task.memoryBytes),
            number(wishes.cores), number(wishes.memoryBytes), text(wishes.pool),
            .array(wishes.together.map { .string($0) }), .number(wishes.priority), number(wishes.deadline),
        ])
    }

    private static func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    private static func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }

    /// The list `number` of `size` jobs: job k is the one at place floor(u * jobs), u being the k-th number of
    /// `SeededGenerator(seed: 10_000 * size + 1000 * part + number)`, with part 1 to train, 2 to validate, 3 to test and 4
    /// to promote.
    public func list(_ size: Int, _ part: Part, _ number: Int) throws -> SchedulingInstance {
        precondition((0..<1000).contains(number), "there is no list \(number) that is of one part alone")
        var generator = SeededGenerator(seed: UInt64(10_000 * size + 1000 * part.number + number))
        return try list(size, using: &generator)
    }

    /// A list of `size` jobs. Files are left out: what jobs of one kind read and write is not the same. What a task asks for
    /// stays, and those that must share a node are those of its own job.
    ///
    /// - Throws: `InputError` that names a task that the cluster cannot run.
    public func list(_ size: Int, using generator: inout SeededGenerator) throws -> SchedulingInstance {
        precondition(!jobs.isEmpty, "a list of no jobs")
        var tasks: [Workflow.Task] = []
        var edges: [(parent: String, child: String)] = []
        for place in 0..<size {
            let job = jobs[Int(generator.uniformDouble() * Double(jobs.count))]
            let first = tasks.count
            for task in job.tasks {
                var named = Workflow.Task(id: "job\(place).\(task.id)", runtimeSeconds: task.runtimeSeconds)
                (named.cores, named.memoryBytes, named.wishes) = (task.cores, task.memoryBytes, task.wishes)
                named.wishes.together = task.wishes.together.map { "job\(place).\($0)" }
                tasks.append(named)
            }
            for edge in job.edges { edges.append((tasks[first + edge.parent].id, tasks[first + edge.child].id)) }
        }
        return try SchedulingInstance(Workflow(name: "list", tasks: tasks, edges: edges), on: cluster)
    }
}

extension JobLists {
    /// Executors of the measured TPC-H jobs: what the published comparisons give them.
    private static let executors = 6000.0

    /// The jobs of `folder`, measured TPC-H queries on Spark, as problems with one cumulative resource: a stage is one task, its
    /// duration the mean of all its recorded task durations in seconds, its demand its number of tasks, of 6000.
    ///
    /// - Throws: `InputError` that names the file and what it lacks.
    public init(stagesIn folder: String) throws {
        cluster = Cluster(nodes: [.init(name: "executors", cores: Self.executors)])
        jobs = try MeasuredJob.sizes.flatMap { size in
            try MeasuredJob.fields(size, in: folder).map { Job(try MeasuredJob($0)) }
        }
    }
}

extension JobLists.Job {
    fileprivate init(_ job: MeasuredJob) {
        tasks = job.stages.enumerated().map { place, stage in
            let milliseconds = stage.milliseconds
            let seconds = milliseconds.reduce(0, +) / Double(milliseconds.count) / 1000
            var task = Workflow.Task(id: "stage\(place)", runtimeSeconds: seconds)
            task.cores = Double(stage.tasks)
            return task
        }
        edges = job.edges
    }
}
