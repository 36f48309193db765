import Simulation
import Workflows

/// A task of a sketched workflow, and what it waits for.
struct Sketch {
    var task: Workflow.Task
    var parents: [String]

    init(
        _ id: String, _ seconds: Double?, after parents: [String] = [], reads: [String] = [], writes: [String] = [],
        cores: Double? = nil, memory: Double? = nil, _ change: (inout Workflow.Wishes) -> Void = { _ in }
    ) {
        task = Workflow.Task(id: id, runtimeSeconds: seconds)
        task.inputFiles = reads
        task.outputFiles = writes
        task.cores = cores
        task.memoryBytes = memory
        change(&task.wishes)
        self.parents = parents
    }
}

/// Nodes `n0`, `n1`, ... of these cores.
func nodes(_ cores: Double...) -> [Cluster.Node] {
    cores.enumerated().map { Cluster.Node(name: "n\($0)", cores: $1) }
}

func instance(
    _ sketches: [Sketch], on nodes: [Cluster.Node], bandwidth: Double? = nil, files: [String: Double] = [:],
    durations: [Double]? = nil
) throws -> SchedulingInstance {
    let edges = sketches.flatMap { sketch in sketch.parents.map { (parent: $0, child: sketch.task.id) } }
    return try SchedulingInstance(
        Workflow(name: "w", tasks: sketches.map(\.task), edges: edges, fileBytes: files),
        on: Cluster(nodes: nodes, bandwidthBytesPerSecond: bandwidth), durations: durations)
}

/// Runs by FIFO, and checks the result.
func fifo(_ instance: SchedulingInstance) throws -> Timetable {
    let timetable = VirtualCluster.run(instance, order: .arrival)
    try timetable.check(against: instance)
    return timetable
}
