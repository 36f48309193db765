import Workflows

/// A graph with a table of costs, as papers publish them to be worked through by hand.
struct PublishedExample {
    /// Seconds of each task on each processor.
    let costs: [[Double]]
    /// Dependencies and what they take between processors.
    let edges: [(parent: Int, child: Int, seconds: Double)]

    /// The example of Topcuoglu, Hariri and Wu (2002), figures 2 and 3: ten tasks on three processors.
    static let topcuoglu = PublishedExample(
        costs: [
            [14, 16, 9], [13, 19, 18], [11, 13, 19], [13, 8, 17], [12, 13, 10], [13, 16, 9], [7, 15, 11], [5, 11, 14],
            [18, 12, 20], [21, 7, 16],
        ],
        edges: [
            (0, 1, 18), (0, 2, 12), (0, 3, 9), (0, 4, 11), (0, 5, 14), (1, 7, 19), (1, 8, 16), (2, 6, 23), (3, 7, 27),
            (3, 8, 23), (4, 8, 13), (5, 7, 15), (6, 9, 17), (7, 9, 11), (8, 9, 13),
        ])

    /// The example of Arabnejad and Barbosa (2014), figures 1 and 2: ten tasks on three processors.
    static let arabnejad = PublishedExample(
        costs: [
            [22, 21, 36], [22, 18, 18], [32, 27, 43], [7, 10, 4], [29, 27, 35], [26, 17, 24], [14, 25, 30],
            [29, 23, 36],
            [15, 21, 8], [13, 16, 33],
        ],
        edges: [
            (0, 1, 17), (0, 2, 31), (0, 3, 29), (0, 4, 13), (0, 5, 7), (1, 7, 3), (1, 8, 30), (2, 6, 16), (3, 7, 11),
            (3, 8, 7), (4, 8, 57), (5, 7, 5), (6, 9, 9), (7, 9, 42), (8, 9, 7),
        ])

    /// The workflow with these runtimes; each dependency has a file of its seconds.
    func workflow(_ runtimes: [Double]) throws -> Workflow {
        var tasks = runtimes.enumerated().map { Workflow.Task(id: "\($0 + 1)", runtimeSeconds: $1) }
        var files: [String: Double] = [:]
        for edge in edges {
            let file = "\(edge.parent)-\(edge.child)"
            tasks[edge.parent].outputFiles.append(file)
            tasks[edge.child].inputFiles.append(file)
            files[file] = edge.seconds
        }
        return try Workflow(
            name: "paper", tasks: tasks, edges: edges.map { ("\($0.parent + 1)", "\($0.child + 1)") }, fileBytes: files)
    }

    /// The graph on nodes of these speeds, with the runtimes of the first processor.
    func on(speeds: [Double]) throws -> RandomInstance {
        var example = RandomInstance(seed: 0)
        let workflow = try workflow(costs.map { $0[0] })
        example.tasks = workflow.tasks
        example.fileBytes = workflow.fileBytes
        example.edges = edges.map { ($0.parent, $0.child) }
        example.cluster = Cluster(
            nodes: speeds.enumerated().map { .init(name: "p\($0)", cores: 1, speed: $1) }, bandwidthBytesPerSecond: 1)
        return example
    }

    /// The tests' own rules with the published costs.
    func model() throws -> NaiveModel {
        var model = NaiveModel(try on(speeds: costs[0].map { _ in 1 }))
        model.costs = costs
        return model
    }
}
