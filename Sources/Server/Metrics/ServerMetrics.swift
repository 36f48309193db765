import NIOConcurrencyHelpers

/// What was asked, and how long answers took.
final class ServerMetrics: Sendable {
    /// Upper bounds of the latency histogram, in seconds.
    static let bounds = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10]

    struct Key: Hashable {
        var route: String
        var status: Int
    }

    struct Histogram {
        var counts = [Int](repeating: 0, count: ServerMetrics.bounds.count + 1)
        var sum = 0.0

        mutating func add(_ seconds: Double) {
            counts[ServerMetrics.bounds.firstIndex { seconds <= $0 } ?? ServerMetrics.bounds.count] += 1
            sum += seconds
        }
    }

    struct State {
        var requests: [Key: Int] = [:]
        var latencies: [String: Histogram] = [:]
    }

    private let state = NIOLockedValueBox(State())
    let began = ContinuousClock.now

    /// Counts an answer of `route` (its method and path, as `POST /v1/predict`).
    func count(_ route: String, status: Int, took: Duration) {
        state.withLockedValue { state in
            state.requests[Key(route: route, status: status), default: 0] += 1
            state.latencies[route, default: Histogram()].add(took / .seconds(1))
        }
    }

    /// What was counted.
    var snapshot: State { state.withLockedValue { $0 } }
}
