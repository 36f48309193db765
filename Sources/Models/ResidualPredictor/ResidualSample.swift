import Kernels
import Workflows

/// One execution on the training side.
struct ResidualSample: Sendable {
    var task: TaskSpec
    var type: String
    /// Its place among the executions of its type, and how many those are.
    var rank: Int
    var count: Int
    /// Moment of completion in seconds; NaN where there is none.
    var completedAt: Double
    /// ln of what was measured; NaN where a target was not.
    var actual: Targets

    /// `executions`, which are usable, as samples.
    static func all(_ executions: [TaskExecution]) -> [ResidualSample] {
        var counts: [String: Int] = [:]
        var samples = executions.map { execution in
            let type = execution.task.taskType
            defer { counts[type, default: 0] += 1 }
            return ResidualSample(
                task: execution.task, type: type, rank: counts[type, default: 0], count: 0,
                completedAt: execution.completedAt ?? .nan, actual: execution.logarithms)
        }
        for place in samples.indices { samples[place].count = counts[samples[place].type] ?? 0 }
        return samples
    }

    /// The execution as later ones read it, beside what a base made of it.
    func step(_ base: BaseForecast, memory: inout StepMemory) -> Step {
        Step(
            completedAt: completedAt, residuals: actual - base.medians, base: base.medians,
            input: task.inputBytes.map { logarithm(1 + max($0, 0)) } ?? .nan, run: memory.place(of: task.run),
            node: memory.place(of: task.node))
    }
}

extension TaskExecution {
    /// ln of what was measured of each target; NaN where it was not.
    var logarithms: Targets {
        var values = Targets(repeating: .nan)
        for (place, target) in ResourceTarget.allCases.enumerated() {
            if let value = self[target] { values[place] = logarithm(value) }
        }
        return values
    }
}

/// A way to hold executions out: what the base made of each, and which of them judge.
struct Division: Sendable {
    /// By a base that had not seen it; those without one take no part.
    var forecasts: [BaseForecast?]
    /// Whether it judges, and is not learned from.
    var judges: [Bool]

    /// Among neighbours: every fifth block of a type judges.
    static func blocks(_ samples: [ResidualSample], _ blind: BlindForecasts) -> Division {
        Division(
            forecasts: blind.inFolds,
            judges: samples.map { sample in
                let block = max(1, min(10, sample.count / 10))
                return sample.count >= 5 && (sample.rank / block) % 5 == 3
            })
    }

    /// What is known least of: what comes later where there are moments, else other runs; nil where there is neither.
    static func beyond(_ samples: [ResidualSample], _ blind: BlindForecasts) -> Division? {
        if !blind.ahead.isEmpty {
            return Division(
                forecasts: zip(blind.ahead, blind.inFolds).map { $0 ?? $1 }, judges: blind.ahead.map { $0 != nil })
        }
        guard !blind.inOtherRuns.isEmpty else { return nil }
        // Two fifths of the runs judge: which ones is as good as drawn.
        var places: [String: Int] = [:]
        let runs = Set(samples.compactMap(\.task.run)).sorted()
        for (place, run) in runs.enumerated() { places[run] = place }
        return Division(
            forecasts: blind.inOtherRuns,
            judges: samples.map { sample in (sample.task.run.flatMap { places[$0] } ?? 0) % 5 >= 3 })
    }
}
