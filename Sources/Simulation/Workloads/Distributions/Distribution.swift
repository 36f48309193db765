import Glibc
import Kernels

/// A distribution with a name and parameters, as it stands in a workload file.
public enum Distribution: Sendable, Hashable {
    /// Always this value.
    case constant(Double)
    /// Uniform between two values.
    case uniform(from: Double, to: Double)
    /// Exponential: F(x) = 1 - e^(-x / mean).
    case exponential(mean: Double)
    /// Lognormal: ln x is normal with this mean and standard deviation.
    case lognormal(logMean: Double, logDeviation: Double)
    /// Gamma: density x^(shape - 1) e^(-x / scale) / (Γ(shape) scale^shape).
    case gamma(shape: Double, scale: Double)
    /// Weibull: F(x) = 1 - e^(-(x / scale)^shape).
    case weibull(shape: Double, scale: Double)
    /// One of several values, each with its weight.
    case choice(values: [Double], weights: [Double])
    /// Quantiles at evenly spaced probabilities from 0 to 1, linear between them: the shape of a sample.
    case quantiles([Double])

    /// Its name in a file.
    public var name: String {
        switch self {
        case .constant: "constant"
        case .uniform: "uniform"
        case .exponential: "exponential"
        case .lognormal: "lognormal"
        case .gamma: "gamma"
        case .weibull: "weibull"
        case .choice: "choice"
        case .quantiles: "quantiles"
        }
    }

    /// A random value.
    public func draw(using generator: inout SeededGenerator) -> Double {
        switch self {
        case .constant(let value): value
        case .uniform(let from, let to): from + (to - from) * generator.uniformDouble()
        case .exponential(let mean): generator.exponential(mean: mean)
        case .lognormal(let mean, let deviation): exp(mean + deviation * Double(generator.normal()))
        case .gamma(let shape, let scale): scale * generator.gamma(shape: shape)
        case .weibull(let shape, let scale): scale * pow(generator.exponential(mean: 1), 1 / shape)
        case .choice(let values, let weights): values[generator.place(byWeights: weights)]
        case .quantiles(let quantiles): Self.interpolate(quantiles, at: generator.uniformDouble())
        }
    }

    /// The expected value.
    public var mean: Double {
        switch self {
        case .constant(let value): value
        case .uniform(let from, let to): from / 2 + to / 2
        case .exponential(let mean): mean
        case .lognormal(let mean, let deviation): exp(mean + deviation * deviation / 2)
        case .gamma(let shape, let scale): shape * scale
        case .weibull(let shape, let scale): scale * exp(SpecialFunctions.logGamma(1 + 1 / shape))
        case .choice(let values, let weights):
            zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
        case .quantiles(let values):
            values.count == 1
                ? values[0]
                : zip(values, values.dropFirst()).reduce(0) { $0 + ($1.0 + $1.1) / 2 } / Double(values.count - 1)
        }
    }

    /// F(x), the share of values up to and with x.
    public func cumulative(_ x: Double) -> Double {
        switch self {
        case .constant(let value): x < value ? 0 : 1
        case .uniform(let from, let to): x < from ? 0 : x >= to ? 1 : (x - from) / (to - from)
        case .exponential(let mean): x <= 0 ? 0 : -expm1(-x / mean)
        case .lognormal(let mean, let deviation):
            if x <= 0 { 0 } else { SpecialFunctions.normalDistribution((log(x) - mean) / deviation) }
        case .gamma(let shape, let scale): SpecialFunctions.regularizedGamma(shape, x / scale)
        case .weibull(let shape, let scale): x <= 0 ? 0 : -expm1(-pow(x / scale, shape))
        case .choice(let values, let weights):
            zip(values, weights).reduce(0) { $0 + ($1.0 <= x ? $1.1 : 0) } / weights.reduce(0, +)
        case .quantiles(let quantiles): Self.share(quantiles, upTo: x)
        }
    }

    private static func interpolate(_ quantiles: [Double], at probability: Double) -> Double {
        let place = probability * Double(quantiles.count - 1)
        let low = min(Int(place), max(quantiles.count - 2, 0))
        guard low + 1 < quantiles.count else { return quantiles[0] }
        return quantiles[low] + (quantiles[low + 1] - quantiles[low]) * (place - Double(low))
    }

    private static func share(_ quantiles: [Double], upTo x: Double) -> Double {
        // The last of equal quantiles: all of them are up to x.
        guard let high = quantiles.firstIndex(where: { $0 > x }) else { return 1 }
        guard high > 0 else { return 0 }
        let (low, up) = (quantiles[high - 1], quantiles[high])
        return (Double(high - 1) + (x - low) / (up - low)) / Double(quantiles.count - 1)
    }
}
