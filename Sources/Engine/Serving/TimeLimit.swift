import Dispatch
import Files
import NIOConcurrencyHelpers

/// Work took longer than it may.
struct TimeLimitExceeded: Error, Equatable, CustomStringConvertible {
    /// What it was given.
    var limit: Duration

    var description: String { "it took longer than \(JSONValue.text(of: limit / .seconds(1))) s" }
}

/// Runs `body` on a thread of its own and waits for it no longer than `limit`.
///
/// Nothing can end a thread from outside: one that is late goes on, and what it comes to is dropped. It is none of the
/// threads that searches share, so that it keeps no one else waiting.
///
/// - Throws: ``TimeLimitExceeded``; `CancellationError` as soon as the task is cancelled; what `body` throws.
func withTimeLimit<Result: Sendable>(
    _ limit: Duration, _ body: @escaping @Sendable () throws -> Result
) async throws -> Result {
    let waiting = NIOLockedValueBox<CheckedContinuation<Result, any Error>?>(nil)
    let take: @Sendable () -> CheckedContinuation<Result, any Error>? = {
        waiting.withLockedValue { waiting in
            defer { waiting = nil }
            return waiting
        }
    }
    return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
            waiting.withLockedValue { $0 = continuation }
            let alarm = Task {
                try await Task.sleep(for: limit)
                take()?.resume(throwing: TimeLimitExceeded(limit: limit))
            }
            if Task.isCancelled { take()?.resume(throwing: CancellationError()) }
            DispatchQueue(label: "tactus.limited").async {
                let result = Swift.Result(catching: body)
                alarm.cancel()
                take()?.resume(with: result)
            }
        }
    } onCancel: {
        take()?.resume(throwing: CancellationError())
    }
}
