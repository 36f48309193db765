import Foundation
import Kernels
import Simulation
import TestSupport
import Testing
import Workflows

/// One comparison of a fitted workload with its source.
private struct Comparison {
    var name: String
    var probability: Double
}

/// What is compared of the tasks of a process.
private struct Values {
    var seconds: [Double] = []
    var inputBytes: [Double] = []
    var memoryBytes: [Double] = []
}

private func source(_ runs: RecordedRuns) -> [String: Values] {
    Dictionary(grouping: runs.executions, by: \.task.process).mapValues { executions in
        let memory = executions.compactMap { $0[.memory] }
        return Values(
            seconds: executions.compactMap(\.duration), inputBytes: executions.compactMap(\.task.inputBytes),
            // Where some runs have none, those that have some are no picture of all.
            memoryBytes: memory.count == executions.count ? memory : [])
    }
}

private func drawn(_ fitted: FittedApplication, _ count: Int, seed: UInt64) -> [String: Values] {
    var generator = SeededGenerator(seed: seed)
    var values: [String: Values] = [:]
    for _ in 0..<count {
        let run = fitted.draw(name: "w", using: &generator)
        for (place, task) in run.workflow.tasks.enumerated() {
            values[task.process, default: Values()].seconds.append(run.trueSeconds?[place] ?? task.runtimeSeconds ?? 0)
            values[task.process, default: Values()].inputBytes.append(run.workflow.inputBytes(of: place))
            if let memory = task.memoryBytes { values[task.process, default: Values()].memoryBytes.append(memory) }
        }
    }
    return values
}

private func comparisons(_ source: [String: Values], _ drawn: [String: Values]) -> [Comparison] {
    source.keys.sorted().flatMap { process -> [Comparison] in
        let (a, b) = (source[process] ?? Values(), drawn[process] ?? Values())
        let pairs = [
            ("seconds", a.seconds, b.seconds), ("inputBytes", a.inputBytes, b.inputBytes),
            ("memoryBytes", a.memoryBytes, b.memoryBytes),
        ]
        return pairs.filter { !$0.1.isEmpty }.map { quantity, known, new in
            let distance = KolmogorovSmirnov.distance(known, new)
            return Comparison(
                name: "\(process) \(quantity)",
                probability: new.isEmpty
                    ? 0 : KolmogorovSmirnov.probability(ofDistance: distance, known.count, new.count))
        }
    }
}

/// The comparisons that are turned down at 1 % for all of them together (Holm, 1979).
private func refused(_ comparisons: [Comparison]) -> [String] {
    let sorted = comparisons.sorted { $0.probability < $1.probability }
    return sorted.enumerated().prefix { $0.element.probability < 0.01 / Double(sorted.count - $0.offset) }
        .map(\.element.name)
}

private func fitted(_ runs: RecordedRuns) throws -> FittedApplication {
    try Workload.fit(executions: runs.executions, graphs: runs.graphs).fittedApplication()
}

private let applications = [
    ("pegasus", "1000genome"), ("pegasus", "cycles"), ("pegasus", "epigenomics"), ("pegasus", "srasearch"),
    ("pegasus", "montage"), ("makeflow", "blast"),
]

@Test(.enabled(if: traces != nil), arguments: applications)
func aFittedWorkloadIsLikeItsSource(folder: String, name: String) throws {
    let runs = try RecordedRuns(folder, application: name)
    let found = try fitted(runs)
    let (known, new) = (source(runs), drawn(found, 2 * runs.graphs.count, seed: 1))
    let turnedDown = refused(comparisons(known, new))
    #expect(turnedDown.isEmpty, "\(turnedDown)")
    for (process, values) in known where values.seconds.count >= 100 {
        guard let other = new[process] else { continue }
        let correlation = RankCorrelation.spearman(values.inputBytes, values.seconds)
        let drawnCorrelation = RankCorrelation.spearman(other.inputBytes, other.seconds)
        #expect(
            abs(correlation - drawnCorrelation) < 0.15, "\(process): \(correlation) became \(drawnCorrelation)")
    }
    try checkGraphs(runs, found)
}

/// Each run, drawn again in its own size, has the depth of the recorded one and about as many dependencies.
private func checkGraphs(_ runs: RecordedRuns, _ found: FittedApplication) throws {
    var generator = SeededGenerator(seed: 1)
    for graph in runs.graphs {
        let known = try WorkflowGraph(names: graph.taskIDs, edges: graph.edges.map { ($0.parent, $0.child) })
        // The shape of this very run, drawn again.
        guard let shape = found.shapes.first(where: { $0.total == graph.taskIDs.count }) else {
            Issue.record("no shape of \(graph.taskIDs.count) tasks")
            continue
        }
        var one = found
        one.shapes = [shape]
        let drawn = one.draw(name: graph.run, using: &generator).workflow
        #expect(drawn.tasks.count == known.count)
        #expect(drawn.graph.widths.count == known.widths.count)
        #expect(abs(Double(drawn.graph.edgeCount) / Double(known.edgeCount) - 1) < 0.06)
    }
}

@Test(.enabled(if: traces != nil)) func aWrongFitIsTurnedDown() throws {
    let runs = try RecordedRuns("pegasus", application: "srasearch")
    let found = try fitted(runs)
    let known = source(runs)
    func turnedDown(_ change: (inout TaskModel) -> Void) throws -> [String] {
        var wrong = found
        let place = try #require(wrong.tasks.firstIndex { $0.process == "fasterq-dump" })
        change(&wrong.tasks[place])
        return refused(comparisons(known, drawn(wrong, 2 * runs.graphs.count, seed: 1)))
    }
    #expect(try turnedDown { _ in }.isEmpty)
    let mean = found.tasks.first { $0.process == "fasterq-dump" }?.duration.distributions[0].mean ?? 0
    #expect(try turnedDown { $0.duration = SizedQuantity(.constant(mean)) } == ["fasterq-dump seconds"])
    #expect(try turnedDown { $0.input = .init(bytes: .constant(1e6)) }.contains("fasterq-dump inputBytes"))
    let durations = (known["fasterq-dump"]?.seconds ?? []).map { $0 * 1.5 }
    #expect(
        try turnedDown { $0.duration = SizedQuantity(Distribution.fit(durations).distribution) } == [
            "fasterq-dump seconds"
        ])
}
