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
    try await waiting(limit) { finish in
        DispatchQueue(label: "tactus.limited").async { finish(Swift.Result(catching: body)) }
    }
}

/// Runs `body`, which waits for others, in a task of its own and waits for it no longer than `limit`.
///
/// - Throws: ``TimeLimitExceeded``; `CancellationError` as soon as the task is cancelled; what `body` throws.
func withTimeLimit<Result: Sendable>(
    _ limit: Duration, awaiting body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await waiting(limit) { finish in
        Task {
            do {
                finish(.success(try await body()))
            } catch {
                finish(.failure(error))
            }
        }
    }
}

/// Waits for what `begin` lets begin to be finished, for `limit` at the most.
private func waiting<Result: Sendable>(
    _ limit: Duration, _ begin: (_ finish: @escaping @Sendable (Swift.Result<Result, any Error>) -> Void) -> Void
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
            begin { result in
                alarm.cancel()
                take()?.resume(with: result)
            }
        }
    } onCancel: {
        take()?.resume(throwing: CancellationError())
    }
}
