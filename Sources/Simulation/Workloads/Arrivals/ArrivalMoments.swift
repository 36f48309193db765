import Kernels

/// The moments of an arrival process, one at a time, in seconds from its start, which is midnight.
public struct ArrivalMoments: IteratorProtocol, Sendable {
    private let meanGap: Double
    private let rhythm: ArrivalProcess.Rhythm
    private var generator: SeededGenerator
    private var now = 0.0
    /// Whether a bursty process is in a burst, and until when; nil before the first moment.
    private var state: (isBurst: Bool, until: Double)?

    /// The moments of `rhythm` with a mean gap of `meanGap` seconds.
    public init(_ rhythm: ArrivalProcess.Rhythm, meanGap: Double, generator: SeededGenerator) {
        precondition(meanGap > 0 && meanGap.isFinite, "a mean gap of \(meanGap) s")
        self.meanGap = meanGap
        self.rhythm = rhythm
        self.generator = generator
    }

    /// The next moment.
    public mutating func next() -> Double? {
        switch rhythm {
        case .poisson: now += generator.exponential(mean: meanGap)
        case .diurnal(let hours): thin(hours)
        case .bursty(let bursts): burst(bursts)
        }
        return now
    }

    private mutating func thin(_ hours: [Double]) {
        let mean = hours.reduce(0, +) / Double(hours.count)
        let most = hours.max() ?? mean
        repeat {
            now += generator.exponential(mean: meanGap * mean / most)
        } while generator.uniformDouble() * most >= hours[Self.hour(of: now)]
    }

    /// The hour of the day, 0 to 23, of a moment in seconds from a midnight.
    static func hour(of moment: Double) -> Int {
        let day = 86400.0
        return min(Int((moment - (moment / day).rounded(.down) * day) / 3600), 23)
    }

    private mutating func burst(_ bursts: ArrivalProcess.Bursts) {
        // It starts in a state as it is found at any time.
        var state = self.state ?? enter(generator.uniformDouble() < bursts.share, bursts, at: 0)
        while true {
            let factor = state.isBurst ? bursts.factor : bursts.calmFactor
            // Exponential gaps have no memory: one that goes beyond the state is drawn anew in the next.
            let next = factor > 0 ? now + generator.exponential(mean: meanGap / factor) : .infinity
            if next < state.until {
                now = next
                self.state = state
                return
            }
            now = state.until
            state = enter(!state.isBurst, bursts, at: now)
        }
    }

    private mutating func enter(_ isBurst: Bool, _ bursts: ArrivalProcess.Bursts, at moment: Double)
        -> (isBurst: Bool, until: Double)
    {
        let mean = isBurst ? bursts.seconds : bursts.seconds * (1 - bursts.share) / bursts.share
        return (isBurst, moment + generator.exponential(mean: mean))
    }
}
