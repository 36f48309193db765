import Kernels
import Simulation
import Workflows

/// A random workflow on a random cluster: a graph whose edges go forward, times, cores, memory, files, priorities, pools
/// and groups, all of them on halves, so that sums are exact.
struct RandomInstance {
    var tasks: [Workflow.Task] = []
    var edges: [(parent: Int, child: Int)] = []
    var fileBytes: [String: Double] = [:]
    var cluster: Cluster

    /// What is varied beside times, cores and the graph.
    struct Features: OptionSet {
        let rawValue: Int
        static let memory = Features(rawValue: 1)
        static let files = Features(rawValue: 2)
        static let priorities = Features(rawValue: 4)
        static let pools = Features(rawValue: 8)
        static let groups = Features(rawValue: 16)
        static let speeds = Features(rawValue: 32)
        static let emptyTasks = Features(rawValue: 64)
        static let cores = Features(rawValue: 128)
    }

    init(
        seed: Int, features: Features? = nil, tasks count: ClosedRange<Int> = 1...40, nodes: ClosedRange<Int> = 1...6,
        density most: Double = 0.3
    ) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let features = features ?? Features(rawValue: Int.random(in: 0..<256, using: &generator))
        cluster = Self.cluster(nodes, features, &generator)
        let count = Int.random(in: count, using: &generator)
        let density = Double.random(in: 0...most, using: &generator)
        for place in 0..<count {
            tasks.append(Self.task(place, features, &generator))
            for parent in 0..<place where generator.uniformDouble() < density {
                edges.append((parent, place))
                if features.contains(.files), Bool.random(using: &generator) {
                    tasks[place].inputFiles.append("f\(parent % 7)")
                    tasks[parent].outputFiles.append("f\(parent % 7)")
                }
            }
        }
        for file in 0..<7 where file > 0 { fileBytes["f\(file)"] = Double(file * 4) }
        if features.contains(.groups) {
            for _ in 0..<(count / 6) {
                let (a, b) = (tasks.indices.randomElement(using: &generator), tasks.randomElement(using: &generator))
                if let a, let b { tasks[a].wishes.together.append(b.id) }
            }
        }
    }

    /// The last node fits every task, whatever it asks for.
    private static func cluster(_ nodes: ClosedRange<Int>, _ features: Features, _ generator: inout SeededGenerator)
        -> Cluster
    {
        let count = Int.random(in: nodes, using: &generator)
        let nodes = (0..<count).map { place in
            let isLast = place == count - 1
            var node = Cluster.Node(
                name: "n\(place)",
                cores: features.contains(.cores)
                    ? (isLast ? 4 : Double(Int.random(in: 1...8, using: &generator)) / 2) : 1)
            if features.contains(.memory), isLast || Bool.random(using: &generator) {
                node.memoryBytes = isLast ? 16 : Double(Int.random(in: 1...16, using: &generator))
            }
            if features.contains(.speeds) {
                node.speed = [0.5, 1, 2].randomElement(using: &generator) ?? 1
                node.taskOverheadSeconds = [0, 0, 0.5].randomElement(using: &generator) ?? 0
            }
            node.pool = isLast ? "p" : ["p", "q", nil].randomElement(using: &generator) ?? nil
            return node
        }
        let bandwidth = features.contains(.files) ? [2.0, 4, nil].randomElement(using: &generator) ?? nil : nil
        return Cluster(nodes: nodes, bandwidthBytesPerSecond: bandwidth)
    }

    private static func task(_ place: Int, _ features: Features, _ generator: inout SeededGenerator) -> Workflow.Task {
        var task = Workflow.Task(
            id: "t\(place)", runtimeSeconds: Double(Int.random(in: 1...12, using: &generator)) / 2)
        if features.contains(.emptyTasks), Int.random(in: 0..<3, using: &generator) == 0 { task.runtimeSeconds = 0 }
        if features.contains(.cores) { task.cores = Double(Int.random(in: 1...8, using: &generator)) / 2 }
        if features.contains(.memory) {
            task.memoryBytes = Double(Int.random(in: 0...8, using: &generator))
            if Bool.random(using: &generator) { task.wishes.memoryBytes = 8 }
        }
        if features.contains(.priorities) { task.wishes.priority = Double(Int.random(in: -1...1, using: &generator)) }
        if features.contains(.pools), Int.random(in: 0..<4, using: &generator) == 0 { task.wishes.pool = "p" }
        return task
    }

    func workflow() throws -> Workflow {
        try Workflow(
            name: "w", tasks: tasks, edges: edges.map { (tasks[$0].id, tasks[$1].id) }, fileBytes: fileBytes)
    }

    func instance() throws -> SchedulingInstance { try SchedulingInstance(workflow(), on: cluster) }
}
