import Files
import Simulation
import Workflows

/// The rules that schedule, by the names that they have everywhere.
public enum SchedulingPolicy: String, CaseIterable, Sendable {
    /// First in, first out: the order in which tasks become ready, each on the first node with room.
    case fifo
    /// First in, first out, and nothing passes the first.
    case strictFIFO = "strict-fifo"
    /// The workflow that arrived first.
    case jobFIFO = "job-fifo"
    /// In the order in which tasks become ready, on the nodes in turn.
    case roundRobin = "round-robin"
    /// The shortest task first.
    case sjf
    /// The longest task first.
    case ljf
    /// The earliest deadline first.
    case edf
    /// The most urgent first, where waiting makes more urgent.
    case priority
    /// The workflow that holds the fewest cores.
    case fair
    /// The workflow that holds the fewest cores for its weight.
    case weightedFair = "weighted-fair"
    /// The workflow with the least remaining core-seconds.
    case srpt
    /// The workflow with the least remaining core-seconds, of its tasks the one with the longest path behind it.
    case srptPath = "srpt-path"
    /// Multi-resource packing by dot product (Grandl and others, 2014).
    case tetris
    /// Dominant resource fairness (Ghodsi and others, 2011).
    case drf
    /// Several resources weighed by likeness to the ideal (Hwang and Yoon, 1981).
    case topsis
    /// Heterogeneous earliest finish time (Topcuoglu and others, 2002).
    case heft
    /// Critical path on a processor (there).
    case cpop
    /// Predicted earliest finish time (Arabnejad and Barbosa, 2014).
    case peft
    /// HEFT that looks at the children of a task before it chooses its node (Bittencourt and others, 2010).
    case lookaheadHEFT = "lookahead-heft"
    /// The ready task that can end first (Ibarra and Kim, 1977).
    case minMin = "min-min"
    /// Of what ready tasks can end at the earliest, the latest (there).
    case maxMin = "max-min"
    /// The task that would lose most without its best node (Maheswaran and others, 1999).
    case sufferage
    /// Each task where it ends first (Armstrong and others, 1998).
    case mct
    /// Each task where it runs shortest (there).
    case met
    /// Each task where it can start first (there).
    case olb
    /// The ready task that can start first (Hwang and others, 1989).
    case etf
    /// Dynamic priority: what lies behind a task less when it can start.
    case dps
    /// The longest path behind a task first, on the first node with room.
    case criticalPath = "critical-path"
    /// The best that several of the others and a search find.
    case portfolio

    /// The policy called `name`.
    ///
    /// - Parameter others: what is no policy and could have been meant, such as learned models.
    /// - Throws: `InputError` that names the policies there are.
    public init(named name: String, beside others: [String] = [], field: String = "policy") throws {
        guard let policy = Self(rawValue: name) else {
            let known = (Self.allCases.map(\.rawValue) + others).joined(separator: ", ")
            throw InputError("\"\(name)\" is no policy; there are \(known)", field: field)
        }
        self = policy
    }

    /// The rules that a portfolio plans a whole workflow by, in the order in which it tries them.
    static let planned: [SchedulingPolicy] = [
        .fifo, .heft, .sufferage, .cpop, .peft, .lookaheadHEFT, .dps, .maxMin, .etf, .minMin, .mct, .olb,
    ]

    /// How `instance` runs under this policy, without a bound on time.
    public func timetable(of instance: SchedulingInstance) -> Timetable { find(instance) { false }.timetable }

    /// How `instance` runs under this policy, and whether that was known before `isOver`; else how it runs first in, first
    /// out.
    package func timetable(of instance: SchedulingInstance, isOver: () -> Bool) -> (timetable: Timetable, ended: Bool) {
        let found = find(instance, isOver: isOver)
        return (found.timetable, self == .portfolio ? found.isWhole : found.foundBy == rawValue)
    }

    /// What is to be left of a budget for a run of `taskCount` tasks first in, first out, which answers where a rule that
    /// plans does not end in time: a microsecond a task.
    package func reserve(forTasks taskCount: Int) -> Duration {
        planner == nil ? .zero : .microseconds(1) * taskCount
    }

    /// How `instance` runs under this policy, or, where `isOver` says so before that is known, by first in, first out: a
    /// rule that ends is better than none. For that one `isOver` should leave ``reserve(forTasks:)``. A portfolio
    /// tries its rules and does not search: what it comes to changes with the instance and not by chance.
    func find(_ instance: SchedulingInstance, isOver: () -> Bool) -> Portfolio.Found {
        if self == .portfolio {
            var experience = SearchExperience()
            let limits = Portfolio.Limits(hasSearches: false)
            return Portfolio.best(
                of: Self.planned, for: instance, limits: limits, experience: &experience, isOver: isOver)
        }
        if let planner { return Portfolio.planned(by: planner, of: self, for: instance, isOver: isOver) }
        guard let queueOrder else { preconditionFailure("the policy \(rawValue) has neither an order nor a planner") }
        return Portfolio.Found(VirtualCluster.run(instance, order: queueOrder), by: self)
    }
}
