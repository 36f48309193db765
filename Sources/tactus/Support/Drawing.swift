import Files

/// Runs `work`, and beside it `draw` with what `work` reports, from any thread, in its order; returns when both are done.
///
/// The drawing has a thread of its own: work that keeps all others busy would hold it up.
func drawing<News: Sendable, Result: Sendable>(
    _ draw: @escaping @Sendable (AsyncStream<News>) async -> Void,
    during work: (_ report: @escaping @Sendable (News) -> Void) async throws -> Result
) async throws -> Result {
    let (stream, continuation) = AsyncStream.makeStream(of: News.self)
    let drawer = Task(executorPreference: TaskThread.ofItsOwn()) { await draw(stream) }
    let result: Swift.Result<Result, any Error>
    do {
        result = .success(try await work { continuation.yield($0) })
    } catch {
        result = .failure(error)
    }
    continuation.finish()
    await drawer.value
    return try result.get()
}
