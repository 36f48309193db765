import Simulation
import Workflows

/// What rules and searches came to on instances of each kind: it decides what a portfolio tries first on the next.
///
/// A value that a caller may keep from plan to plan. A plan depends on it, so it is to be kept with what a plan is repeated
/// from; without any, a portfolio goes by the order that its rules are listed in.
public struct SearchExperience: Sendable, Hashable {
    /// What makes instances alike, each in few classes.
    struct Kind: Hashable {
        /// Tasks: a class for each factor of four.
        var size: Int
        /// Tasks on the widest level over cores: below 1, 4, 16 and above.
        var width: Int
        /// Seconds of all transfers over seconds of all tasks: 0, below 0.1, below 1 and above.
        var transfers: Int
        /// The fastest speed over the slowest: 1, below 2 and above.
        var heterogeneity: Int
        /// Whether all nodes have one core.
        var hasSingleCores: Bool
    }

    /// Tries, and those that were worth it.
    private struct Record: Hashable {
        var tries = 0
        var successes = 0
    }

    private var records: [Kind: [String: Record]] = [:]

    /// Nothing yet.
    public init() {}

    /// The part of its tries that `name` did well in, with one of two before any: the mean of a beta distribution
    /// with a uniform prior.
    func share(of name: String, on kind: Kind) -> Double {
        let record = records[kind]?[name] ?? Record()
        return Double(record.successes + 1) / Double(record.tries + 2)
    }

    /// `rules` in the order of what they did well in; of equal ones, in theirs.
    func sorted<Rule>(_ rules: [Rule], by name: (Rule) -> String, on kind: Kind) -> [Rule] {
        let shares = rules.map { share(of: name($0), on: kind) }
        return rules.indices.sorted { shares[$0] != shares[$1] ? shares[$0] > shares[$1] : $0 < $1 }.map { rules[$0] }
    }

    /// `name` was tried so often.
    mutating func note(_ name: String, tries: Int, successes: Int, on kind: Kind) {
        var record = records[kind]?[name] ?? Record()
        record.tries += tries
        record.successes += successes
        records[kind, default: [:]][name] = record
    }

    /// Each of the rules among `ended` was tried once; those that no other rule was better than did well.
    mutating func noteRules(_ ended: [SchedulePlan.Alternative], on kind: Kind) {
        let rules = ended.filter { SchedulingPolicy(rawValue: $0.policy) != nil }
        let best = rules.reduce(.infinity) { min($0, $1.makespan) }
        for rule in rules { note(rule.policy, tries: 1, successes: rule.makespan <= best ? 1 : 0, on: kind) }
    }
}

extension SearchExperience.Kind {
    init(_ instance: SchedulingInstance) {
        var (class4, left) = (0, instance.taskCount)
        while left >= 4 {
            class4 += 1
            left /= 4
        }
        size = class4
        let nodes = instance.cluster.nodes
        let widest = Double(instance.graph.widths.max() ?? 0) / nodes.reduce(0) { $0 + $1.cores }
        width = [1.0, 4, 16].filter { widest >= $0 }.count
        var moved = 0.0
        for task in 0..<instance.taskCount { instance.forEachParent(of: task) { moved += $1 } }
        let worked = instance.runtimes.reduce(0, +)
        transfers = moved == 0 ? 0 : 1 + [0.1, 1].filter { moved >= $0 * worked }.count
        let speeds = nodes.map(\.speed)
        let spread = (speeds.max() ?? 1) / (speeds.min() ?? 1)
        heterogeneity = spread == 1 ? 0 : spread < 2 ? 1 : 2
        hasSingleCores = nodes.allSatisfy { $0.cores == 1 }
    }
}
