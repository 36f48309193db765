import Simulation
import Workflows

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
                member.planner.map { $0.plan(instance, isOver: isOver) }
                ?? member.find(instance, isOver: isOver).timetable
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

    /// The timetable of `planner`, or that of first in, first out if `isOver` comes before it.
    static func planned(
        by planner: any Planner, of policy: SchedulingPolicy, for instance: SchedulingInstance, isOver: () -> Bool
    ) -> Found {
        let fifo = SchedulingPolicy.fifo.find(instance, isOver: isOver)
        guard !isOver(), let timetable = planner.plan(instance, isOver: isOver) else { return fifo }
        return Found(timetable, by: policy)
    }
}
