import Glibc
import Workflows

/// All that a history holds of one process.
struct ProcessSample {
    /// Its executions.
    var executions: [TaskExecution] = []
    /// For each of those tasks that has parents and a known input: its bytes and its parents.
    var inputs: [(bytes: Double, parents: Int)] = []
    /// Tasks of recorded graphs, those of them that ran, and how often these ended well.
    var tasks = 0
    var ran = 0
    var completions = 0
}

extension TaskModel {
    /// Executions that stragglers are looked for in, at the least, and their share, at the most.
    static let fewestExecutions = 20
    static let largestShare = 0.05

    /// The model of a process.
    ///
    /// Durations, memory and use of the processor are those of executions that ended well; see ``SizedQuantity/fit(_:inputs:)``
    /// and ``Distribution/fit(_:)``. Failures are counted over all attempts but those that were stopped from outside.
    /// Nil where no execution ended well with a known duration.
    static func fit(process: String, _ sample: ProcessSample) -> TaskModel? {
        let ended = sample.executions.filter { $0.endedWell && ($0.duration ?? -1) >= 0 }
        guard !ended.isEmpty else { return nil }
        let sizes = ended.map(\.task.inputBytes)
        let durations = ended.compactMap(\.duration)
        let (duration, stragglers) = withoutStragglers(durations, sizes)
        var model = TaskModel(process: process, duration: duration)
        model.stragglers = stragglers
        model.memory = quantity(ended, .memory)
        model.cpu = quantity(ended, .cpu)
        let cores = ended.compactMap(\.task.cores).filter { $0 > 0 }
        if !cores.isEmpty { model.cores = Distribution.fit(cores).distribution }
        model.input = input(sample.inputs, all: sizes.compactMap { $0 })
        if sample.tasks > 0, sample.ran > 0 {
            model.branchProbability = Double(sample.ran) / Double(sample.tasks)
            model.expectedIterations = max(1, Double(sample.completions) / Double(sample.ran))
        }
        model.failures = FailureShares(sample.executions)
        return model
    }

    private static func quantity(_ executions: [TaskExecution], _ target: ResourceTarget) -> SizedQuantity? {
        let measured = executions.filter { $0[target] != nil }
        guard !measured.isEmpty else { return nil }
        return SizedQuantity.fit(measured.compactMap { $0[target] }, inputs: measured.map(\.task.inputBytes))
    }

    /// The durations of tasks that do not straggle, and how often others do.
    ///
    /// A straggler lies further above the upper quartile of the logarithms, at its size of input, than three times the
    /// distance of the quartiles: "far out" by Tukey, "Exploratory Data Analysis", 1977, section 2D. A lognormal has one in
    /// a million.
    private static func withoutStragglers(_ durations: [Double], _ sizes: [Double?]) -> (SizedQuantity, Stragglers?) {
        let all = SizedQuantity.fit(durations, inputs: sizes)
        guard durations.count >= fewestExecutions, durations.allSatisfy({ $0 > 0 }), all.distributions.count == 1 else {
            return (all, nil)
        }
        let scaled = zip(durations, sizes).map { log($0 / all.growth(at: $1)) }
        let sorted = scaled.sorted()
        func quantile(_ p: Double) -> Double { sorted[Int(p * Double(sorted.count - 1))] }
        let (low, high) = (quantile(0.25), quantile(0.75))
        guard high > low else { return (all, nil) }
        let limit = high + 3 * (high - low)
        let kept = scaled.indices.filter { scaled[$0] <= limit }
        let share = 1 - Double(kept.count) / Double(scaled.count)
        guard share > 0, share <= largestShare else { return (all, nil) }
        let slow = scaled.filter { $0 > limit }
        let factor = slow.reduce(0) { $0 + exp($1 - quantile(0.5)) } / Double(slow.count)
        return (
            SizedQuantity.fit(kept.map { durations[$0] }, inputs: kept.map { sizes[$0] }),
            Stragglers(share: share, factor: factor)
        )
    }

    /// The size of input, for each parent where the sizes vary less that way.
    private static func input(_ pairs: [(bytes: Double, parents: Int)], all sizes: [Double]) -> Input? {
        let sizes = sizes.filter { $0 >= 0 && $0.isFinite }
        guard !sizes.isEmpty else { return nil }
        if pairs.count == sizes.count, pairs.allSatisfy({ $0.bytes > 0 && $0.parents > 0 }),
            pairs.contains(where: { $0.parents != pairs[0].parents })
        {
            let each = pairs.map { $0.bytes / Double($0.parents) }
            if logVariance(each) < 0.9 * logVariance(sizes) {
                let (distribution, fit) = Distribution.fit(each)
                return Input(bytes: distribution, isForEachParent: true, fit: fit)
            }
        }
        let (distribution, fit) = Distribution.fit(sizes)
        return Input(bytes: distribution, fit: fit)
    }

    private static func logVariance(_ values: [Double]) -> Double {
        let logs = values.map { log($0) }
        let mean = logs.reduce(0, +) / Double(logs.count)
        return logs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(logs.count)
    }
}

extension FailureShares {
    /// The shares of failed attempts among `executions`.
    init(_ executions: [TaskExecution]) {
        let attempts = executions.filter { $0.status == .completed || $0.status == .failed }
        guard !attempts.isEmpty else { return }
        let failed = attempts.filter { $0.status == .failed }
        let killed = failed.count { $0.exit == 137 }
        let stopped = failed.count { $0.exit == 124 || $0.exit == 140 }
        let count = Double(attempts.count)
        outOfMemory = Double(killed) / count
        timeout = Double(stopped) / count
        error = Double(failed.count - killed - stopped) / count
    }
}
