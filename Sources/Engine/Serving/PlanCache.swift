import Decisions
import Files
import NIOConcurrencyHelpers
import Scheduling
import Workflows

/// Plans that were made lately, so that a workflow that is asked about again is not planned again.
///
/// A plan holds for its question, byte for byte, the forecasts that it stands on, and the version that proposed plans: an outcome
/// that changes a forecast makes it another question, and so does a swap. Only plans that no more time would have made better
/// are kept: those of rules that ended, and those on given durations that are as short as their lower bound. Of two halves, the one that is not
/// asked for is dropped when the other is full.
final class PlanCache: Sendable {
    /// What a plan depends on.
    struct Key: Sendable, Hashable {
        /// SHA-256 of the question as it stands on the wire, with policy and budget.
        private let question: String
        /// Bytes of the question.
        private let bytes: Int
        /// What is expected of each task; nil where durations are given.
        var forecasts: [DurationForecast]?
        /// The version that proposed plans.
        var proposer: ModelReference?

        init(question: String, forecasts: [DurationForecast]? = nil, proposer: ModelReference? = nil) {
            (self.question, bytes) = (sha256(of: Array(question.utf8)), question.utf8.count)
            (self.forecasts, self.proposer) = (forecasts, proposer)
        }

        /// Bytes that its plan takes, about.
        fileprivate var size: Int { bytes + (forecasts?.count ?? 0) * 24 }
    }

    private struct Half {
        var plans: [Key: SchedulePlan] = [:]
        var size = 0
    }

    private struct State {
        var (young, old) = (Half(), Half())
        var (hits, misses) = (0, 0)
    }

    private let half: Int
    private let state = NIOLockedValueBox(State())

    /// - Parameter bytes: of the questions whose plans are kept, at the most; the plans take about as much.
    init(bytes: Int = 8 << 20) { half = bytes / 2 }

    /// Questions that were answered from it, and those that were not.
    var counts: (hits: Int, misses: Int) { state.withLockedValue { ($0.hits, $0.misses) } }

    /// The plan that was made for `key`.
    func plan(for key: Key) -> SchedulePlan? {
        state.withLockedValue { state in
            if let plan = state.young.plans[key] {
                state.hits += 1
                return plan
            }
            guard let plan = state.old.plans.removeValue(forKey: key) else {
                state.misses += 1
                return nil
            }
            state.hits += 1
            state.old.size -= key.size
            put(plan, key, &state)
            return plan
        }
    }

    /// Keeps `plan` if it is final.
    func insert(_ plan: SchedulePlan, for key: Key) {
        guard plan.isFinal, key.size <= half else { return }
        state.withLockedValue { put(plan, key, &$0) }
    }

    private func put(_ plan: SchedulePlan, _ key: Key, _ state: inout State) {
        if state.young.size + key.size > half { (state.old, state.young) = (state.young, Half()) }
        if state.young.plans.updateValue(plan, forKey: key) == nil { state.young.size += key.size }
    }
}

extension SchedulePlan {
    /// Whether more time would not have made another one: its rule came to its end, or none is shorter.
    fileprivate var isFinal: Bool {
        (policy != SchedulingPolicy.portfolio.rawValue && foundBy == policy)
            || (execution == nil && schedule.makespan <= lowerBound)
    }
}
