import Simulation

/// Why the last task of a run ended when it did: tasks backwards in time, each with what it waited for before it started.
struct DelayChain {
    /// What kept a task from starting sooner.
    enum Cause: Equatable {
        /// Nothing: it started with the workflow, or when its last parent ended.
        case nothing
        /// Files from a parent on another node.
        case transfer(parent: Int)
        /// Room on its node, which `holder` gave back.
        case room(holder: Int)
    }

    /// One task of the chain.
    struct Link {
        var task: Int
        var cause: Cause
        /// Seconds that it waited for that.
        var waited: Double
    }

    /// The last task first.
    var links: [Link] = []

    /// The chain behind the end of `timetable`.
    init(_ timetable: Timetable, of instance: SchedulingInstance) {
        guard var task = timetable.ends.indices.max(by: { timetable.ends[$0] < timetable.ends[$1] }) else { return }
        var seen: Set<Int> = []
        let slack = 1e-9 * max(1, timetable.makespan)
        while seen.insert(task).inserted {
            let (link, next) = Self.link(task, timetable, instance, slack)
            links.append(link)
            guard let next else { return }
            task = next
        }
    }

    private static func link(
        _ task: Int, _ timetable: Timetable, _ instance: SchedulingInstance, _ slack: Double
    ) -> (Link, next: Int?) {
        let (start, ready, node) = (timetable.starts[task], timetable.ready[task], timetable.nodes[task])
        var latest = (parent: -1, arrival: 0.0, end: 0.0)
        instance.forEachParent(of: task) { parent, transfer in
            let arrival = timetable.ends[parent] + (timetable.nodes[parent] == node ? 0 : transfer)
            if latest.parent < 0 || arrival > latest.arrival { latest = (parent, arrival, timetable.ends[parent]) }
        }
        if latest.parent >= 0, start <= latest.arrival + slack {
            let isTransfer = latest.arrival > latest.end + slack
            return (
                Link(
                    task: task, cause: isTransfer ? .transfer(parent: latest.parent) : .nothing,
                    waited: latest.arrival - latest.end), latest.parent
            )
        }
        let holder = timetable.ends.indices.filter {
            timetable.nodes[$0] == node && $0 != task && abs(timetable.ends[$0] - start) <= slack
                && timetable.starts[$0] < start
        }.max { instance.cores[$0] < instance.cores[$1] }
        guard let holder else { return (Link(task: task, cause: .nothing, waited: 0), nil) }
        return (Link(task: task, cause: .room(holder: holder), waited: start - ready), holder)
    }
}
