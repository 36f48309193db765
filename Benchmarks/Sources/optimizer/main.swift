import Evaluation
import Files
import Foundation
import Layers
import Models
import Registry
import Simulation

// Trains the graph network on lists of TPC-H jobs, or reads its weights or a registry's champion, and compares one pass of it
// with the static key.
//
//     TACTUS_TRACES=... optimizer [validation|test|speed] [--models FOLDER] [--weights FILE] [--steps N] [--seed N] [--threads N]
//         [--samples N] [--lists N] [--look N] [--noise X] [--last-noise X] [--messages 0] [--context 0] [--serial-from X]
//         [--count LISTS]
//     TACTUS_TRACES=... optimizer bottlenecks [--part test] [--steps N] [--seed N] [--messages 1] [--weights 1]
//     TACTUS_TRACES=... optimizer gains [--steps N] [--seed N] [--messages 1] [--planted SEED] [--trials N]

func text(_ name: String) -> String? {
    let arguments = CommandLine.arguments
    guard let place = arguments.firstIndex(of: name), place + 1 < arguments.count else { return nil }
    return arguments[place + 1]
}

func number(_ name: String, _ standard: Int) -> Int { text(name).flatMap { Int($0) } ?? standard }

func fail(_ problem: String) -> Never {
    FileHandle.standardError.write(Data("optimizer: \(problem)\n".utf8))
    exit(2)
}

// What is wrong is said before anything is trained.
let first = CommandLine.arguments.dropFirst().first ?? "validation"
let what = first.hasPrefix("--") ? "validation" : first
let part = JobLists.Part(rawValue: what)
guard part != nil || ["speed", "bottlenecks", "gains"].contains(what) else {
    fail(
        "\"\(what)\" is not speed, bottlenecks or gains, nor a part; these are \(JobLists.Part.allCases.map(\.rawValue))"
    )
}
guard let seed = UInt64(exactly: number("--seed", 1)) else { fail("--seed is negative") }
guard let folder = ProcessInfo.processInfo.environment["TACTUS_TRACES"] else {
    print("optimizer: TACTUS_TRACES is not set; skipped")
    exit(0)
}
let architecture = GCNArchitecture(
    hasMessages: number("--messages", 1) == 1, hasContext: number("--context", 1) == 1)
if what == "bottlenecks" {
    let part = text("--part") ?? "validation"
    guard applications[part] != nil else { fail("--part is \"\(part)\", not one of \(applications.keys.sorted())") }
    try compareBottlenecks(
        part: part, traces: folder, hasMessages: number("--messages", 0) == 1,
        seed: seed, steps: text("--steps").flatMap { Int($0) }, comparesWeights: number("--weights", 0) == 1)
    exit(0)
}
if what == "gains" {
    try compareGains(
        seed: seed, hasMessages: number("--messages", 0) == 1, steps: text("--steps").flatMap { Int($0) },
        planted: text("--planted").flatMap { UInt64($0) }, trials: number("--trials", 20))
    exit(0)
}
let lists = try JobLists(stagesIn: folder + "/tpch_spark")
var settings = PriorityTrainer.Settings()
settings.steps = number("--steps", settings.steps)
settings.samples = number("--samples", settings.samples)
settings.lists = number("--lists", settings.lists)
settings.concurrency = number("--threads", 1)
settings.firstNoise = text("--noise").flatMap { Double($0) } ?? settings.firstNoise
settings.lastNoise = text("--last-noise").flatMap { Double($0) } ?? settings.lastNoise
settings.stepsBetweenLooks = number("--look", settings.stepsBetweenLooks)
settings.serialFrom = text("--serial-from").flatMap { Double($0) } ?? settings.serialFrom
let optimizer: GCNOptimizer
if let models = text("--models") {
    let (registry, name) = (ModelRegistry(path: models), try CheckedName("optimizer"))
    guard let champion = try registry.aliases(of: name)[ModelRegistry.champion] else {
        throw InputError("has no champion of optimizer", file: models)
    }
    optimizer = try Catalog.loadOptimizer(registry.load(name, champion))
} else if let weights = text("--weights"), FileManager.default.fileExists(atPath: weights) {
    optimizer = try GCNOptimizer(Safetensors.read(from: weights), fields: architecture.fields)
} else {
    let began = ContinuousClock.now
    let trainer = PriorityTrainer(lists, architecture: architecture, settings: settings) { look in
        let seconds = Double((ContinuousClock.now - began) / .seconds(1))
        let gaps = zip(look.gaps, look.staticGaps).map { String(format: "%.3f (%.2f)", 100 * $0, $0 / $1) }
        let line = String(format: "%5d steps, %6.1f s: ", look.step, seconds) + gaps.joined(separator: "  ")
        FileHandle.standardOutput.write(Data((line + String(format: "  mean %.3f\n", look.ratio)).utf8))
    }
    optimizer = try await trainer.train(seed: seed)
    if let weights = text("--weights") { try Safetensors.write(optimizer.archive(), to: weights) }
}

func percent(_ estimate: Estimate) -> String {
    String(format: "%.3f %% [%.3f, %.3f]", 100 * estimate.value, 100 * estimate.low, 100 * estimate.high)
}

switch part {
case nil:
    try measureSpeed(of: optimizer)
case let part?:
    let evaluation = try ListEvaluation(
        [optimizer], on: lists, sizes: settings.sizes, part: part, count: number("--count", 40),
        serialFrom: optimizer.serialFrom)
    for size in evaluation.sizes {
        print("\(size.jobs) jobs, \(size.lists) \(evaluation.part) lists: gap to the lower bound")
        print("  static key, one scale  \(percent(size.staticKey))")
        print("  the same, built alike  \(percent(size.keyOfSamePass))")
        print("  best of forty scales   \(percent(size.bestScale))")
        for learned in size.learned {
            print(
                "  \(learned.name), one pass          \(percent(learned.gap))",
                String(
                    format: "of the static key's %.3f [%.3f, %.3f]; shorter %d, equal %d, longer %d;",
                    learned.ratio.value, learned.ratio.low, learned.ratio.high, learned.shorter, learned.equal,
                    learned.longer), "under the key built alike by \(percent(learned.gainOverKeyOfSamePass)),",
                "under the best of forty by \(percent(learned.gainOverBestScale))")
        }
    }
}
