import Glibc
import Kernels
import Scheduling
import Simulation
import Workflows

// Plans on expected durations that are run on true ones: `robustness --traces FOLDER --clusters FOLDER [--seeds N]
// [--most-tasks N] [--set-apart]` prints for each cluster and noise the mean regret of every method.
//
// The true duration of a task is the recorded one times exp(sigma z); the recorded one is what is expected.
// Regret = makespan on the truth / makespan of HEFT planned on the truth - 1.

var options: [String: String] = [:]
var arguments = CommandLine.arguments.dropFirst()
while let name = arguments.popFirst() {
    options[name] = name == "--set-apart" ? "yes" : arguments.popFirst()
}
guard let traces = options["--traces"], let folder = options["--clusters"] else {
    print("usage: robustness --traces FOLDER --clusters FOLDER [--seeds N] [--most-tasks N] [--set-apart]")
    exit(2)
}
let seeds = options["--seeds"].flatMap(Int.init) ?? 10
let mostTasks = options["--most-tasks"].flatMap(Int.init) ?? 600
let clusters = options["--cluster"].map { [$0] } ?? ["homogeneous-8", "heterogeneous-8", "heterogeneous-32-multicore"]
let only = options["--only"]
let methods = Method.all.enumerated().filter { $0.offset == 0 || only == nil || $0.element.name.contains(only ?? "") }
    .map(\.element)
let workload = try Workload(traces: traces, mostTasks: mostTasks, isSetApart: options["--set-apart"] != nil)
print(
    "\(workload.entries.count) workflows of \(Set(workload.entries.map(\.application)).count) applications, \(seeds) seeds"
)

func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
func percent(_ value: Double) -> String { let v = (value * 10000).rounded() / 100; return "\(v) %" }
func two(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }

for name in clusters {
    let cluster = try cluster(name, inFolder: folder)
    let instances = try workload.entries.map { try SchedulingInstance($0.workflow, on: cluster) }
    for sigma in [0.1, 0.3, 0.5] {
        var (byHEFT, byBest) = (Regrets(), Regrets())
        var times = [Double](repeating: 0, count: methods.count)
        for (place, instance) in instances.enumerated() {
            var (overHEFT, overBest): ([[Double]], [[Double]]) = ([], [])
            for seed in 0..<seeds {
                var generator = SeededGenerator(seed: UInt64(1000 * place + seed))
                let truth = drawn(instance.runtimes, sigma: sigma, &generator)
                let known = instance.withRuntimes(truth)
                let makespans = methods.enumerated().map { index, method in
                    let began = clock()
                    let makespan = method.run(instance, truth, sigma)
                    times[index] += Double(clock() - began) / Double(CLOCKS_PER_SEC)
                    return makespan
                }
                let heft = SchedulingPolicy.heft.timetable(of: known).makespan
                let best = methods.reduce(min(heft, makespans.min() ?? heft)) { best, method in
                    min(best, method.run(known, truth, 1e-9))
                }
                overHEFT.append(makespans.map { $0 / heft - 1 })
                overBest.append(makespans.map { $0 / best - 1 })
            }
            byHEFT.add(overHEFT)
            byBest.add(overBest)
        }
        print("\n\(name), sigma \(sigma)")
        print(
            padded("method", 28) + padded("regret", 10) + padded("over baseline's", 24) + padded("over best", 12)
                + "ms each")
        for (index, method) in methods.enumerated() {
            let ratio = byHEFT.ratio(index)
            print(
                padded(method.name, 28) + padded(percent(byHEFT.mean(index)), 10)
                    + padded("\(two(ratio.value)) (\(two(ratio.low)) to \(two(ratio.high)))", 24)
                    + padded(percent(byBest.mean(index)), 12)
                    + two(times[index] * 1000 / Double(seeds * instances.count)))
        }
    }
}
