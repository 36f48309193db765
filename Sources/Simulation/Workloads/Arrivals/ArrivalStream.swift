import Files
import Workflows

/// Workflows as they arrive, one at a time; only the next one is held, beside those that are drawn as they are.
///
/// A stream is a function of its workload, its seed and its cluster. The moments, the applications and what is drawn for each
/// workflow have generators of their own, so that streams that differ in their load alone have the same workflows in the same order.
public struct ArrivalStream: Sequence, IteratorProtocol, Sendable {
    private enum Source: Sendable {
        case list([WorkflowArrival])
        case drawn(ArrivalDrawing)
    }

    private var source: Source
    private var place = 0
    /// The instances of workflows that come more than once as they are.
    private var shared: [String: SchedulingInstance] = [:]

    /// The next workflow; nil at the end.
    public mutating func next() -> WorkflowArrival? {
        defer { place += 1 }
        switch source {
        case .list(let arrivals): return place < arrivals.count ? arrivals[place] : nil
        case .drawn(var drawing):
            let arrival = drawing.next(place)
            source = .drawn(drawing)
            return arrival
        }
    }

    init(_ drawing: ArrivalDrawing) { source = .drawn(drawing) }

    init(_ list: [WorkflowArrival]) { source = .list(list) }

    /// The next arrival at `cluster`, for a simulation; nil at the end.
    ///
    /// What is known beforehand is the arrival's forecast, where it is not what happens. An attempt that asks for less memory
    /// than it was recorded with is made and fails.
    ///
    /// - Throws: what ``SchedulingInstance/init(_:on:durations:)`` throws.
    public mutating func next(on cluster: Cluster) throws -> Arrival? { try nextDrawn(on: cluster)?.arrival }

    /// The next workflow as it was drawn, and its arrival at `cluster`; nil at the end.
    ///
    /// - Throws: `InputError` that names the application, where its workflow cannot run there.
    public mutating func nextDrawn(on cluster: Cluster) throws -> (drawn: WorkflowArrival, arrival: Arrival)? {
        guard let next = next() else { return nil }
        let instance: SchedulingInstance
        do {
            instance =
                try next.isShared ? shared[next.application] ?? next.instance(on: cluster) : next.instance(on: cluster)
        } catch var error as InputError {
            error.file = error.file ?? next.application
            throw error
        }
        if next.isShared { shared[next.application] = instance }
        let arrival = Arrival(
            at: next.at, instance, deadline: next.deadline,
            forecast: next.trueSeconds == nil ? nil : next.workflow.tasks.map { $0.runtimeSeconds ?? 0 },
            memoryRequests: next.memoryRequests, failures: next.failures)
        return (next, arrival)
    }
}
