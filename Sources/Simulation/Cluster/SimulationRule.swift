/// What decides which task runs where.
public struct SimulationRule: Sendable {
    /// Makes a plan for a whole workflow.
    package typealias Planning = @Sendable (_ instance: SchedulingInstance, _ board: inout PlanningBoard) -> Timetable

    /// How ready tasks are taken that are not planned.
    let order: QueueOrder
    let planning: Planning?

    /// Ready tasks in an order.
    public static func list(_ order: QueueOrder) -> SimulationRule { SimulationRule(order: order, planning: nil) }

    /// Whole workflows, planned when they arrive onto what runs and what is planned already; nodes then take their tasks in
    /// the planned order. The times of the instance are those that are expected.
    package static func plan(_ planning: @escaping Planning) -> SimulationRule {
        SimulationRule(order: .arrival, planning: planning)
    }
}
