import Engine
import Foundation
import History
import Settings
import Workflows

/// How long one forecast takes, and how long it takes to learn one execution: from the engine, without a cache, with the
/// journal written.
///
/// `prediction --models DIR --history H.h5 [--count N]`: asks the champion of the registry about N tasks (1,000) that lie
/// evenly over the history, one at a time, and then reports as many executions, one at a time. Beside the time that passes
/// stands the CPU time of all threads of the process, which other processes change little.

func argument(_ name: String) -> String? {
    guard let place = CommandLine.arguments.firstIndex(of: name) else { return nil }
    return CommandLine.arguments.dropFirst(place + 1).first
}

guard let models = argument("--models"), let history = argument("--history") else {
    print("usage: prediction --models DIR --history H.h5 [--count N]")
    exit(2)
}
let usable = try HDF5ExecutionStore(path: history).content().executions.filter(\.isUsable)
guard !usable.isEmpty else {
    print("\(history) holds no usable execution: none completed with a duration")
    exit(2)
}
let count = max(1, min(usable.count, argument("--count").flatMap { Int($0) } ?? 1000))
let chosen = (0..<count).map { usable[$0 * usable.count / count] }

let state = NSTemporaryDirectory() + "tactus-prediction-\(UUID().uuidString)"
defer { try? FileManager.default.removeItem(atPath: state) }
var settings = Settings()
settings.modelsPath = models
settings.server.statePath = state
let engine = try await IntelligentScheduler(settings: settings)
let clock = ContinuousClock()

/// CPU time of all threads of this process so far, in milliseconds.
func processTime() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return 1e3 * Double(time.tv_sec) + Double(time.tv_nsec) / 1e6
}

/// What each execution took, in milliseconds.
func times(_ body: (TaskExecution) async throws -> Void) async throws -> (passed: [Double], cpu: [Double]) {
    var (passed, cpu): ([Double], [Double]) = ([], [])
    for execution in chosen {
        let (began, used) = (clock.now, processTime())
        try await body(execution)
        passed.append((clock.now - began) / .milliseconds(1))
        cpu.append(processTime() - used)
    }
    return (passed, cpu)
}

func report(_ what: String, _ times: (passed: [Double], cpu: [Double])) {
    for (kind, values) in [("passed", times.passed.sorted()), ("CPU", times.cpu.sorted())] {
        func at(_ share: Double) -> String {
            String(format: "%.3f", values[min(values.count - 1, Int(share * Double(values.count)))])
        }
        print("\(what), \(kind): median \(at(0.5)) ms, p99 \(at(0.99)) ms, longest \(at(1)) ms over \(values.count)")
    }
}

report("one forecast", try await times { _ = try await engine.predictResources($0.task) })
report("one execution learned", try await times { _ = try await engine.record([ReportedExecution($0)]) })
