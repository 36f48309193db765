import NIOConcurrencyHelpers

/// Tells what happens to everyone who listens, without ever waiting for one of them.
final class EventBroadcast: Sendable {
    /// Events that are kept for one who does not read: the newest.
    static let capacity = 256

    private struct State {
        var count = 0
        var nextListener = 0
        var listeners: [Int: AsyncStream<EngineEvent>.Continuation] = [:]
    }

    private let state = NIOLockedValueBox(State())
    private let clock: @Sendable () -> Double

    /// - Parameter clock: the moment, in Unix seconds.
    init(clock: @escaping @Sendable () -> Double) {
        self.clock = clock
    }

    deinit {
        for listener in state.withLockedValue({ $0.listeners.values.map { $0 } }) { listener.finish() }
    }

    /// Tells all who listen.
    func publish(_ kind: EngineEvent.Kind) {
        let moment = clock()
        // Told under the lock, so that all hear in the order of the numbers; telling is only writing down.
        state.withLockedValue { state in
            state.count += 1
            let event = EngineEvent(number: state.count, at: moment, kind: kind)
            for listener in state.listeners.values { listener.yield(event) }
        }
    }

    /// What happens from now on.
    func events() -> AsyncStream<EngineEvent> {
        let (stream, listener) = AsyncStream.makeStream(
            of: EngineEvent.self, bufferingPolicy: .bufferingNewest(Self.capacity))
        let number = state.withLockedValue { state in
            state.nextListener += 1
            state.listeners[state.nextListener] = listener
            return state.nextListener
        }
        listener.onTermination = { [weak self] _ in
            _ = self?.state.withLockedValue { $0.listeners.removeValue(forKey: number) }
        }
        return stream
    }

    /// How many listen.
    var listeners: Int { state.withLockedValue { $0.listeners.count } }
}
