/// Lets a number of tasks pass at a time; others wait in their order, up to a number of them.
actor Limiter {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []
    /// The largest number that ran at the same time.
    private(set) var peak = 0
    private var running = 0

    /// How many may wait.
    private let room: Int

    init(_ limit: Int, waiting room: Int = .max) {
        self.room = room
        free = limit
    }

    private func enter() async throws {
        if free > 0 {
            free -= 1
        } else {
            guard waiting.count < room else { throw EngineError.overloaded }
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
    /// - Throws: ``EngineError/overloaded`` where too many wait; what `body` throws.
    nonisolated func run<Result: Sendable>(_ body: @Sendable () async throws -> Result) async throws -> Result {
        try await enter()
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
