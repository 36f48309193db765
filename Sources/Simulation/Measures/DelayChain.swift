/// Why the last task of a run ended when it did: tasks backwards in time, each with what it waited for before it started.
public struct DelayChain: Sendable {
    /// What kept a task from starting sooner.
    public enum Cause: Equatable, Sendable {
        /// Nothing: it started with the workflow, or when its last parent ended.
        case nothing
        /// Files from a parent on another node.
        case transfer(parent: Int)
        /// Room on its node, which `holder` gave back.
        case room(holder: Int)
    }

    /// One task of the chain.
    public struct Link: Sendable {
        /// The task.
        public var task: Int
        /// What kept it from starting sooner.
        public var cause: Cause
        /// Seconds that it waited for that.
        public var waited: Double
    }

    /// The last task first.
    public private(set) var links: [Link] = []

    private let timetable: Timetable
    private let instance: SchedulingInstance
    /// Moments this close together count as one.
    private let slack: Double

    /// The chain behind the end of `timetable`.
    ///
    /// - Complexity: linear in tasks and in the dependencies of those on the chain.
    public init(_ timetable: Timetable, of instance: SchedulingInstance) {
        self.timetable = timetable
        self.instance = instance
        slack = 1e-12 * timetable.makespan
        guard var task = timetable.ends.indices.max(by: { timetable.ends[$0] < timetable.ends[$1] }) else { return }
        // A task that waited for room is placed at the very moment at which another ends.
        let ended = Dictionary(grouping: timetable.ends.indices) { timetable.ends[$0] }
        var seen: Set<Int> = []
        while seen.insert(task).inserted {
            let (link, next) = link(task, ended)
            links.append(link)
            guard let next else { return }
            task = next
        }
    }

    private func link(_ task: Int, _ ended: [Double: [Int]]) -> (Link, next: Int?) {
        let (start, node) = (timetable.starts[task], timetable.nodes[task])
        if let (parent, arrival) = latestParent(of: task), start <= arrival + slack {
            let wait = arrival - timetable.ends[parent]
            let cause = wait > slack ? Cause.transfer(parent: parent) : .nothing
            return (Link(task: task, cause: cause, waited: max(0, wait)), parent)
        }
        let holder = ended[start]?.filter {
            timetable.nodes[$0] == node && $0 != task && timetable.placed[$0] < start
        }.max { instance.cores[$0] < instance.cores[$1] }
        guard let holder else { return (Link(task: task, cause: .nothing, waited: 0), nil) }
        return (Link(task: task, cause: .room(holder: holder), waited: start - timetable.ready[task]), holder)
    }

    /// The parent whose files are there last, and when; of several the first.
    private func latestParent(of task: Int) -> (parent: Int, arrival: Double)? {
        var latest: (parent: Int, arrival: Double)?
        instance.forEachParent(of: task) { parent, transfer in
            let isHere = timetable.nodes[parent] == timetable.nodes[task]
            let arrival = timetable.ends[parent] + (isHere ? 0 : transfer)
            if latest.map({ arrival > $0.arrival }) ?? true { latest = (parent, arrival) }
        }
        return latest
    }

    /// Whether cores were what `link` waited for, and not memory alone: what its node had free before it started.
    public func lackedCores(_ link: Link) -> Bool {
        let (start, node) = (timetable.starts[link.task], timetable.nodes[link.task])
        let held = timetable.ends.indices.reduce(0) { sum, other in
            let isHere =
                timetable.nodes[other] == node && timetable.placed[other] < start && timetable.ends[other] >= start
            return isHere ? sum + instance.cores[other] : sum
        }
        let cores = instance.cluster.nodes[node].cores
        return instance.cores[link.task] > (cores - held) + cores * 1e-12
    }
}
