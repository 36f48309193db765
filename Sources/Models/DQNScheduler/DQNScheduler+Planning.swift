import Scheduling
import Simulation

extension DQNScheduler: PlanProposer {
    /// `dqn`
    public var name: String { Self.kind }

    /// How `instance` runs alone on its cluster. It chooses among workflows, of which there is one: its tasks go by their paths, as
    /// under the policy `critical-path`.
    public func propose(_ instance: SchedulingInstance, isOver: () -> Bool) -> Timetable? {
        isOver() ? nil : VirtualCluster.run(instance, order: order)
    }
}
