import Foundation
import Kernels
import Simulation
import Testing
import Workflows

@testable import Models

/// A diamond 0 -> 1, 2 -> 3 and a task 4 that hangs with nothing, on 10 cores.
private func diamond(scale: Double = 1) throws -> TaskGraph {
    var tasks = [2.0, 3, 5, 1, 4].enumerated().map { Workflow.Task(id: "\($0)", runtimeSeconds: $1 * scale) }
    for (place, cores) in [1.0, 2, 4, 8, 10].enumerated() { tasks[place].cores = cores }
    let workflow = try Workflow(
        name: "w", tasks: tasks, edges: [("0", "1"), ("0", "2"), ("1", "3"), ("2", "3")])
    return TaskGraph(try SchedulingInstance(workflow, on: oneNode(10)))
}

@Test func aTaskGraphKnowsItsPaths() throws {
    let graph = try diamond()
    #expect(graph.topLevels == [0, 2, 2, 7, 0] && graph.bottomLevels == [8, 4, 6, 1, 4])
    #expect(graph.depths == [0, 1, 1, 2, 0] && graph.heights == [2, 1, 1, 0, 0])
    #expect(graph.childCounts == [2, 1, 1, 0, 0] && graph.components == [0, 0, 0, 0, 1])
    // Work is 2, 6, 20, 8 and 40; the 8 of the last task is divided among its two parents.
    #expect(graph.pathWork == [30, 14, 28, 8, 40] && graph.workBehind == [36, 10, 24, 8, 40])
    #expect(graph.bound == 8 && graph.capacity == 10)
}

@Test func featuresAreThoseOfTheirNames() throws {
    let graph = try diamond()
    let values = NodeFeatures.values(graph, spreads: [0, 0, 0.5, 0, 0])
    #expect(NodeFeatures.count == 32 && values.count == 5 * 32)
    let work = 76.0
    let expected: [String: [Double]] = [
        "duration": [2, 3, 5, 1, 4].map { log($0 / 8) }, "cores": [1, 2, 4, 8, 10].map { log($0 / 10) },
        "bottomLevel": [8, 4, 6, 1, 4].map { log($0 / 8) }, "topLevel": [0, 2, 2, 7, 0].map { log(0.01 + $0 / 8) },
        "work": [2, 6, 20, 8, 40].map { log($0 / work) }, "workBehind": [36, 10, 24, 8, 40].map { log($0 / work) },
        "pathWork": [30, 14, 28, 8, 40].map { log($0 / work) },
        "componentWork": [36, 36, 36, 36, 40].map { log($0 / work) },
        "componentPath": [8, 8, 8, 8, 4].map { log($0 / 8) }, "coreShare": [0.1, 0.2, 0.4, 0.8, 1],
        "children": [2, 1, 1, 0, 0].map { log(1 + $0) }, "parents": [0, 1, 1, 2, 0].map { log(1 + $0) },
        "ownShareOfPath": [2.0 / 8, 3.0 / 4, 5.0 / 6, 1, 1],
        "bottomLevelInComponent": [1, 0.5, 0.75, 0.125, 1], "bottomLevelInWorkflow": [1, 0.5, 0.75, 0.125, 0.5],
        "criticality": [1, 0.75, 1, 1, 0.5], "slack": [0, 0.25, 0, 0, 0.5].map { log(0.005 + $0) },
        "headroom": [0, 0.5, 0.25, 0.875, 0.5].map { log(0.005 + $0) },
        "depth": [0, 0.5, 0.5, 1, 0], "height": [1, 0.5, 0.5, 0, 0],
        "componentTasks": [0.8, 0.8, 0.8, 0.8, 0.2].map { log($0) },
        "memory": [0, 0, 0, 0, 0], "transferIn": [0, 0, 0, 0, 0], "transferOut": [0, 0, 0, 0, 0],
        "childCores": [0.3, 0.8, 0.8, 0, 0], "childDuration": [log(0.5), log(0.125), log(0.125), log(1e-6), log(1e-6)],
        "onlyParent": [1, 0, 0, 0, 0], "spread": [0, 0, 0.5, 0, 0], "slowness": [0, 0, 0, 0, 0],
        "parallelism": [Double](repeating: log(7.6 / 8), count: 5), "tasks": [Double](repeating: log(5), count: 5),
        "nodes": [0, 0, 0, 0, 0],
    ]
    #expect(Set(expected.keys) == Set(NodeFeatures.columns.map(\.name)))
    for (place, column) in NodeFeatures.columns.enumerated() {
        for (task, value) in (expected[column.name] ?? []).enumerated() {
            #expect(abs(Double(values[32 * task + place]) - value) < 1e-5, "\(column.name) of \(task)")
        }
    }
}

