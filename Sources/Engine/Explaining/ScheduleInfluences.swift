import Files
import Scheduling
import Simulation
import Workflows

/// What moved a schedule, found by leaving it out.
struct ScheduleInfluences {
    /// Parts that are named at the most, the strongest.
    static let named = 16

    /// The tasks that a plan's makespan hangs on, the strongest first.
    ///
    /// The influence of a task is the factor C / C', where C is the makespan and C' that of the same plan (the same nodes, the
    /// same order on each) if the task took no time. Tasks on the chain of delays behind the end are tried, until `isOver`.
    ///
    /// - Parameter schedule: when and where each task of `instance` was to run.
    static func tasks(
        of schedule: Schedule, for instance: SchedulingInstance, isOver: () -> Bool = { false }
    ) throws -> [Explanation.Factor] {
        let plan = try Timetable(schedule, of: instance)
        var execution = PlanExecution(of: plan, for: instance)
        let makespan = execution.makespan(runtimes: instance.runtimes)
        var runtimes = instance.runtimes
        var found: [(task: Int, without: Double)] = []
        for link in DelayChain(plan, of: instance).links.prefix(triedTasks) where !isOver() {
            let runtime = runtimes[link.task]
            runtimes[link.task] = 0
            defer { runtimes[link.task] = runtime }
            found.append((link.task, execution.makespan(runtimes: runtimes)))
        }
        return found.sorted { ($0.without, $0.task) < ($1.without, $1.task) }.prefix(named).compactMap {
            task, without in
            guard without < makespan else { return nil }
            let seconds = JSONValue.text(of: plan.ends[task] - plan.starts[task])
            let node = instance.cluster.nodes[plan.nodes[task]].name
            return Explanation.Factor(
                name: "tasks.\(instance.workflow.tasks[task].id)",
                detail: "it takes \(seconds) s on \(node); if it took no time, the plan would end after "
                    + "\(JSONValue.text(of: without)) s",
                effect: without > 0 ? .makespan(makespan / without) : nil)
        }
    }

    /// Tasks of the chain that are tried, from its end.
    private static let triedTasks = 256

    /// What changed where ready tasks start: other ready tasks and nodes, the strongest first.
    ///
    /// The influence of one is the number of other tasks that `policy` starts elsewhere, or only then, without it. As many are
    /// tried, until `isOver`, as make up about `tried` tasks and nodes in all; of the tasks those that start come first.
    static func parts(
        of decision: PlacementDecision, _ ready: [ReadyTask], _ state: ClusterState,
        _ constraints: PlacementConstraints, by policy: SchedulingPolicy, isOver: () -> Bool = { false }
    ) -> [Explanation.Factor] {
        let scheduler = HeuristicScheduler(policy)
        let (places, nodes) = (Dictionary(grouping: ready.indices) { ready[$0].id }, decision.nodes)
        var budget = tried / max(1, ready.count + state.nodes.count)
        var found: [(count: Int, factor: Explanation.Factor)] = []
        func tell(_ name: String, without other: PlacementDecision, except task: String? = nil) {
            let others = other.nodes
            let changed = ready.map(\.id).filter { $0 != task && nodes[$0] != others[$0] }
            guard !changed.isEmpty else { return }
            let words = changed.prefix(3).map { id in
                others[id].map { "\(id) would start on \($0)" } ?? "\(id) would wait"
            }
            let rest = changed.count > 3 ? " and \(changed.count - 3) others would change" : ""
            found.append(
                (
                    changed.count,
                    .init(
                        name: name, detail: "without it " + words.joined(separator: ", ") + rest,
                        effect: .changed(changed.count))
                ))
        }
        for place in state.nodes.indices where budget > 0 && state.nodes.count > 1 && !isOver() {
            budget -= 1
            var fewer = state
            fewer.nodes.remove(at: place)
            tell(
                "nodes.\(state.nodes[place].node.name)", without: scheduler.choose(ready, in: fewer, under: constraints)
            )
        }
        for id in decision.assignments.map(\.id) + decision.deferred.map(\.id) where budget > 0 && !isOver() {
            guard let place = places[id]?.first else { continue }
            budget -= 1
            var fewer = ready
            fewer.remove(at: place)
            tell("ready.\(id)", without: scheduler.choose(fewer, in: state, under: constraints), except: id)
        }
        return found.enumerated().sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }
            .prefix(named).map(\.element.factor)
    }

    /// Ready tasks that are placed anew, and nodes that are looked at for that, at the most, over all that is left out.
    private static let tried = 20_000
}

extension PlacementDecision {
    /// The node of each task that starts.
    fileprivate var nodes: [String: String] {
        Dictionary(assignments.map { ($0.id, $0.node) }, uniquingKeysWith: { first, _ in first })
    }
}
