/// When workflows arrive: how many on average, and how that changes over time.
public struct ArrivalProcess: Sendable, Hashable {
    /// How many arrive on average.
    public enum Intensity: Sendable, Hashable {
        /// One after so many seconds, on average.
        case meanGap(seconds: Double)
        /// As many as keep this share of a cluster's cores busy: mean core-seconds of a workflow / mean gap / cores.
        case load(Double)
    }

    /// How the rate λ(t) changes around its mean λ.
    public enum Rhythm: Sendable, Hashable {
        /// Not at all: a Poisson process.
        case poisson
        /// With the hours of the day: λ(t) = λ · hours[h] / mean(hours), where h is the hour of the moment t after midnight;
        /// a Poisson process of that rate, by inversion of the integral of λ (Çinlar, "Introduction to Stochastic
        /// Processes", 1975, section 4.7).
        case diurnal(hours: [Double])
        /// In bursts: a Poisson process whose rate is `factor` · λ in bursts and (1 - share · factor) / (1 - share) · λ
        /// between them; a burst lasts `seconds` on average, what lies between them (1 - share) / share as long, both
        /// exponential. The two-state Markov-modulated Poisson process of Fischer and Meier-Hellstern, "The
        /// Markov-modulated Poisson process (MMPP) cookbook", 1993.
        case bursty(Bursts)
    }

    /// The bursts of a bursty process.
    public struct Bursts: Sendable, Hashable {
        /// Arrivals in a burst over the mean rate, above 1 and no more than 1 / share.
        public var factor: Double
        /// The share of time that lies in bursts, between 0 and 1.
        public var share: Double
        /// Mean length of a burst in seconds.
        public var seconds: Double

        /// Bursts of these measures.
        public init(factor: Double, share: Double, seconds: Double) {
            precondition(
                share > 0 && share < 1 && factor > 1 && factor * share <= 1 + 1e-9 && seconds > 0,
                "bursts of factor \(factor) in a share of \(share) of the time, of \(seconds) s")
            self.factor = factor
            self.share = share
            self.seconds = seconds
        }

        /// The rate between bursts over the mean rate.
        public var calmFactor: Double { max(0, (1 - share * factor) / (1 - share)) }

        /// The limit of variance over mean of the number of arrivals in a long time, at a mean gap of `gap` seconds:
        /// 1 + 2 (λ₁ - λ₂)² σ₁ σ₂ / ((σ₁ + σ₂)² (λ₁ σ₂ + λ₂ σ₁)) with the rates λ of the states and σ of leaving them;
        /// 1 for a Poisson process.
        ///
        /// Heffes and Lucantoni, "A Markov modulated characterization of packetized voice and data traffic", 1986.
        public func indexOfDispersion(meanGap gap: Double) -> Double {
            let (burst, calm) = (factor / gap, calmFactor / gap)
            let leave = (burst: 1 / seconds, calm: share / (1 - share) / seconds)
            let sum = leave.burst + leave.calm
            return 1 + 2 * (burst - calm) * (burst - calm) * leave.burst * leave.calm
                / (sum * sum * (burst * leave.calm + calm * leave.burst))
        }
    }

    /// How many arrive on average.
    public var intensity: Intensity
    /// How that changes over time.
    public var rhythm: Rhythm

    /// A process of these two.
    public init(_ rhythm: Rhythm = .poisson, _ intensity: Intensity) {
        self.intensity = intensity
        self.rhythm = rhythm
    }
}
