import Glibc

extension ArrivalProcess {
    /// Runs that a mean gap is learned from, at the least.
    static let fewestRuns = 5
    /// Runs that bursts or hours are learned from, at the least.
    static let fewestForRhythm = 100
    /// The squared coefficient of variation of the gaps from which on they come in bursts; 1 for a Poisson process, whose
    /// sample of 100 gaps is above 1.6 once in a hundred times.
    static let leastVariation = 1.8

    /// The process that made runs start at `moments`, in Unix seconds; nil for too few of them.
    ///
    /// Hours of the day are taken where arrivals span three days, their counts differ from even ones (χ² with 23 degrees of
    /// freedom over 49.7, 0.1 %), and the gaps in the time that runs at the rate of the hours are not bursty. Else bursts are
    /// taken where the squared coefficient of variation c of the gaps is at least ``leastVariation``: the interrupted
    /// Poisson process with the mean and c of the gaps, whose hyperexponential form has balanced means (Kuczura, "The
    /// interrupted Poisson process as an overflow process", 1973; Whitt, "Approximating a point process by a renewal
    /// process", 1982). Else it is a Poisson process.
    public static func fit(_ moments: [Double]) -> ArrivalProcess? {
        let sorted = moments.sorted()
        guard sorted.count >= fewestRuns, let first = sorted.first, let last = sorted.last, last > first else {
            return nil
        }
        let gap = (last - first) / Double(sorted.count - 1)
        let intensity = Intensity.meanGap(seconds: gap)
        guard sorted.count >= fewestForRhythm else { return ArrivalProcess(.poisson, intensity) }
        if let hours = hours(of: sorted), variation(sorted.map { operational($0, hours) }) < leastVariation {
            return ArrivalProcess(.diurnal(hours: hours), intensity)
        }
        let c = variation(sorted)
        guard c >= leastVariation else { return ArrivalProcess(.poisson, intensity) }
        return ArrivalProcess(.bursty(interrupted(gap: gap, variation: c)), intensity)
    }

    /// The squared coefficient of variation of the gaps.
    private static func variation(_ sorted: [Double]) -> Double {
        let gaps = zip(sorted, sorted.dropFirst()).map { $1 - $0 }
        let mean = gaps.reduce(0, +) / Double(gaps.count)
        return gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gaps.count) / (mean * mean)
    }

    /// Rates of the hours over their mean; nil where they do not differ.
    private static func hours(of sorted: [Double]) -> [Double]? {
        let (first, last) = (sorted[0], sorted[sorted.count - 1])
        guard last - first >= 3 * 86400 else { return nil }
        var counts = [Double](repeating: 0, count: 24)
        for moment in sorted { counts[ArrivalMoments.hour(of: moment)] += 1 }
        // Days count in whole, but for the first and the last hour.
        let exposure = (0..<24).map { elapsed(last, hour: $0) - elapsed(first, hour: $0) }
        let total = exposure.reduce(0, +)
        let expected = exposure.map { $0 / total * Double(sorted.count) }
        let chiSquared = zip(counts, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) / $1.1 }
        guard chiSquared > 49.7 else { return nil }
        let rates = zip(counts, expected).map { $0 / $1 }
        let mean = rates.reduce(0, +) / 24
        return rates.map { $0 / mean }
    }

    /// Seconds of the hour of the day that have gone by at `moment`.
    private static func elapsed(_ moment: Double, hour: Int) -> Double {
        let days = (moment / 86400).rounded(.down)
        let rest = moment - days * 86400 - Double(hour) * 3600
        return days * 3600 + min(max(rest, 0), 3600)
    }

    /// ∫ λ dt up to `moment`: in this time a process of these hours has even arrivals.
    private static func operational(_ moment: Double, _ hours: [Double]) -> Double {
        hours.indices.reduce(0) { $0 + hours[$1] * elapsed(moment, hour: $1) }
    }

    private static func interrupted(gap: Double, variation c: Double) -> Bursts {
        let p = 0.5 * (1 + ((c - 1) / (c + 1)).squareRoot())
        let (fast, slow) = (2 * p / gap, 2 * (1 - p) / gap)
        let rate = p * fast + (1 - p) * slow
        let leaveCalm = fast * slow / rate
        let leaveBurst = fast + slow - rate - leaveCalm
        let share = leaveCalm / (leaveCalm + leaveBurst)
        return Bursts(factor: 1 / share, share: share, seconds: 1 / leaveBurst)
    }
}
