import Files
import NIOConcurrencyHelpers
import Testing

@testable import Engine

@Test func whatEndsInTimeIsTakenAsItIs() async throws {
    #expect(try await withTimeLimit(.seconds(600)) { 7 } == 7)
    await #expect(throws: InputError("no")) { try await withTimeLimit(.seconds(600)) { throw InputError("no") } }
}

@Test(.timeLimit(.minutes(30))) func whatIsLateIsDropped() async throws {
    let (gate, ended) = (Gate(), NIOLockedValueBox(false))
    let began = ContinuousClock.now
    await #expect(throws: TimeLimitExceeded(limit: .milliseconds(50))) {
        try await withTimeLimit(.milliseconds(50)) {
            gate.pass()
            ended.withLockedValue { $0 = true }
        }
    }
    #expect(ContinuousClock.now - began >= .milliseconds(50))
    // Many that are late keep no one else from a thread.
    for _ in 0..<100 {
        await #expect(throws: TimeLimitExceeded.self) { try await withTimeLimit(.zero) { gate.pass() } }
    }
    #expect(try await withTimeLimit(.seconds(600)) { 1 } == 1)
    #expect(try await offload { 2 } == 2)
    gate.open()
    while !ended.withLockedValue({ $0 }) { try await Task.sleep(for: .milliseconds(1)) }
}

@Test(.timeLimit(.minutes(30))) func whoIsCancelledWaitsNoLonger() async throws {
    let gate = Gate()
    defer { gate.open() }
    let waiting = Task { try await withTimeLimit(.seconds(3000)) { gate.pass() } }
    try await gate.awaitOne()
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    let late = Task {
        try? await Task.sleep(for: .seconds(3000))
        try await withTimeLimit(.seconds(3000)) { gate.pass() }
    }
    late.cancel()
    await #expect(throws: CancellationError.self) { try await late.value }
}
