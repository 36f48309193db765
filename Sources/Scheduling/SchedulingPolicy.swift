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
    public func timetable(of instance: SchedulingInstance) -> Timetable {
        switch self {
        case .fifo: VirtualCluster.run(instance, order: .arrival)
        case .heft: HEFT.plan(instance) ?? VirtualCluster.run(instance, order: .arrival)
        case .portfolio: Portfolio.best(of: Self.members, for: instance) { false }.timetable
        }
    }
}

/// The best of several rules.
enum Portfolio {
    struct Found {
        var timetable: Timetable
        var foundBy: SchedulingPolicy
        var iterations: Int
    }

    /// The shortest timetable that `members` find before `isOver`; of equal ones the first. The first member always ends.
    static func best(
        of members: [SchedulingPolicy], for instance: SchedulingInstance, isOver: () -> Bool
    ) -> Found {
        var found = Found(timetable: members[0].timetable(of: instance), foundBy: members[0], iterations: 1)
        for member in members.dropFirst() where !isOver() {
            let timetable = member == .heft ? HEFT.plan(instance, isOver: isOver) : member.timetable(of: instance)
            guard let timetable else { continue }
            found.iterations += 1
            if timetable.makespan < found.timetable.makespan {
                found.timetable = timetable
                found.foundBy = member
            }
        }
        return found
    }
}
