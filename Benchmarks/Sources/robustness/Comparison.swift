import Glibc
import Kernels
import Scheduling
import Simulation
import Workflows

/// All methods on the same workflows, seeds and noise on one cluster.
struct Comparison {
    let methods: [Method]
    /// Over HEFT planned on the truth, and over the shortest timetable that any method found for it.
    private(set) var (overHEFT, overBest) = (Regrets(), Regrets())
    /// Processor time of each method, in seconds.
    private(set) var seconds: [Double]
    private var runs = 0

    init(_ methods: [Method], on instances: [SchedulingInstance], sigma: Double, seeds: Int, firstSeed: Int) {
        self.methods = methods
        seconds = [Double](repeating: 0, count: methods.count)
        for (place, instance) in instances.enumerated() {
            var (byHEFT, byBest): ([[Double]], [[Double]]) = ([], [])
            for seed in 0..<seeds {
                var generator = SeededGenerator(seed: UInt64(firstSeed + 1000 * place + seed))
                let truth = instance.runtimes.map { $0 * Glibc.exp(sigma * Double(generator.normal())) }
                let known = instance.with(runtimes: truth)
                let heft = SchedulingPolicy.heft.timetable(of: known).makespan
                let ranked = Method.ranked(caution: 0, "").run(known, truth, sigma)
                let makespans = methods.indices.map { timed($0, instance, truth, sigma) }
                let best = makespans.reduce(min(heft, ranked)) { min($0, $1) }
                byHEFT.append(makespans.map { $0 / heft - 1 })
                byBest.append(makespans.map { $0 / best - 1 })
                runs += 1
            }
            overHEFT.add(byHEFT)
            overBest.add(byBest)
        }
    }

    private mutating func timed(
        _ method: Int, _ instance: SchedulingInstance, _ truth: [Double], _ sigma: Double
    ) -> Double {
        let began = clock()
        let makespan = methods[method].run(instance, truth, sigma)
        seconds[method] += Double(clock() - began) / Double(CLOCKS_PER_SEC)
        return makespan
    }

    /// One line for each method.
    var table: String {
        var lines = [
            padded("method", 28) + padded("regret", 10) + padded("of the baseline's", 24) + padded("over best", 12)
                + "ms"
        ]
        for (index, method) in methods.enumerated() {
            let ratio = overHEFT.ratio(index)
            lines.append(
                padded(method.name, 28) + padded(percent(overHEFT.mean(index)), 10)
                    + padded("\(hundredths(ratio.value)) (\(hundredths(ratio.low)) to \(hundredths(ratio.high)))", 24)
                    + padded(percent(overBest.mean(index)), 12)
                    + "\(hundredths(seconds[index] * 1000 / Double(runs)))")
        }
        return lines.joined(separator: "\n")
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private func hundredths(_ value: Double) -> Double { (value * 100).rounded() / 100 }
    private func percent(_ value: Double) -> String { "\(hundredths(value * 100)) %" }
}
