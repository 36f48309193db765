import Foundation
import Workflows

/// What is known of a task's type when its allocation is chosen.
public struct SizingEvidence: Sendable {
    /// Completed executions of the type.
    public var samples: Int
    /// How its memory is asked for; nil where no memory of it was measured.
    public var memory: MemorySizing?
    /// The longest execution, in seconds; nil where none was measured.
    public var longest: Double?
    /// What it takes to draw it from one execution, in units of ``FitWork``.
    static let units = 2_000
    /// Whether the 0.95 quantile of held-out durations has been shown to cover later ones.
    public var durationIsProven = false

    /// What is asked.
    var question = MemorySizing.Question.usual

    /// ln of forecasts of a target that the forecast executions had no part in, NaN where there is none: one for each
    /// execution that has the target, in the order of completion. The arguments of ``SizingTrial``.
    public typealias HeldOutForecasts = (shuffled: [Double], forward: [Double])

    /// What is known from the `executions` of one type, in the order of their completion.
    ///
    /// - Parameters:
    ///   - memory: held-out forecasts of memory, nil where none was measured.
    ///   - duration: the same for durations.
    ///   - memoryOfNewRuns: ln of forecasts of memory by other runs alone, NaN where there is none.
    /// - Precondition: as many forecasts as executions that have the target.
    /// - Complexity: O(n c) for n executions and the c candidates of ``SizingRule``, once n reaches
    ///   ``MemorySizing/proofCount``.
    public init(
        _ executions: [TaskExecution], memory: HeldOutForecasts?, duration: HeldOutForecasts?,
        memoryOfNewRuns: [Double] = []
    ) {
        samples = executions.count
        if let memory {
            let measured = executions.filter { $0[.memory] != nil }
            precondition(
                measured.count == memory.shuffled.count && measured.count == memory.forward.count,
                "\(memory.shuffled.count) and \(memory.forward.count) forecasts for \(measured.count) executions")
            let folds = Prediction.HeldOutForecasts.foldsOfRuns(measured.map(\.task.run)).folds
            let otherRuns = memoryOfNewRuns.isEmpty ? measured.map { _ in .nan } : memoryOfNewRuns
            self.memory = MemorySizing(
                measured.enumerated().map { place, execution in
                    SizingTrial(
                        used: execution[.memory] ?? 1, seconds: execution[.duration] ?? 0,
                        shuffled: memory.shuffled[place], forward: memory.forward[place],
                        request: execution.task.memoryRequestBytes, otherRuns: otherRuns[place],
                        runFold: folds[place] < 0 ? nil : folds[place])
                })
        }
        if let duration {
            let values = executions.compactMap { $0[.duration] }
            longest = values.max()
            func residuals(_ forecasts: [Double]) -> [Double] {
                zip(values, forecasts).compactMap { $1.isFinite ? log($0) - $1 : nil }
            }
            durationIsProven = Self.coverageIsProven(
                dealtOut: residuals(duration.shuffled), later: residuals(duration.forward))
        }
    }

    /// Takes in one execution more; `memory` is ln of what its memory was forecast to be, nil where it was not.
    public mutating func observe(_ execution: TaskExecution, memory forecast: Double?) {
        samples += 1
        if let used = execution[.memory], let seconds = execution[.duration] {
            let request = execution.task.memoryRequestBytes
            if memory == nil {
                let first = SizingTrial(used: used, seconds: seconds, shuffled: .nan, forward: .nan, request: request)
                memory = MemorySizing([first])
            } else {
                memory?.observe(used: used, seconds: seconds, forecast: forecast ?? .nan, request: request)
            }
        }
        if let seconds = execution[.duration] { longest = max(longest ?? 0, seconds) }
    }

    /// The same, where `question` is asked.
    func asked(_ question: MemorySizing.Question) -> SizingEvidence {
        var evidence = self
        evidence.question = question
        if question == .unlike { evidence.durationIsProven = false }
        return evidence
    }

    /// Whether the 0.95 quantile of residuals ln(actual / forecast) of executions that were dealt out covers those of
    /// later ones: 30 or more, and 0.93 of them.
    static func coverageIsProven(dealtOut: [Double], later: [Double]) -> Bool {
        guard later.count >= 30, let high = ResidualDistribution(dealtOut)?.shifts[ForecastLevels.high] else {
            return false
        }
        return Double(later.count { $0 <= high }) >= 0.93 * Double(later.count)
    }
}
