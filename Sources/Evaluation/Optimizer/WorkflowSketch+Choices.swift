import Foundation
import Kernels
import Workflows

extension WorkflowSketch {
    /// Kinds of task that a workflow is given which knows fewer.
    private static let kinds = 8

    /// `workflow` with memory and other ways to get the results of its tasks, so that what is best by one objective is not by
    /// the others: most kinds of task have a quick way to a worse result, and many a slow one that needs less memory. Some hold
    /// more memory than they need, and none more than `most` bytes.
    init(_ workflow: Workflow, withChoicesDrawnBy seed: UInt64, most: Double) {
        self.init(workflow)
        var generator = SeededGenerator(seed: seed ^ 0xc401_ce5)
        if Set(tasks.map { $0.program ?? $0.name }).count < Self.kinds {
            var levels = [Int](repeating: 0, count: tasks.count)
            for task in workflow.graph.topologicalOrder {
                for child in workflow.graph.children(of: task) {
                    levels[child] = max(levels[child], levels[task] + 1)
                }
                tasks[task].program = "kind\(levels[task] % Self.kinds)"
            }
        }
        var members: [String: [Int]] = [:]
        for (place, task) in tasks.enumerated() { members[task.program ?? task.name, default: []].append(place) }
        for (_, places) in members.sorted(by: { $0.key < $1.key }) {
            let bytes = min(1e9 * exp(Double.random(in: 0...log(16), using: &generator)), most)
            let held = Bool.random(using: &generator) ? bytes * Double.random(in: 1...2, using: &generator) : bytes
            let quick = (
                seconds: Double.random(in: 0.3...0.8, using: &generator),
                quality: Double.random(in: 0.98...1, using: &generator)
            )
            let frugal = (
                seconds: Double.random(in: 1.1...1.8, using: &generator),
                memory: Double.random(in: 0.2...0.5, using: &generator)
            )
            let (hasQuick, hasFrugal) = (
                Int.random(in: 0..<4, using: &generator) > 0, Bool.random(using: &generator)
            )
            for place in places {
                let seconds = tasks[place].runtimeSeconds ?? 0
                (tasks[place].memoryBytes, tasks[place].wishes.memoryBytes) = (bytes, min(held, most))
                if hasQuick {
                    tasks[place].wishes.alternatives.append(
                        .init(name: "quick", runtimeSeconds: seconds * quick.seconds, quality: quick.quality))
                }
                if hasFrugal {
                    tasks[place].wishes.alternatives.append(
                        .init(
                            name: "frugal", runtimeSeconds: seconds * frugal.seconds,
                            memoryBytes: bytes * frugal.memory))
                }
            }
        }
    }
}