@Test func edgeFeaturesAreThoseOfTheirNames() throws {
    let graph = try diamond()
    let values = EdgeFeatures.values(graph)
    // In the order of the children: 0 -> 1, 0 -> 2, 1 -> 3, 2 -> 3.
    #expect(EdgeFeatures.count == 16 && values.count == 4 * 16)
    #expect(graph.sources == [0, 0, 1, 2] && graph.targets == [1, 2, 3, 3])
    let expected: [String: [Double]] = [
        "transfer": [0, 0, 0, 0], "transferShare": [0, 0, 0, 0], "isLatest": [1, 1, 0, 1], "wait": [0, 0, 2.0 / 8, 0],
        "isLongest": [0, 1, 1, 1], "slack": [2.0 / 8, 0, 0, 0],
        "durations": [log(1.5), log(2.5), log(1.0 / 3), log(0.2)], "cores": [log(2), log(4), log(4), log(2)],
        "coreDifference": [0.1, 0.3, 0.6, 0.4], "work": [log(3), log(10), log(8.0 / 6), log(0.4)],
        "bottomLevels": [log(0.5), log(0.75), log(0.25), log(1.0 / 6)], "levels": [0, 0, 0, 0],
        "parentShare": [1, 1, 0.5, 0.5], "childShare": [0.5, 0.5, 1, 1], "criticality": [0.75, 1, 0.75, 1],
        "topLevel": [0.25, 0.25, 7.0 / 8, 7.0 / 8],
    ]
    #expect(Set(expected.keys) == Set(EdgeFeatures.columns.map(\.name)))
    for (place, column) in EdgeFeatures.columns.enumerated() {
        for (edge, value) in (expected[column.name] ?? []).enumerated() {
            #expect(abs(Double(values[16 * edge + place]) - value) < 1e-5, "\(column.name) of \(edge)")
        }
    }
}

@Test func transfersSpeedsAndEmptyTasksHaveTheirFeatures() throws {
    var tasks = ["a", "b", "c"].map { Workflow.Task(id: $0, runtimeSeconds: 4) }
    (tasks[0].outputFiles, tasks[1].inputFiles, tasks[2].runtimeSeconds) = (["f"], ["f"], 0)
    let workflow = try Workflow(
        name: "w", tasks: tasks, edges: [("a", "b"), ("b", "c")], fileBytes: ["f": 8])
    let instance = try SchedulingInstance(workflow, on: severalNodes())
    let graph = TaskGraph(instance)
    // At speeds 1, 2 and 0.5: 4, 2 and 8 s; the file takes 2 s.
    #expect(graph.shortest[0] == 2 && abs(graph.durations[0] - 14.0 / 3) < 1e-12 && graph.transfers == [2, 0])
    let values = NodeFeatures.values(graph, spreads: nil)
    #expect(values.allSatisfy { $0.isFinite } && EdgeFeatures.values(graph).allSatisfy { $0.isFinite })
    func column(_ name: String) -> Int { NodeFeatures.columns.firstIndex { $0.name == name } ?? -1 }
    let bound = instance.lowerBound
    #expect(abs(Double(values[column("transferOut")]) - 2 / bound) < 1e-6)
    #expect(abs(Double(values[32 + column("transferIn")]) - 2 / bound) < 1e-6)
    #expect(abs(Double(values[column("slowness")]) - log(7.0 / 3)) < 1e-6 && values[64 + column("slowness")] == 0)
    #expect(abs(Double(values[column("nodes")]) - log(3.0)) < 1e-6)
}

@Test func featuresDoNotDependOnTheUnitOfTime() throws {
    let (seconds, hours) = (try diamond(), try diamond(scale: 3600))
    #expect(
        zip(NodeFeatures.values(seconds, spreads: nil), NodeFeatures.values(hours, spreads: nil))
            .allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(zip(EdgeFeatures.values(seconds), EdgeFeatures.values(hours)).allSatisfy { abs($0 - $1) < 1e-5 })
}

@Test func scalesTakeFeaturesToMeanZeroAndDeviationOne() {
    var generator = SeededGenerator(seed: 1)
    var values: [Float] = []
    for _ in 0..<400 { values += [3 + 2 * generator.normal(), 7, 1e5 * generator.normal()] }
    let scales = FeatureScales(of: values, width: 3)
    let normalized = scales.normalized(values)
    #expect(normalized.shape == [400, 3])
    for column in [0, 2] {
        let own = (0..<400).map { Double(normalized.scalars[3 * $0 + column]) }
        let mean = own.reduce(0, +) / 400
        #expect(abs(mean) < 1e-3 && abs(own.reduce(0) { $0 + $1 * $1 } / 400 - 1) < 1e-3)
    }
    #expect((0..<400).allSatisfy { normalized.scalars[3 * $0 + 1] == 0 })
    // What was never seen is bounded, and what never differed says nothing.
    #expect(scales.normalized([1e9, 1e9, -1e9]).scalars == [6, 0, -6])
}
