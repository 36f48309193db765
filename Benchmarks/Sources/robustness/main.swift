import Glibc
import Simulation

// What forecasts that are off do to a schedule, and what helps:
//
//     robustness --traces FOLDER --clusters FOLDER [--seeds N] [--most-tasks N] [--only PART OF A NAME] [--set-apart]
//
// The true duration of a task is the recorded one times exp(sigma z), z standard normal, so that its median is the recorded
// one, which is what every method plans with. Regret is the makespan on the truth over that of HEFT planned on the truth,
// minus 1; "over best" the same over the shortest timetable that is known for that truth. Means over seeds, then over
// workflows; the interval is a bootstrap over workflows. Baseline: HEFT on what is expected, its plan kept. --set-apart
// takes the applications that parameters were chosen on instead of those that are reported.

let usage = """
    usage: robustness --traces FOLDER --clusters FOLDER [--seeds N] [--most-tasks N] [--only PART] [--set-apart]
    """
var options: [String: String] = [:]
var arguments = CommandLine.arguments.dropFirst()
while let name = arguments.popFirst() { options[name] = name == "--set-apart" ? "" : arguments.popFirst() }
guard let traces = options["--traces"], let folder = options["--clusters"],
    let seeds = Int(options["--seeds"] ?? "5"), let mostTasks = Int(options["--most-tasks"] ?? "350"), seeds > 0
else {
    print(usage)
    exit(2)
}
let isSetApart = options["--set-apart"] != nil
let only = options["--only"]
let methods = [Method.heft] + Method.others.filter { method in only.map { method.name.contains($0) } ?? true }
let workload = try Workload(traces: traces, mostTasks: mostTasks, isSetApart: isSetApart)
print("\(workload.entries.count) workflows of \(Set(workload.entries.map(\.application)).count) applications:")
print(workload.entries.map { "\($0.name) (\($0.workflow.tasks.count))" }.joined(separator: ", "))
for name in ["homogeneous-8", "heterogeneous-8", "heterogeneous-32-multicore"] {
    let cluster = try cluster(name, inFolder: folder)
    let instances = try workload.entries.map { try SchedulingInstance($0.workflow, on: cluster) }
    for sigma in [0.1, 0.3, 0.5] {
        let comparison = Comparison(
            methods, on: instances, sigma: sigma, seeds: seeds, firstSeed: isSetApart ? 0 : 1_000_000)
        print("\n\(name), sigma \(sigma), \(seeds) seeds\n\(comparison.table)")
        fflush(nil)
    }
}
