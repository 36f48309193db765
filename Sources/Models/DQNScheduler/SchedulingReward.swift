import Simulation

/// What a scheduler is paid for from one choice to the next: a weighted mix of what is wanted.
public struct SchedulingReward: Sendable, Hashable {
    /// Weights of what is to be little: workflows that are there, times seconds, which add up to completion times; seconds
    /// until everything has ended; price; deadlines missed; and cores that are there and not held, times seconds.
    public var completion: Double
    /// Of the makespan.
    public var makespan: Double
    /// Of the cost.
    public var cost: Double
    /// Of missed deadlines.
    public var missedDeadlines: Double
    /// Of cores that are not held.
    public var idleCores: Double

    /// A mix; mean completion time unless something else is given.
    public init(
        completion: Double = 1, makespan: Double = 0, cost: Double = 0, missedDeadlines: Double = 0,
        idleCores: Double = 0
    ) {
        self.completion = completion
        self.makespan = makespan
        self.cost = cost
        self.missedDeadlines = missedDeadlines
        self.idleCores = idleCores
    }

    /// The reward between two moments of one run, in which seconds are told in `unit`.
    func callAsFunction(from past: SimulationTotals, to present: SimulationTotals, unit: Double) -> Float {
        let seconds = present.seconds - past.seconds
        var spent = completion * (present.workflowSeconds - past.workflowSeconds) / unit
        spent += makespan * seconds / unit
        spent += cost * (present.cost - past.cost)
        spent += missedDeadlines * Double(present.missedDeadlines - past.missedDeadlines)
        let idle =
            present.availableCoreSeconds - past.availableCoreSeconds - present.heldCoreSeconds + past.heldCoreSeconds
        spent += idleCores * idle / unit
        return Float(-spent)
    }
}
