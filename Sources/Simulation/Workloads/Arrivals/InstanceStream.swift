import Files
import Workflows

/// Drawn workflows as they arrive at a cluster, one at a time; those that are drawn as they are share an instance.
public struct InstanceStream {
    /// Seconds of each task at speed 1, as rules believe them to be.
    public typealias Forecast = (DrawnArrival) throws -> [Double]

    private var stream: ArrivalStream
    private let cluster: Cluster
    private let forecast: Forecast?
    /// Workflows that come as they are, by their application.
    private var known: [String: Arrival] = [:]

    /// The arrivals of `stream` at `cluster`.
    ///
    /// - Parameter forecast: what rules believe, where that is not what it takes.
    public init(_ stream: ArrivalStream, on cluster: Cluster, forecast: Forecast? = nil) {
        self.stream = stream
        self.cluster = cluster
        self.forecast = forecast
    }

    /// The next arrival; nil at the end.
    ///
    /// - Throws: `InputError` where a workflow cannot run on the cluster; what the forecast throws.
    public mutating func next() throws -> (drawn: DrawnArrival, arrival: Arrival)? {
        guard let drawn = stream.next() else { return nil }
        var arrival: Arrival
        if drawn.isShared, let same = known[drawn.application] {
            arrival = same
        } else {
            arrival = try make(drawn)
            if drawn.isShared { known[drawn.application] = arrival }
        }
        arrival.at = drawn.at
        arrival.deadline = drawn.deadline.map { $0 - drawn.at }
        return (drawn, arrival)
    }

    /// A request under the recorded memory is no error here: that attempt fails at its end.
    private func make(_ drawn: DrawnArrival) throws -> Arrival {
        var workflow = drawn.workflow
        var requests: [Double]?
        for (place, task) in workflow.tasks.enumerated() {
            guard let request = task.wishes.memoryBytes, request < task.memoryBytes ?? 0 else { continue }
            requests = requests ?? workflow.tasks.map { $0.wishes.memoryBytes ?? $0.memoryBytes ?? 0 }
            workflow.update(place) { $0.wishes.memoryBytes = nil }
        }
        do {
            let instance = try SchedulingInstance(workflow, on: cluster, durations: drawn.trueSeconds)
            let believed =
                try forecast?(drawn) ?? drawn.trueSeconds.map { _ in workflow.tasks.map { $0.runtimeSeconds ?? 0 } }
            return Arrival(at: drawn.at, instance, forecast: believed, memoryRequests: requests)
        } catch var error as InputError {
            error.file = error.file ?? drawn.application
            throw error
        }
    }
}
