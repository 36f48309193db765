import Dispatch
import Glibc
import Synchronization

/// Calls `body` each time that the process is asked to stop (SIGINT, as by Ctrl-C, and SIGTERM), with how often that was,
/// instead of ending it.
///
/// `body` runs on a thread of its own, one call after the other, for the rest of the process; ``exitAtOnce(_:)`` ends it
/// there.
public func onStopSignals(_ body: @escaping @Sendable (_ count: Int) -> Void) {
    let (queue, count) = (DispatchQueue(label: "tactus.stop-signals"), StopCount())
    for number in [SIGINT, SIGTERM] {
        // Left to its default, the signal would end the process before the source is told.
        _ = signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
        source.setEventHandler {
            // Held by its own handler, the source lasts.
            _ = source
            body(count.next())
        }
        source.resume()
    }
}

/// Ends the process with `status`, whatever is still running in it.
public func exitAtOnce(_ status: Int32) -> Never { _exit(status) }

private final class StopCount: Sendable {
    private let count = Atomic(0)

    func next() -> Int { count.wrappingAdd(1, ordering: .relaxed).newValue }
}
