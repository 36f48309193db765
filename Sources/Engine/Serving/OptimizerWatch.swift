import Scheduling
import Simulation
import WorkflowOptimization

/// Asks the networks of one version of an optimizer, and no longer than they may take: searches go on without one that is late
/// or fails, and it is left out for a while.
final class OptimizerWatch: Sendable {
    /// What a network said.
    enum Answer: Sendable {
        case plan(Timetable)
        case bottlenecks(BottleneckEstimate)
        case gains([Double])
        /// It knows nothing of what it was asked.
        case nothing
        /// It ended as its time was over.
        case late
        /// It did not answer, and why.
        case failed(String)
        /// It did not answer, which says nothing of it, and why.
        case unjudged(String)
    }

    private let record: AnsweringRecord
    private let lanes = AnsweringLanes<Answer>(4)
    /// Where it is asked what decides nothing.
    private let probes = AnsweringLanes<Answer>(1)

    init(
        _ name: String, limits: CircuitBreaker.Limits = .init(),
        clock: @escaping @Sendable () -> Double = ModelWatch.seconds
    ) { record = AnsweringRecord(name, limits: limits, clock: clock) }

    /// How it does, for figures.
    var condition: ModelCondition {
        var condition = record.condition(abandoned: lanes.abandoned)
        condition.abandonedProbes = probes.abandoned
        return condition
    }

    /// The version, in words.
    var name: String { record.name }

    /// That it was not asked for want of time.
    var noTime: String { "\(record.name) was not asked: no time was left" }

    /// What `network` says within `limit`, for which this thread waits; it tells what is wrong by a failure without a name.
    ///
    /// - Parameter isJudged: whether it is a failure not to answer in that time.
    func ask(within limit: Duration, isJudged: Bool, _ network: @escaping @Sendable () -> Answer) -> Answer {
        guard let pass = record.admit() else { return .failed(record.whyLeftOut) }
        switch lanes.wait(within: limit, network) {
        case .answered(.failed(let why)):
            let problem = "\(record.name) \(why)"
            record.record(pass, failure: problem)
            return .failed(problem)
        case .answered(.late): return late(pass, limit, isJudged)
        case .answered(let answer):
            record.record(pass, failure: nil)
            return answer
        case .late: return late(pass, limit, isJudged)
        case .notBegun:
            record.giveBack(pass)
            return .unjudged(record.busy(limit))
        }
    }

    private func late(_ pass: CircuitBreaker.Pass, _ limit: Duration, _ isJudged: Bool) -> Answer {
        let why = record.recordLate(pass, limit, isJudged: isJudged)
        return isJudged ? .failed(why) : .unjudged(why)
    }

    /// What `network` says within `limit`, where that decides nothing: one question at a time, and nothing is noted of how it
    /// answers. Nil where it does not answer.
    func probe(within limit: Duration, _ network: @escaping @Sendable () -> Answer) async -> Answer? {
        if case .answered(let answer) = await probes.ask(within: limit, network) { answer } else { nil }
    }
}
