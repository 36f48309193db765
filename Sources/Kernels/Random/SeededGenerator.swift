import Glibc

/// A generator of random numbers whose whole state is one word: the same seed gives the same numbers everywhere.
///
/// SplitMix64: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014. Its period is 2^64;
/// it is not for secrets.
///
/// ```swift
/// var generator = SeededGenerator(seed: 7)
/// let value = generator.uniform()
/// ```
public struct SeededGenerator: RandomNumberGenerator, Sendable, Equatable {
    /// All that the next draw depends on: a generator with this seed continues the same numbers.
    public private(set) var state: UInt64

    /// The generator of `seed`.
    public init(seed: UInt64) {
        state = seed
    }

    /// 64 random bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    /// A generator for a part of the work, independent of how much this one is used afterwards.
    public mutating func split() -> SeededGenerator {
        SeededGenerator(seed: next())
    }

    /// Uniform in [0, 1), with 24 bits.
    public mutating func uniform() -> Float {
        Float(next() >> 40) * 0x1p-24
    }

    /// Uniform in [0, 1), with 53 bits.
    public mutating func uniformDouble() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// Normal with mean 0 and variance 1, by the transform of Box and Muller (1958).
    public mutating func normal() -> Float {
        // 1 - u lies in (0, 1], so that its logarithm is finite.
        let radius = (-2 * Glibc.log(1 - uniformDouble())).squareRoot()
        return Float(radius * Glibc.cos(2 * .pi * uniformDouble()))
    }
}
