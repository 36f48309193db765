import NIOConcurrencyHelpers

/// Counts the bytes of all bodies that are being received and answered, so that many large ones cannot take all memory.
final class BodyMemory: Sendable {
    private let limit: Int
    private let held = NIOLockedValueBox(0)

    init(limit: Int) {
        self.limit = limit
    }

    /// Takes `bytes` more.
    /// - Throws: `RequestError` 503 where that would be too much.
    func take(_ bytes: Int) throws {
        let isTaken = held.withLockedValue { held in
            guard held + bytes <= limit else { return false }
            held += bytes
            return true
        }
        if !isTaken {
            var error = RequestError(
                .serviceUnavailable, "overloaded", "too many large requests at once; try again in a second",
                field: "body")
            error.headers[.retryAfter] = "1"
            throw error
        }
    }

    /// Gives `bytes` back.
    func giveBack(_ bytes: Int) { held.withLockedValue { $0 -= bytes } }
}
