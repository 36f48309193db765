import Scheduling
import Simulation

/// How long the schedules of lists of jobs are by plans that were learned, beside those of the static key.
///
/// A gap is the makespan over the lower bound, minus 1. All methods schedule one and the same lists, and what is compared is
/// paired over them. The scale of the key is chosen on lists to train, one for each size of list; the best of forty scales
/// for each list in hindsight stands beside it.
public struct ListEvaluation: Codable, Sendable {
    /// What lists of one size came to.
    public struct Size: Codable, Sendable {
        /// Jobs in a list.
        public var jobs: Int
        /// Lists.
        public var lists: Int
        /// The scale of the static key, in cores.
        public var scale: Double
        /// The mean gap of the static key.
        public var staticKey: Estimate
        /// The mean gap of the static key, its scale chosen anew, where tasks are placed one by one from the same share on.
        public var keyOfSamePass: Estimate
        /// The mean gap of the best of forty scales for each list.
        public var bestScale: Estimate
        /// What each of the learned plans came to.
        public var learned: [Learned]
    }

    /// What one learned plan came to on lists of one size.
    public struct Learned: Codable, Sendable {
        /// Its name.
        public var name: String
        /// Its mean gap.
        public var gap: Estimate
        /// Its mean gap over that of the static key, lists resampled together.
        public var ratio: Estimate
        /// The mean gap of the static key minus its own: above zero is shorter.
        public var gain: Estimate
        /// The same against ``Size/keyOfSamePass``.
        public var gainOverKeyOfSamePass: Estimate
        /// The same against the best scale of each list.
        public var gainOverBestScale: Estimate
        /// Lists on which it is shorter than the static key.
        public var shorter: Int
        /// Those on which it is as long.
        public var equal: Int
        /// Those on which it is longer.
        public var longer: Int
        /// What the gain says.
        public var verdict: PredictorReport.Verdict
        /// The gap on each list.
        public var gaps: [Double]
    }

    /// The part that the lists are of.
    public var part: String
    /// What each size came to.
    public var sizes: [Size]

    /// Schedules `count` lists of each of `sizes` jobs.
    ///
    /// - Parameter serialFrom: where the first of `proposers` places tasks one by one, as ``ListScheduler`` takes it.
    /// - Throws: `InputError` with the job that cannot be scheduled.
    public init(
        _ proposers: [any PlanProposer], on lists: JobLists, sizes: [Int], part: JobLists.Part, count: Int = 40,
        serialFrom: Double
    ) throws {
        precondition(lists.cluster.nodes.count == 1, "lists on \(lists.cluster.nodes.count) nodes have no static key")
        self.part = part.rawValue
        self.sizes = try sizes.map { size in
            let training = try (0..<Self.training).map { try lists.list(size, .training, $0) }
            let held = try (0..<count).map { try lists.list(size, part, $0) }
            guard let choice = ScaleChoice(training), let all = ScaleChoice(held),
                let sameChoice = ScaleChoice(training, serialFrom: serialFrom),
                let same = ScaleChoice(held, serialFrom: serialFrom)
            else { preconditionFailure("a list has one node") }
            let gaps = Gaps(
                key: all.gaps.map { $0[choice.bestPlace] }, samePass: same.gaps.map { $0[sameChoice.bestPlace] },
                best: all.gaps.map { $0.min() ?? 0 })
            return Size(
                jobs: size, lists: count, scale: choice.best, staticKey: Self.mean(gaps.key),
                keyOfSamePass: Self.mean(gaps.samePass), bestScale: Self.mean(gaps.best),
                learned: proposers.map { Self.learned($0, held, gaps) })
        }
    }

    /// The mean gap of `other` minus that of `learned` on the same lists: above zero, `learned` is shorter.
    public static func gain(of learned: Learned, over other: Learned) -> Estimate {
        precondition(learned.gaps.count == other.gaps.count, "\(learned.gaps.count) lists beside \(other.gaps.count)")
        return mean(zip(other.gaps, learned.gaps).map { $0 - $1 })
    }

    private static let training = 40
    private static let seed: UInt64 = 7

    private static func mean(_ gaps: [Double]) -> Estimate {
        Bootstrap.estimate([gaps], seed: seed) ?? Estimate(value: 0, low: 0, high: 0)
    }

    /// The gaps of the rules, list by list.
    private struct Gaps {
        var key: [Double]
        var samePass: [Double]
        var best: [Double]
    }

    private static func learned(
        _ proposer: any PlanProposer, _ instances: [SchedulingInstance], _ rules: Gaps
    ) -> Learned {
        let gaps = instances.map { instance in
            let timetable = proposer.propose(instance) { false } ?? SchedulingPolicy.fifo.timetable(of: instance)
            return instance.lowerBound > 0 ? timetable.makespan / instance.lowerBound - 1 : 0
        }
        func gain(over rule: [Double]) -> Estimate { mean(zip(rule, gaps).map { $0 - $1 }) }
        let differences = zip(gaps, rules.key).map { $0 - $1 }
        return Learned(
            name: proposer.name, gap: mean(gaps), ratio: Bootstrap.ratio(of: gaps, to: rules.key, seed: seed),
            gain: gain(over: rules.key), gainOverKeyOfSamePass: gain(over: rules.samePass),
            gainOverBestScale: gain(over: rules.best),
            shorter: differences.filter { $0 < -1e-9 }.count, equal: differences.filter { abs($0) <= 1e-9 }.count,
            longer: differences.filter { $0 > 1e-9 }.count, verdict: .init(gain(over: rules.key)),
            gaps: gaps)
    }
}
