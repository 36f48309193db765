import Files
import Foundation
import Kernels
import Scheduling
import Workflows

// What plans of single workflows gain over first in, first out, and from plans that were made before, and what repairs of
// disturbed plans come to:
//
//     portfolio fifo|experience|repairs --traces FOLDER --clusters FOLDER [--iterations N] [--most-tasks N] [--seed N]
//
// On all workflows of WfInstances up to a number of tasks, on the two clusters of eight one-core nodes.

let arguments = CommandLine.arguments
func option(_ name: String) -> String? {
    arguments.firstIndex(of: name).flatMap { arguments.dropFirst($0 + 1).first }
}
guard let traces = option("--traces"), let folder = option("--clusters"),
    let iterations = Int(option("--iterations") ?? "2000"), let most = Int(option("--most-tasks") ?? "250"),
    let seed = UInt64(option("--seed") ?? "1"), ["fifo", "experience", "repairs"].contains(arguments.dropFirst().first)
else {
    print(
        "usage: portfolio fifo|experience|repairs --traces FOLDER --clusters FOLDER [--iterations N] [--most-tasks N] [--seed N]"
    )
    exit(2)
}
var workflows: [Workflow] = []
for path in try files(inFolder: traces + "/wfinstances").sorted()
where path.hasSuffix(".json") && !path.contains("helloworld") {
    let workflow = try WfFormatDocument(contentsOf: path).workflow
    if workflow.tasks.count <= most { workflows.append(workflow) }
}
var generator = SeededGenerator(seed: seed)
workflows.shuffle(using: &generator)
for name in ["homogeneous-8", "heterogeneous-8"] {
    let file = "\(folder)/\(name).json"
    let cluster = try Cluster(JSONField(JSONValue(parsing: readBytes(of: file)), file: file))
    if arguments[1] == "fifo" {
        print("\(name), \(workflows.count) workflows: makespan over that of first in, first out")
        for policy in [SchedulingPolicy.heft, .portfolio] {
            let ratios = try ratiosToFIFO(workflows, on: cluster, policy, iterations: iterations, seed: seed)
            print("  \(policy.rawValue): \(summary(ratios[...]))")
        }
    } else if arguments[1] == "experience" {
        print("\(name), \(workflows.count) workflows, \(iterations) schedules each: with over without experience")
        let ratios = try experienceRatios(workflows, on: cluster, iterations: iterations, seed: seed)
        print("  all:         \(summary(ratios[...]))")
        print("  second half: \(summary(ratios[(ratios.count / 2)...]))")
    } else {
        print("\(name), \(workflows.count) workflows, at a third of HEFT's plan")
        try printRepairs(workflows, on: cluster)
    }
}

/// Geometric mean of `ratios` with a 95 % bootstrap interval, and how many are below and above 1.
func summary(_ ratios: ArraySlice<Double>) -> String {
    var generator = SeededGenerator(seed: 7)
    let logs = ratios.map { log($0) }
    func mean(_ values: [Double]) -> Double { exp(values.reduce(0, +) / Double(max(1, values.count))) }
    let drawn = (0..<1000).map { _ in
        mean(logs.indices.map { _ in logs[Int.random(in: logs.indices, using: &generator)] })
    }.sorted()
    let (shorter, longer) = (ratios.count { $0 < 1 - 1e-9 }, ratios.count { $0 > 1 + 1e-9 })
    return String(
        format: "%.4f [%.4f, %.4f], shorter %d, equal %d, longer %d", mean(logs), drawn[25], drawn[974], shorter,
        ratios.count - shorter - longer, longer)
}
