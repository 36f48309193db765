import Dispatch

/// Runs `body` on a thread that may be busy for long, so that quick questions need not wait for it.
public func offload<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global(qos: .utility).async { continuation.resume(with: Swift.Result(catching: body)) }
    }
}
