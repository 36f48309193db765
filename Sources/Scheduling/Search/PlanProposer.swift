import Simulation

/// A member of a portfolio that is no rule of this module, such as a learned model.
public protocol PlanProposer: Sendable {
    /// What `foundBy` says of its plans: no name of a policy or a search.
    var name: String { get }

    /// A plan for `instance` on an empty cluster; nil where it has none, or where `isOver` says so before it has. A function
    /// of the instance alone. A plan that is not valid is not used.
    func propose(_ instance: SchedulingInstance, isOver: () -> Bool) -> Timetable?
}
