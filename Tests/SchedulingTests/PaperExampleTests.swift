import Simulation
import Testing
import Workflows

@testable import Scheduling

/// The example of Topcuoglu, Hariri and Wu (2002), figures 2 and 3: ten tasks on three processors.
private enum Paper {
    static let costs: [[Double]] = [
        [14, 16, 9], [13, 19, 18], [11, 13, 19], [13, 8, 17], [12, 13, 10], [13, 16, 9], [7, 15, 11], [5, 11, 14],
        [18, 12, 20], [21, 7, 16],
    ]
    static let edges: [(parent: Int, child: Int, seconds: Double)] = [
        (0, 1, 18), (0, 2, 12), (0, 3, 9), (0, 4, 11), (0, 5, 14), (1, 7, 19), (1, 8, 16), (2, 6, 23), (3, 7, 27),
        (3, 8, 23), (4, 8, 13), (5, 7, 15), (6, 9, 17), (7, 9, 11), (8, 9, 13),
    ]
    /// Table 3 there.
    static let ranks = [108, 77, 80, 80, 69, 63.333, 42.667, 35.667, 44.333, 14.667]

    /// The workflow with these runtimes; each dependency has a file of its seconds.
    static func workflow(_ runtimes: [Double]) throws -> Workflow {
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
}

@Test func theRanksAreThoseOfThePaper() throws {
    let means = Paper.costs.map { $0.reduce(0, +) / 3 }
    let instance = try SchedulingInstance(
        Paper.workflow(means),
        on: Cluster(nodes: (0..<3).map { .init(name: "p\($0)", cores: 1) }, bandwidthBytesPerSecond: 1))
    let ranks = instance.graph.upwardRanks(costs: instance.meanDurations) { instance.transferSeconds(from: $0, to: $1) }
    for (rank, published) in zip(ranks, Paper.ranks) { #expect(abs(rank - published) < 1e-3) }
}

/// The paper's graph on three nodes of these speeds, with the runtimes of its first processor.
private func example(speeds: [Double]) throws -> RandomInstance {
    var example = RandomInstance(seed: 0)
    let workflow = try Paper.workflow(Paper.costs.map { $0[0] })
    example.tasks = workflow.tasks
    example.fileBytes = workflow.fileBytes
    example.edges = Paper.edges.map { ($0.parent, $0.child) }
    example.cluster = Cluster(
        nodes: speeds.enumerated().map { .init(name: "p\($0)", cores: 1, speed: $1) }, bandwidthBytesPerSecond: 1)
    return example
}

private func order(_ model: NaiveModel) -> [Int] {
    let ranks = model.ranks()
    return (0..<10).sorted { ranks[$0] != ranks[$1] ? ranks[$0] > ranks[$1] : $0 < $1 }
}

/// Our nodes have speeds and no table of costs. So the tests' own HEFT, which takes a table, must give the published plan
/// of length 80 (figure 4a there, tasks 3 and 4 being of equal rank), and ours must equal it wherever speeds suffice.
@Test func theTestsOwnRuleGivesThePublishedPlan() throws {
    var model = NaiveModel(try example(speeds: [1, 1, 1]))
    model.costs = Paper.costs
    let runs = model.heft(order: [0, 2, 3, 1, 4, 5, 8, 6, 7, 9])
    #expect(runs.map(\.end).max() == 80)
    #expect(runs.map(\.node) == [2, 0, 2, 1, 2, 1, 2, 0, 1, 1])
}

@Test(arguments: [[0.5, 1, 2], [1, 1, 1], [0.25, 2, 1]])
func thePlanOfThePapersGraphOnUnequalNodes(speeds: [Double]) throws {
    let example = try example(speeds: speeds)
    let model = NaiveModel(example)
    let naive = model.heft(order: order(model))
    let timetable = SchedulingPolicy.heft.timetable(of: try example.instance())
    #expect(timetable.nodes == naive.map(\.node) && timetable.ends == naive.map(\.end))
    #expect(Set(timetable.nodes).count > 1)
}
