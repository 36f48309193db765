import Kernels
import Reinforcement
import Scheduling
import Simulation
import Workflows

@testable import Models

/// Streams of small drawn workflows on two nodes, more than there is room for.
enum SchedulingStreams {
    static let cluster = Cluster(nodes: [
        Cluster.Node(name: "a", cores: 2, memoryBytes: 8e9), Cluster.Node(name: "b", cores: 2, memoryBytes: 8e9),
    ])

    /// The order that a scheduler chooses in.
    static let order = QueueOrder.leastRemainingWorkByPath.choosing(window: 64)

    /// A network that has learned nothing.
    static func network(seed: UInt64 = 1, width: Int = 8) -> CandidateNetwork {
        var generator = SeededGenerator(seed: seed)
        return CandidateNetwork(
            state: WindowFeatures.stateCount, features: WindowFeatures.Sight.certain.count, width: width,
            using: &generator)
    }

    static func workflow(
        tasks: Int, scale: Double = 1, on cluster: Cluster = cluster, using generator: inout SeededGenerator
    ) throws -> SchedulingInstance {
        let made = (0..<tasks).map { place in
            var task = Workflow.Task(id: "t\(place)", runtimeSeconds: scale * Double(1 + Int(9 * generator.uniform())))
            task.cores = 1
            task.memoryBytes = 1e9
            // Where nodes have pools, tasks need one of them in turn.
            task.wishes.pool = cluster.nodes[place % cluster.nodes.count].pool
            return task
        }
        let edges = (1..<tasks).compactMap { place -> (parent: String, child: String)? in
            let parent = Int(Float(place) * generator.uniform())
            return generator.uniform() < 0.6 ? ("t\(parent)", "t\(place)") : nil
        }
        return try SchedulingInstance(Workflow(name: "w", tasks: made, edges: edges), on: cluster)
    }

    /// The windows of a stream, the first task taken each time.
    static func windows(_ arrivals: [Arrival], _ order: QueueOrder) -> [ReadyWindow] {
        guard let first = arrivals.first else { return [] }
        var left = arrivals[...]
        var simulation = VirtualCluster(
            first.instance.cluster, rule: .list(order), settings: .init(nodesStartOff: false)
        ) { left.popFirst() }
        var windows: [ReadyWindow] = []
        while simulation.advanceToChoice() {
            windows.append(simulation.readyWindow)
            simulation.choose(candidate: 0)
        }
        return windows
    }

    /// Workflows that come every `gap` seconds; `scale` lengthens all of it.
    static func stream(
        seed: UInt64, count: Int = 12, gap: Double = 6, scale: Double = 1, on cluster: Cluster = cluster
    ) throws -> [Arrival] {
        var generator = SeededGenerator(seed: seed)
        return try (0..<count).map { place in
            let tasks = 2 + Int(8 * generator.uniform())
            return Arrival(
                at: Double(place) * gap * scale,
                try workflow(tasks: tasks, scale: scale, on: cluster, using: &generator))
        }
    }
}
