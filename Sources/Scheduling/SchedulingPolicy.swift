import Files
import Simulation
import Workflows

/// The rules that schedule, by the names that they have everywhere.
public enum SchedulingPolicy: String, CaseIterable, Sendable {
    /// First in, first out: the order in which tasks become ready, each on the first node with room.
    case fifo
    /// Topcuoglu's HEFT of 2002.
    case heft
    /// The best of all the others.
    case portfolio

    /// The policy called `name`.
    /// - Throws: `InputError` that names the policies there are.
    public init(named name: String, field: String = "policy") throws {
        guard let policy = Self(rawValue: name) else {
            let known = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw InputError("\"\(name)\" is no policy; there are \(known)", field: field)
        }
        self = policy
    }

    /// The rules that a portfolio compares, the cheapest first.
    public static let members: [SchedulingPolicy] = [.fifo, .heft]

    /// How `instance` runs under this policy, without a bound on time.
    public func timetable(of instance: SchedulingInstance) -> Timetable { find(instance) { false }.timetable }

    /// How `instance` runs under this policy, and whether that was known before `isOver`; else how it runs first in, first
    /// out.
    package func timetable(of instance: SchedulingInstance, isOver: () -> Bool) -> (timetable: Timetable, ended: Bool) {
        let found = find(instance, isOver: isOver)
        let ended = self == .portfolio ? found.iterations == Self.members.count : found.foundBy == self
        return (found.timetable, ended)
    }

    /// How `instance` runs under this policy, or, where `isOver` says so before that is known, by first in, first out: a
    /// rule that ends is better than none. That one is run first, so that its timetable is there when time is over.
    func find(_ instance: SchedulingInstance, isOver: () -> Bool) -> Portfolio.Found {
        switch self {
        case .fifo: Portfolio.Found(VirtualCluster.run(instance, order: .arrival), by: .fifo)
        case .heft: Portfolio.heft(for: instance, isOver: isOver)
        case .portfolio: Portfolio.best(of: Self.members, for: instance, isOver: isOver)
        }
    }
}

/// The best of several rules.
enum Portfolio {
    struct Found {
        var timetable: Timetable
        var foundBy: SchedulingPolicy
        /// The rules that ended, in their order.
        var ended: [SchedulePlan.Alternative]
        /// How many they are.
        var iterations: Int { ended.count }

        init(_ timetable: Timetable, by policy: SchedulingPolicy) {
            self.timetable = timetable
            foundBy = policy
            ended = [SchedulePlan.Alternative(policy: policy.rawValue, makespan: timetable.makespan)]
        }
    }

    /// The shortest timetable that `members` find before `isOver`; of equal ones the first. The first member always ends.
    static func best(
        of members: [SchedulingPolicy], for instance: SchedulingInstance, isOver: () -> Bool
    ) -> Found {
        var found = members[0].find(instance) { false }
        for member in members.dropFirst() where !isOver() {
            let timetable =
                member == .heft
                ? HEFT.plan(instance, isOver: isOver) : member.find(instance, isOver: isOver).timetable
            guard let timetable else { continue }
            let makespan = timetable.makespan
            found.ended.append(SchedulePlan.Alternative(policy: member.rawValue, makespan: makespan))
            if makespan < found.timetable.makespan {
                found.timetable = timetable
                found.foundBy = member
            }
        }
        return found
    }

    /// HEFT's timetable, or that of first in, first out if `isOver` comes before it.
    static func heft(for instance: SchedulingInstance, isOver: () -> Bool) -> Found {
        let fifo = SchedulingPolicy.fifo.find(instance, isOver: isOver)
        guard !isOver(), let timetable = HEFT.plan(instance, isOver: isOver) else { return fifo }
        return Found(timetable, by: .heft)
    }
}
