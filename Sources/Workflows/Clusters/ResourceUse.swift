import Files

/// What a run of a workflow uses: the figures that stand before and after a change.
public struct ResourceUse: Sendable, Hashable {
    /// When the last task ends, in seconds.
    public var makespan: Double
    /// Price of the time that nodes are on.
    public var cost: Double
    /// Cores held, from a task's placement to its end, times hours.
    public var coreHours: Double
    /// Gigabytes (10^9 bytes) held, from a task's placement to its end, times hours.
    public var gigabyteHours: Double

    /// These figures.
    public init(makespan: Double, cost: Double, coreHours: Double, gigabyteHours: Double) {
        self.makespan = makespan
        self.cost = cost
        self.coreHours = coreHours
        self.gigabyteHours = gigabyteHours
    }

    /// The figures as they stand on the wire.
    public var json: JSONValue {
        .object(
            JSONObject([
                ("makespan", .number(makespan)), ("cost", .number(cost)), ("coreHours", .number(coreHours)),
                ("gigabyteHours", .number(gigabyteHours)),
            ]))
    }
}
