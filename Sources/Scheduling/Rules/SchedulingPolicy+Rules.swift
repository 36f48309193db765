import Simulation

extension SchedulingPolicy {
    /// The order in which this policy takes ready tasks; nil for those that have none.
    var queueOrder: QueueOrder? {
        switch self {
        case .fifo: .arrival
        case .strictFIFO: QueueOrder(isStrict: true) { _, ready in ready }
        default: nil
        }
    }
}
