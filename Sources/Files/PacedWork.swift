import Glibc

/// Work that nobody waits for, done in short pieces: behind each the core is left to others for as long as the piece took.
///
/// A thread that computes keeps its core until the next tick of the system's clock, up to 4 ms, although another that has
/// become ready should answer at once.
public struct PacedWork {
    /// How long a piece is.
    private let piece: Duration
    private let now: () -> ContinuousClock.Instant
    private let pause: (Duration) -> Void
    private var begin: ContinuousClock.Instant

    /// Work that begins now.
    public init(piece: Duration = .microseconds(250)) {
        self.init(piece: piece, now: { .now }, pause: Self.sleep)
    }

    init(piece: Duration, now: @escaping () -> ContinuousClock.Instant, pause: @escaping (Duration) -> Void) {
        (self.piece, self.now, self.pause) = (piece, now, pause)
        begin = now()
    }

    private static func sleep(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        var rest = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        _ = unsafe nanosleep(&rest, nil)
    }

    /// To be called between short steps: where a piece is over, returns only after as long a pause.
    public mutating func pauseIfDue() {
        let taken = now() - begin
        guard taken >= piece else { return }
        pause(taken)
        begin = now()
    }
}
