import Kernels
import Simulation
import Workflows

@testable import Models

/// A random workflow of tasks that hold some cores, whose edges go forward.
func randomWorkflow(_ count: Int, density: Double = 0.2, seed: UInt64, files: Bool = false) throws -> Workflow {
    var generator = SeededGenerator(seed: seed)
    var (tasks, edges): ([Workflow.Task], [(parent: String, child: String)]) = ([], [])
    for place in 0..<count {
        var task = Workflow.Task(id: "t\(place)", runtimeSeconds: 0.5 + 10 * generator.uniformDouble())
        task.cores = Double(1 + generator.next() % 6)
        for parent in 0..<place where generator.uniformDouble() < density {
            edges.append((tasks[parent].id, task.id))
            if files {
                task.inputFiles.append("f\(parent)")
                tasks[parent].outputFiles = ["f\(parent)"]
            }
        }
        tasks.append(task)
    }
    let sizes = Dictionary(uniqueKeysWithValues: (0..<count).map { ("f\($0)", Double($0 % 5) * 2) })
    return try Workflow(name: "w", tasks: tasks, edges: edges, fileBytes: files ? sizes : [:])
}

/// One node of `cores`.
func oneNode(_ cores: Double = 8) -> Cluster { Cluster(nodes: [.init(name: "n", cores: cores)]) }

/// Three nodes of several speeds, with a network between them.
func severalNodes() -> Cluster {
    Cluster(
        nodes: [
            .init(name: "a", cores: 8), .init(name: "b", cores: 6, speed: 2), .init(name: "c", cores: 10, speed: 0.5),
        ], bandwidthBytesPerSecond: 4)
}

/// Jobs of a few tasks each.
func randomLists(_ jobs: Int = 6, seed: UInt64 = 1) throws -> JobLists {
    JobLists(
        of: try (0..<jobs).map { try randomWorkflow(4 + $0, density: 0.3, seed: seed + UInt64($0)) }, on: oneNode())
}

/// An optimizer whose network says something.
func randomOptimizer(
    _ architecture: GCNArchitecture = GCNArchitecture(hidden: [8, 6]), seed: UInt64 = 3
) throws -> GCNOptimizer {
    var generator = SeededGenerator(seed: seed)
    var network = GCNNetwork(architecture, outputs: 1, using: &generator)
    network.forEachParameter { _, parameter in
        parameter = .normal(parameter.shape, standardDeviation: 0.5, using: &generator)
    }
    let graphs = try (0..<4).map { place in
        let workflow = try randomWorkflow(20 + place, seed: seed + UInt64(place), files: place % 2 == 1)
        return TaskGraph(try SchedulingInstance(workflow, on: place % 2 == 1 ? severalNodes() : oneNode()))
    }
    return GCNOptimizer(architecture: architecture, ordering: network, scales: GraphScales(of: graphs), scale: 0.1)
}
