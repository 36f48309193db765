/// Lets a number of tasks pass at a time; the others wait in their order.
actor Limiter {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []
    /// The largest number that ran at the same time.
    private(set) var peak = 0
    private var running = 0

    init(_ limit: Int) {
        free = limit
    }

    private func enter() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
        running += 1
        peak = max(peak, running)
    }

    private func leave() {
        running -= 1
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }

    /// Runs `body` when there is room.
    nonisolated func run<Result: Sendable>(_ body: @Sendable () async throws -> Result) async throws -> Result {
        await enter()
        do {
            let result = try await body()
            await leave()
            return result
        } catch {
            await leave()
            throw error
        }
    }
}
