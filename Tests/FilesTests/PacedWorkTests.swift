import Testing

@testable import Files

/// A clock that only steps and pauses move.
private final class ManualClock {
    var now = ContinuousClock.now
    var pauses: [Duration] = []

    func work(piece: Duration) -> PacedWork {
        PacedWork(piece: piece, now: { self.now }) { pause in
            self.pauses.append(pause)
            self.now += pause
        }
    }
}

@Suite struct PacedWorkTests {
    @Test func behindEachPieceComesAPauseOfItsLength() {
        let clock = ManualClock()
        var work = clock.work(piece: .microseconds(250))
        for step in [100, 100, 100, 100, 100, 700, 10, 200] {
            work.pauseIfDue()
            clock.now += .microseconds(step)
        }
        work.pauseIfDue()
        // 100 + 100 + 100; 100 + 100 + 700; 10 + 200 are not yet a piece.
        #expect(clock.pauses == [.microseconds(300), .microseconds(900)])
    }

    @Test func aPauseTakesAsLongAsThePiece() {
        let clock = ContinuousClock()
        var work = PacedWork(piece: .milliseconds(1))
        let began = clock.now
        var computed = Duration.zero
        while computed < .milliseconds(20) {
            let step = clock.now
            while clock.now - step < .microseconds(200) {}
            computed += clock.now - step
            work.pauseIfDue()
        }
        #expect(clock.now - began >= .milliseconds(35))
    }
}
