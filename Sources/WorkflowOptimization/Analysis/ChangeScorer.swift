import Scheduling
import Simulation
import Workflows

/// A change of a workflow that has not been simulated.
public struct ProposedChange: Sendable, Hashable {
    /// The type of suggestion that it would be, one of ``SimulatingOptimizer/suggestionTypes``.
    public let type: String
    /// How many of its type are thought likelier to help.
    public let rank: Int
    /// What it does.
    public let edits: [WorkflowEdit]

    /// A change.
    public init(type: String, rank: Int, edits: [WorkflowEdit]) {
        (self.type, self.rank, self.edits) = (type, rank, edits)
    }
}

/// Says what changes of a workflow will gain before they are simulated, such as a learned model says it of all of them in the
/// time of few runs.
public protocol ChangeScorer: Sendable {
    /// The part of the makespan by which each of `changes`, carried out alone, is expected to shorten the run, less than 0 where it
    /// would prolong it; nil for a policy of which it knows nothing.
    ///
    /// - Parameter timetable: the run of `instance` by `policy` as it is.
    func gains(
        of changes: [ProposedChange], after timetable: Timetable, of instance: SchedulingInstance,
        policy: SchedulingPolicy
    ) -> [Double]?
}

/// A workflow as it runs, and what each change that is proposed for it gains alone, as simulated: what a ``ChangeScorer`` may learn
/// from, and is compared with.
public struct SimulatedChanges: Sendable {
    /// The workflow on its cluster.
    public let instance: SchedulingInstance
    /// How it runs as it is.
    public let timetable: Timetable
    /// What is proposed, in the order in which it would be simulated.
    public let changes: [ProposedChange]
    /// Of each the part of the makespan that it gains.
    public let gains: [Double]
    private let candidates: [Candidate]

    /// Simulates all changes that are proposed for the workflow of `question`, however long that takes; those that cannot be
    /// carried out are left out.
    ///
    /// - Throws: `InputError` where a task has no room, or takes longer than can be simulated.
    public init(_ question: OptimizationQuestion) throws {
        var runs = try SimulatedRuns(question)
        let finder = try BottleneckFinder(&runs)
        (instance, timetable) = (finder.instance, finder.timetable)
        let makespan = finder.timetable.makespan
        let all = SuggestionSources.candidates(in: SuggestionContext(question, finder))
        let gains = try all.map { candidate in
            try runs.outcome(of: candidate.edits).map { makespan > 0 ? 1 - $0.use.makespan / makespan : 0 }
        }
        let proposed = Candidate.proposed(all)
        let possible = all.indices.filter { gains[$0] != nil }
        (candidates, changes) = (possible.map { all[$0] }, possible.map { proposed[$0] })
        self.gains = gains.compactMap(\.self)
    }

    /// The largest gain among the first `count` changes if they are simulated in the order of `expected`, which says what is
    /// expected of each; nil: as they are proposed.
    public func bestGain(ofFirst count: Int, byExpected expected: [Double]? = nil) -> Double {
        let order = expected.map { Candidate.order(candidates, byGains: $0) } ?? Array(gains.indices)
        return order.prefix(count).reduce(0) { max($0, gains[$1]) }
    }
}

extension Candidate {
    /// `candidates`, in the order in which they were proposed, as a scorer is shown them.
    static func proposed(_ candidates: [Candidate]) -> [ProposedChange] {
        var counts: [String: Int] = [:]
        return candidates.map { candidate in
            defer { counts[candidate.type, default: 0] += 1 }
            return ProposedChange(type: candidate.type, rank: counts[candidate.type] ?? 0, edits: candidate.edits)
        }
    }
}
