import Foundation
import Workflows

/// How memory is asked for, for the tasks of one type: the rule that would have been the cheapest.
///
/// Every candidate is replayed on executions that had no part in it. A failure wastes its whole allocation and is retried
/// at double, and it costs a price beside that, for the delay and the work of it: ``failurePrice``, or what
/// ``failureExecutions`` executions of the type use, where that is less. Less than the largest value and a tenth more is asked for
/// only with proof, by ``proofCount`` executions or more: a rule that, in each group of held-out executions and since, failed no more
/// often than that does, one in fifty excepted, near misses included. Of those the cheapest is taken.
public struct MemorySizing: Sendable {
    /// Executions that are needed before less than the largest value may be asked for.
    public static let proofCount = 20
    /// The most that a failure costs beside the memory that it wastes, in GB·h: about half a cent of memory.
    public static let failurePrice = 1.0
    /// As many executions of the type as use what a failure costs at the most: one of a task that takes a second is not
    /// worth gigabytes of margin for all of them.
    public static let failureExecutions = 30.0
    /// On how many more executions of a group a proven rule may fail than the largest value and a tenth more does, as a share.
    static let allowedFailures = 0.02

    /// Whose memory is asked for.
    enum Question: CaseIterable {
        /// A task of a run that is known, or where runs are not.
        case usual
        /// One of a run of which nothing is known: whole runs held out speak for a rule too.
        case newRun
        /// One that is unlike all others: nothing is proven for it.
        case unlike
    }

    private var knowledge: SizingKnowledge
    /// The same with what forecasts by other runs fell short by.
    private var knowledgeOfRuns: SizingKnowledge
    private var scores: SizingScores?
    private var requests = RequestPattern()
    /// Byte-seconds used by a type that is too rare for a replay, and its seconds.
    private var held = (byteSeconds: 0.0, seconds: 0.0)
    /// The rule that answers, where nothing else is said of the question.
    public var rule: SizingRule { answers[.usual]?.rule ?? .largest }
    private var answers: [Question: (rule: SizingRule, resolved: ResolvedSizingRule)] = [:]

    /// Learns from the executions of a type, in the order of their completion; there must be one.
    public init(_ trials: [SizingTrial]) {
        precondition(!trials.isEmpty, "no execution to size from")
        knowledge = SizingKnowledge(
            values: trials.map(\.used), residuals: trials.map { log($0.used) - $0.shuffled })
        knowledgeOfRuns = SizingKnowledge(
            values: trials.map(\.used), residuals: trials.map { log($0.used) - $0.otherRuns })
        scores = trials.count >= Self.proofCount ? SizingScores(trials) : nil
        for trial in trials {
            requests.observe(request: trial.request, used: trial.used)
            held.byteSeconds += trial.used * trial.seconds
            held.seconds += trial.seconds
        }
        choose()
    }

    /// Takes in an execution whose memory was forecast with `forecast` as ln of the median, before anything was learned
    /// from it.
    public mutating func observe(used: Double, seconds: Double, forecast: Double, request: Double?) {
        let trial = SizingTrial(used: used, seconds: seconds, shuffled: forecast, forward: forecast, request: request)
        if forecast.isFinite { scores?.add([(trial, forecast)], knowing: knowledge, to: .since) }
        knowledge.insert(used, residual: log(used) - forecast)
        knowledgeOfRuns.insert(used, residual: .nan)
        requests.observe(request: request, used: used)
        held.byteSeconds += used * seconds
        held.seconds += seconds
        choose()
    }

    /// What to ask for when the forecast's median is `median` bytes, and why.
    public func allocation(median: Double) -> (bytes: Double, basis: SizingBasis) { allocation(median: median, .usual) }

    /// The same, where `question` is asked.
    func allocation(median: Double, _ question: Question) -> (bytes: Double, basis: SizingBasis) {
        guard let (rule, resolved) = answers[question] else { preconditionFailure("no rule was chosen") }
        var bytes = resolved.allocation(median)
        var basis = SizingBasis(
            source: rule.basis == .type ? .type : rule.basis == .largest ? .largest : .forecast,
            percentile: rule.basis == .largest ? nil : rule.percentile, margin: rule.margin,
            samples: knowledge.values.count, proven: !SizingRule.cautious.contains(rule))
        if resolved.factor > 0, resolved.factor * median > bytes { basis.cap = bytes }
        if let floor = requests.floor, bytes < floor {
            bytes = floor
            (basis.floor, basis.cap) = (floor, nil)
        }
        return (bytes, basis)
    }

    /// What a failure costs beside the memory that it wastes, in GB·h.
    private var price: Double {
        let mean = held.byteSeconds / Self.gigabyteHour / Double(max(knowledge.values.count, 1))
        return min(Self.failurePrice, Self.failureExecutions * mean)
    }

    private mutating func choose() {
        for question in Question.allCases {
            let rule = chosen(question)
            let isOfRuns = question == .newRun && !knowledgeOfRuns.residuals.isEmpty
            answers[question] = (rule, (isOfRuns ? knowledgeOfRuns : knowledge).resolved(rule))
        }
    }

    private func chosen(_ question: Question) -> SizingRule {
        var best: (rule: SizingRule, cost: Double) = (.largest, .infinity)
        if let scores, question != .unlike {
            for (place, rule) in SizingRule.candidates.enumerated() {
                guard SizingRule.cautious.contains(rule) || isProven(place, scores, question) else { continue }
                let cost = cost(of: place, scores, question)
                if cost < best.cost { best = (rule, cost) }
            }
        } else {
            let largest = knowledge.values.last ?? 0
            for rule in SizingRule.cautious {
                let wasted = largest * rule.margin * held.seconds - held.byteSeconds
                let cost = wasted / Self.gigabyteHour + price / (rule.margin * rule.margin)
                if cost < best.cost { best = (rule, cost) }
            }
        }
        return best.rule
    }

    /// Byte-seconds of a gigabyte-hour.
    private static let gigabyteHour = 3.6e12

    /// Whether the candidate failed on no more than the largest value and a tenth more did, but for ``allowedFailures``, in every group.
    private func isProven(_ place: Int, _ scores: SizingScores, _ question: Question) -> Bool {
        groups(question).allSatisfy { group in
            let replayed = scores.scores[group.rawValue]
            let allowed = Int(Self.allowedFailures * Double(scores.counts[group.rawValue]))
            return replayed[place].strained <= replayed[SizingRule.largestPlace].strained + allowed
        }
    }

    /// Waste and failures in GB·h. One failure to come is added, times (largest value / allocation)²: large values have
    /// heavy tails, and a rule that lies closer to what was seen meets the next one sooner.
    private func cost(of place: Int, _ scores: SizingScores, _ question: Question) -> Double {
        let asked = self.groups(question)
        let groups = asked.map { scores.scores[$0.rawValue][place] }
        let wasted = groups.reduce(0) { $0 + $1.wasted }
        let failures = groups.reduce(0) { $0 + $1.strained }
        let count = asked.reduce(0) { $0 + scores.counts[$1.rawValue] }
        let mean = groups.reduce(0) { $0 + $1.allocated } / Double(max(count, 1))
        let relative = min(max(mean / (knowledge.values.last ?? 1), 0.3), 3)
        return wasted / Self.gigabyteHour + price * (Double(failures) + 1 / (relative * relative))
    }

    /// The groups that speak for an answer to `question`.
    private func groups(_ question: Question) -> [SizingScores.Group] {
        [.shuffled, .forward, .since] + (question == .newRun ? [.otherRuns] : [])
    }
}
