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
        if case .diurnal(let hours) = rhythm {
            precondition(hours.count == 24 && hours.contains { $0 > 0 }, "rates of hours: \(hours)")
        }
        self.meanGap = meanGap
        self.rhythm = rhythm
        self.generator = generator
    }

    /// The next moment.
    public mutating func next() -> Double? {
        switch rhythm {
        case .poisson: now += generator.exponential(mean: meanGap)
        case .diurnal(let hours): rescale(hours)
        case .bursty(let bursts): burst(bursts)
        }
        return now
    }

    /// The moment up to which the rate, over its mean, has added up to what is drawn.
    private mutating func rescale(_ hours: [Double]) {
        let day = 86400.0
        let mean = hours.reduce(0, +) / Double(hours.count)
        let drawn = generator.exponential(mean: meanGap)
        // Whole days add up to themselves, wherever they begin.
        now += (drawn / day).rounded(.down) * day
        var rest = drawn.truncatingRemainder(dividingBy: day)
        var midnight = (now / day).rounded(.down) * day
        var clock = max(now - midnight, 0)
        var hour = Self.hour(of: now)
        while true {
            let rate = hours[hour] / mean
            let end = Double(hour + 1) * 3600
            if (end - clock) * rate > rest {
                now = midnight + clock + rest / rate
                return
            }
            rest -= (end - clock) * rate
            hour += 1
            clock = end
            if hour == hours.count { (midnight, clock, hour) = (midnight + day, 0, 0) }
        }
    }

    /// The hour of the day, 0 to 23, of a moment in seconds from a midnight.
    static func hour(of moment: Double) -> Int {
        let day = 86400.0
        return min(max(Int((moment - (moment / day).rounded(.down) * day) / 3600), 0), 23)
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
