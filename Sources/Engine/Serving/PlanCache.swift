import Decisions
import Files
import NIOConcurrencyHelpers
import Scheduling
import Workflows

/// Plans that were made lately, so that a workflow that is asked about again is not planned again.
///
/// A plan holds for its question, byte for byte, the forecasts that it stands on, and the version that was asked for plans: an
/// outcome that changes a forecast makes it another question, and so do a swap and a challenger that answers for the run. Only
/// plans that no more time would have made better are kept: those of rules that ended, and those on given durations that are
/// as short as their lower bound.
final class PlanCache: Sendable {
    /// What a plan depends on.
    struct Key: Sendable, Hashable {
        /// SHA-256 of the question as it stands on the wire, with policy and budget.
        private let question: String
        /// Bytes of the question.
        private let bytes: Int
        /// What is expected of each task; nil where durations are given.
        var forecasts: [DurationForecast]?
        /// The version that was asked for plans.
        var proposer: ModelReference?

        init(question: String, forecasts: [DurationForecast]? = nil, proposer: ModelReference? = nil) {
            (self.question, bytes) = (sha256(of: Array(question.utf8)), question.utf8.count)
            (self.forecasts, self.proposer) = (forecasts, proposer)
        }

        /// Bytes that its plan takes, about.
        fileprivate var size: Int { bytes + (forecasts?.count ?? 0) * 24 }
    }

    private let plans: NIOLockedValueBox<HalvedCache<Key, SchedulePlan>>

    /// - Parameter bytes: of the questions whose plans are kept, at the most; the plans take about as much.
    init(bytes: Int = 8 << 20) { plans = NIOLockedValueBox(HalvedCache(size: bytes)) }

    /// Questions that were answered from it, and those that were not.
    var counts: (hits: Int, misses: Int) { plans.withLockedValue { ($0.hits, $0.misses) } }

    /// The plan that was made for `key`.
    func plan(for key: Key) -> SchedulePlan? { plans.withLockedValue { $0.value(for: key) } }

    /// Keeps `plan` if it is final.
    func insert(_ plan: SchedulePlan, for key: Key) {
        guard plan.isFinal else { return }
        plans.withLockedValue { $0.insert(plan, for: key, size: key.size) }
    }
}

extension SchedulePlan {
    /// Whether more time would not have made another one: its rule came to its end, or none is shorter.
    fileprivate var isFinal: Bool {
        (policy != SchedulingPolicy.portfolio.rawValue && foundBy == policy)
            || (execution == nil && schedule.makespan <= lowerBound)
    }
}
