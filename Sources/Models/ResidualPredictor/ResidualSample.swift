import Kernels
import Prediction
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

    init(_ execution: TaskExecution, rank: Int = 0, count: Int = 1) {
        task = execution.task
        type = execution.task.taskType
        self.rank = rank
        self.count = count
        completedAt = execution.completedAt ?? .nan
        actual = Targets(repeating: .nan)
        for (place, target) in ResourceTarget.allCases.enumerated() {
            if let value = execution[target] { actual[place] = logarithm(value) }
        }
    }

    /// The executions of one type.
    static func all(_ executions: [TaskExecution]) -> [ResidualSample] {
        executions.enumerated().map { ResidualSample($1, rank: $0, count: executions.count) }
    }

    /// The execution as later ones read it, beside what a base made of it.
    func step(_ base: BaseForecast, memory: inout StepMemory) -> Step {
        Step(
            completedAt: completedAt, residuals: actual - base.medians, base: base.medians,
            input: task.inputBytes.map { logarithm(1 + max($0, 0)) } ?? .nan, run: memory.place(of: task.run),
            node: memory.place(of: task.node))
    }
}

/// Which executions judge and are not learned from.
struct Division: Sendable {
    /// For each sample.
    var judges: [Bool]

    /// Among neighbours: every fifth block of a type.
    static func near(_ samples: [ResidualSample]) -> Division {
        Division(
            judges: samples.map { sample in
                let block = max(1, min(10, sample.count / 10))
                return sample.count >= 5 && (sample.rank / block) % 5 == 3
            })
    }

    /// What is known least of: the last 30 % of each type where there are moments, else two fifths of the runs; nil where
    /// there is neither.
    static func beyond(_ samples: [ResidualSample]) -> Division? {
        if !samples.contains(where: { $0.completedAt.isNaN || $0.task.submittedAt == nil }) {
            return Division(judges: samples.map { ($0.rank + 1) * 10 > $0.count * 7 })
        }
        let runs = Set(samples.compactMap(\.task.run)).sorted()
        guard runs.count >= 5 else { return nil }
        let places = Dictionary(uniqueKeysWithValues: runs.enumerated().map { ($1, $0) })
        return Division(judges: samples.map { ($0.task.run.flatMap { places[$0] } ?? 0) % 5 >= 3 })
    }
}
