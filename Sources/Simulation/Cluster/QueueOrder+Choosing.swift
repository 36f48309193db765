extension QueueOrder {
    /// What chooses among the tasks that an order of workflows brings forward.
    struct Choosing: Sendable {
        /// Tasks that are brought forward, at the most, and of one workflow.
        var window: Int
        var tasksPerWorkflow: Int
        /// Makes the choice; nil where an agent outside does. It is no `any TaskChooser`: a value that holds an existential
        /// has its address taken, and the whole cluster would be copied wherever a method reads it.
        var choose: (@Sendable (ReadyWindow, inout ChoiceScratch) -> Int)?
    }

    /// An order of workflows of which the next task is chosen by `chooser`.
    ///
    /// - Parameters:
    ///   - window: tasks that are chosen from, at the most, those that come first in this order.
    ///   - tasksPerWorkflow: how many of them may be of one workflow.
    ///   - chooser: makes the choice; without one an agent does by ``VirtualCluster/advanceToChoice()``, and the first is taken
    ///     where none is asked.
    public func choosing(window: Int, tasksPerWorkflow: Int = 1, by chooser: (any TaskChooser)? = nil) -> QueueOrder {
        precondition(window > 0 && tasksPerWorkflow > 0, "a window of \(window), \(tasksPerWorkflow) of a workflow")
        guard case .workflow(_, within: _?) = key else {
            preconditionFailure("a window is of an order of workflows whose tasks have keys")
        }
        var order = self
        order.choice = Choosing(window: window, tasksPerWorkflow: tasksPerWorkflow)
        if let chooser { order.choice?.choose = { chooser.choose(from: $0, using: &$1) } }
        return order
    }
}
