import Foundation
import Simulation

// Compares schedules of TPC-H jobs on one cumulative resource: critical path, a static key with one scale that is chosen on
// lists to train, the best of forty scales for each list, and the search.
//
//     TACTUS_TRACES=... cumulative [training|validation|test] [--lists N] [--budget-ms N] [--iterations N] [--seed N]

func number(_ name: String, _ standard: Int) -> Int {
    let arguments = CommandLine.arguments
    guard let place = arguments.firstIndex(of: name), place + 1 < arguments.count else { return standard }
    return Int(arguments[place + 1]) ?? standard
}

func percent(_ values: [Double]) -> String {
    let (mean, low, high) = interval(values.map { 100 * $0 })
    return String(format: "%6.3f %% [%.3f, %.3f]", mean, low, high)
}

guard let folder = ProcessInfo.processInfo.environment["TACTUS_TRACES"] else {
    print("cumulative: TACTUS_TRACES is not set; skipped")
    exit(0)
}
let part = CommandLine.arguments.dropFirst().first.flatMap(JobLists.Part.init) ?? .test
let count = number("--lists", 40)
let budget = Duration.milliseconds(number("--budget-ms", 100))
let jobs = try JobLists(stagesIn: folder + "/tpch_spark")
print(
    "\(count) \(part) lists of each size from \(jobs.jobCount) jobs; search: \(budget)"
)

for size in [50, 100, 150] {
    // One scale for all lists: the best mean gap on lists to train.
    let training = try (0..<40).map { try Comparison.Statics(jobs.list(size, .training, $0)) }
    let sums = (0..<Comparison.scaleCount).map { scale in
        training.reduce(0) { $0 + $1.makespans[scale] / $1.scheduler.lowerBound }
    }
    let chosen = sums.indices.min { sums[$0] < sums[$1] } ?? 0

    let lists = try (0..<count).map { place in
        try Comparison(
            jobs.list(size, part, place), seed: UInt64(number("--seed", 1)), iterations: number("--iterations", .max),
            budget: budget)
    }
    let methods: [(name: String, makespan: (Comparison) -> Double)] = [
        ("critical path", { $0.criticalPath }), ("static key, one scale", { $0.statics[chosen] }),
        ("best of forty scales", { $0.bestStatic }), ("search", { $0.search }), ("portfolio", { $0.portfolio }),
    ]
    let gain = interval(lists.map { 100 * ($0.bound / $0.plainBound - 1) })
    let tightened = lists.filter { $0.bound > $0.plainBound * (1 + 1e-9) }.count
    print(
        String(
            format:
                "\n%d jobs: bound %.3f s, %.3f %% over work and critical path, tighter on %d lists; the one scale is %.0f",
            size, lists.reduce(0) { $0 + $1.bound } / Double(count), gain.mean, tightened,
            training[0].scheduler.scales(Comparison.scaleCount)[chosen]))
    for method in methods {
        let gaps = percent(lists.map { method.makespan($0) / $0.bound - 1 })
        let plain = percent(lists.map { method.makespan($0) / $0.plainBound - 1 })
        let mean = lists.reduce(0) { $0 + method.makespan($1) } / Double(count)
        print(
            "  " + method.name.padding(toLength: 24, withPad: " ", startingAt: 0)
                + String(format: "%.3f s", mean) + "  over the bound" + gaps + "  over the contract's" + plain)
    }
    let open = lists.filter { $0.bestStatic > $0.plainBound * (1 + 1e-9) }.count
    print("  the best of forty is above the contract's bound on \(open)")
    for method in methods.suffix(2) {
        let wins = lists.filter { method.makespan($0) < $0.bestStatic * (1 - 1e-9) }.count
        let losses = lists.filter { method.makespan($0) > $0.bestStatic * (1 + 1e-9) }.count
        let solved = lists.filter { method.makespan($0) <= $0.bound * (1 + 1e-9) }.count
        print(
            "  \(method.name) beside it: better \(wins), equal \(count - wins - losses), worse \(losses);"
                + " paired difference " + percent(lists.map { method.makespan($0) / $0.bestStatic - 1 })
                + "; at the bound on \(solved)")
    }
    let iterations = lists.map(\.iterations).sorted()
    let found = Dictionary(lists.map { ($0.foundBy, 1) }, uniquingKeysWith: +).sorted { $0.key < $1.key }
    print(
        "  iterations of the search \(iterations.first ?? 0)...\(iterations.last ?? 0); the portfolio's were found by "
            + found.map { "\($0.key) (\($0.value))" }.joined(separator: ", "))
}
