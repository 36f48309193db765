import Kernels
import Workflows

/// A hundred nodes.
enum QuestionCluster: CaseIterable {
    /// Of 16 cores and 64 GB, all alike: the reference cluster.
    case reference
    /// Of four kinds.
    case mixed
    /// No two alike.
    case motley

    var title: String {
        switch self {
        case .reference: "100 nodes of 16 cores and 64 GB"
        case .mixed: "100 nodes of four kinds"
        case .motley: "100 nodes, no two alike"
        }
    }

    fileprivate func node(_ place: Int) -> Cluster.Node {
        let name = "n\(place)"
        switch self {
        case .reference: return Cluster.Node(name: name, cores: 16, memoryBytes: 64e9)
        case .mixed:
            let kind = place % 4
            return Cluster.Node(
                name: name, cores: [8, 16, 16, 32][kind], memoryBytes: [32e9, 64e9, 128e9, 64e9][kind],
                speed: [0.8, 1, 1.2, 1.5][kind], pricePerHour: [0.2, 0.5, 0.8, 1.5][kind],
                taskOverheadSeconds: [0, 1, 2, 0][kind])
        case .motley:
            return Cluster.Node(
                name: name, cores: Double(8 + place % 25), memoryBytes: 32e9 + Double(place) * 1e9,
                speed: 0.5 + Double(place * 37 % 100) / 100, pricePerHour: Double(place) / 100)
        }
    }
}

/// A question of `count` ready tasks of fifty workflows, with some room on every node.
func question(_ count: Int, on cluster: QuestionCluster, seed: Int) -> (ready: [ReadyTask], state: ClusterState) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let ready = (0..<count).map { place in
        let seconds = 600 * generator.uniformDouble() * generator.uniformDouble()
        return ReadyTask(
            id: "task-\(place)",
            task: TaskSpec(workflow: "workflow-\(Int.random(in: 0..<50, using: &generator))", process: "p"),
            cores: Double(Int.random(in: 1...8, using: &generator)),
            memoryBytes: 16e9 * generator.uniformDouble(), durationSeconds: seconds,
            priority: Double(Int.random(in: 0...2, using: &generator)),
            deadlineAt: 1000 + 5000 * generator.uniformDouble(), readySince: 1000 * generator.uniformDouble(),
            remainingSeconds: seconds + 3000 * generator.uniformDouble())
    }
    let nodes = (0..<100).map { place in
        let node = cluster.node(place)
        let part = Double(Int.random(in: 0...4, using: &generator)) / 4
        let running = (0..<Int(4 * (1 - part))).map { task in
            ClusterState.RunningTask(
                id: "running-\(place)-\(task)", endsAt: 1000 + 600 * generator.uniformDouble(),
                workflow: "workflow-\(task)", cores: node.cores / 4, memoryBytes: (node.memoryBytes ?? 0) / 4)
        }
        return ClusterState.Node(
            node, freeCores: node.cores * part, freeMemoryBytes: node.memoryBytes.map { $0 * part }, running: running)
    }
    return (ready, ClusterState(now: 1000, nodes: nodes))
}
