import Foundation

/// What every candidate rule would have come to, on executions that had no part in it.
///
/// Four groups are counted apart: executions dealt out in fifths, blocks of later executions, those that came since, and whole runs
/// dealt out in fifths.
struct SizingScores: Sendable {
    /// A group of trials.
    enum Group: Int, CaseIterable { case shuffled, forward, since, otherRuns }

    /// One rule in one group.
    struct Score: Sendable {
        /// Byte-seconds that were allocated and not used.
        var wasted = 0.0
        /// Attempts that failed.
        var failures = 0
        /// Attempts that would have failed had each task used a fiftieth more: near misses count.
        var strained = 0
        /// Sum of the allocations.
        var allocated = 0.0
    }

    /// By group, then by candidate.
    private(set) var scores: [[Score]]
    /// Trials in each group.
    private(set) var counts = Group.allCases.map { _ in 0 }

    /// By how much more a task is taken to use when near misses are counted.
    private static let strain = 1.02

    /// Tries every candidate on `trials`, in the order of their completion.
    init(_ trials: [SizingTrial]) {
        scores = Group.allCases.map { _ in Array(repeating: Score(), count: SizingRule.candidates.count) }
        let residuals = trials.map { log($0.used) - $0.shuffled }
        func deal(_ group: Group, _ forecasts: [Double], _ residuals: [Double], fold: (Int) -> Int?) {
            for number in 0..<SizingTrial.folds {
                let kept = trials.indices.filter { fold($0) != number }
                let held = trials.indices.filter { fold($0) == number && forecasts[$0].isFinite }
                let knowledge = SizingKnowledge(
                    values: kept.map { trials[$0].used }, residuals: kept.map { residuals[$0] })
                add(held.map { (trials[$0], forecasts[$0]) }, knowing: knowledge, to: group)
            }
        }
        deal(.shuffled, trials.map(\.shuffled), residuals) { $0 % SizingTrial.folds }
        deal(.otherRuns, trials.map(\.otherRuns), trials.map { log($0.used) - $0.otherRuns }) { trials[$0].runFold }
        let places = SizingTrial.cuts.map { Int(($0 * Double(trials.count)).rounded()) }
        for (start, end) in zip(places, places.dropFirst()) where start >= 1 {
            let held = (start..<end).filter { trials[$0].forward.isFinite }
            let knowledge = SizingKnowledge(
                values: trials[..<start].map(\.used), residuals: Array(residuals[..<start]))
            add(held.map { (trials[$0], trials[$0].forward) }, knowing: knowledge, to: .forward)
        }
    }

    /// Tries every candidate on trials with the ln of their forecasts.
    mutating func add(
        _ held: [(trial: SizingTrial, forecast: Double)], knowing knowledge: SizingKnowledge, to group: Group
    ) {
        guard !held.isEmpty, !knowledge.values.isEmpty, !knowledge.residuals.isEmpty else { return }
        let tasks = held.map { (used: $0.trial.used, seconds: $0.trial.seconds, median: exp($0.forecast)) }
        counts[group.rawValue] += tasks.count
        for (place, rule) in SizingRule.candidates.enumerated() {
            let resolved = knowledge.resolved(rule)
            var score = scores[group.rawValue][place]
            for task in tasks {
                let allocation = resolved.allocation(task.median)
                score.allocated += allocation
                if allocation >= task.used * Self.strain {
                    score.wasted += (allocation - task.used) * task.seconds
                    continue
                }
                let attempts = RetriedAttempts(allocation: allocation, used: task.used)
                score.wasted += attempts.wastedBytes * task.seconds
                score.failures += attempts.failures
                score.strained += max(attempts.failures, 1)
            }
            scores[group.rawValue][place] = score
        }
    }
}
