import Glibc

/// How far a fitted distribution lies from its sample.
public struct GoodnessOfFit: Sendable, Hashable {
    /// The distance of Kolmogorov and Smirnov, 0 to 1.
    public var distance: Double
    /// Values in the sample.
    public var samples: Int
}

extension Distribution {
    /// Points of a table of quantiles, at the most.
    static let mostQuantiles = 65
    /// Values of a choice, at the most, each of which stands ``fewestRepeats`` times on average.
    static let mostChoices = 16
    static let fewestRepeats = 4
    /// Values that a family with parameters is fitted to, at the least.
    static let fewestValues = 8

    /// The distribution that describes `values`, which are not negative and not none.
    ///
    /// In this order: one value is a constant; a few that repeat are a choice; else lognormal, gamma and Weibull are fitted
    /// by maximum likelihood, and the one at the least distance of Kolmogorov and Smirnov is taken, if the distance passes at
    /// 5 % for a family whose parameters come from the sample, D (√n - 0.01 + 0.85 / √n) < 0.895 (Stephens, "EDF statistics
    /// for goodness of fit and some comparisons", 1974, table 1A); else a table of quantiles.
    public static func fit(_ values: [Double]) -> (distribution: Distribution, fit: GoodnessOfFit) {
        precondition(!values.isEmpty && values.allSatisfy { $0 >= 0 && $0.isFinite }, "values are not negative")
        let sorted = values.sorted()
        let chosen = simple(sorted) ?? parametric(sorted) ?? table(sorted)
        return (
            chosen,
            GoodnessOfFit(distance: KolmogorovSmirnov.distance(of: sorted, to: chosen), samples: sorted.count)
        )
    }

    private static func simple(_ sorted: [Double]) -> Distribution? {
        if sorted[0] == sorted[sorted.count - 1] { return .constant(sorted[0]) }
        var (values, weights): ([Double], [Double]) = ([], [])
        for value in sorted {
            if values.last == value {
                weights[weights.count - 1] += 1
            } else {
                guard values.count < mostChoices else { return nil }
                values.append(value)
                weights.append(1)
            }
        }
        return sorted.count >= fewestRepeats * values.count ? .choice(values: values, weights: weights) : nil
    }

    private static func parametric(_ sorted: [Double]) -> Distribution? {
        guard sorted.count >= fewestValues, sorted[0] > 0 else { return nil }
        let root = Double(sorted.count).squareRoot()
        let nearest = [lognormal(sorted), gamma(sorted), weibull(sorted)].compactMap { $0 }
            .map { ($0, KolmogorovSmirnov.distance(of: sorted, to: $0)) }.min { $0.1 < $1.1 }
        guard let (family, distance) = nearest, distance * (root - 0.01 + 0.85 / root) < 0.895 else { return nil }
        return family
    }

    /// Quantiles of `sorted`: all of its values, or as many points as a table has.
    static func table(_ sorted: [Double]) -> Distribution {
        guard sorted.count > mostQuantiles else { return .quantiles(sorted) }
        return .quantiles(
            (0..<mostQuantiles).map { point in
                let place = Double(point) * Double(sorted.count - 1) / Double(mostQuantiles - 1)
                let low = min(Int(place), sorted.count - 2)
                return sorted[low] + (sorted[low + 1] - sorted[low]) * (place - Double(low))
            })
    }

    /// The lognormal of greatest likelihood: mean and deviation of the logarithms.
    static func lognormal(_ values: [Double]) -> Distribution? {
        let logs = values.map { log($0) }
        let mean = logs.reduce(0, +) / Double(logs.count)
        let deviation = (logs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(logs.count)).squareRoot()
        return deviation > 0 ? .lognormal(logMean: mean, logDeviation: deviation) : nil
    }

    /// The gamma of greatest likelihood: ln k - ψ(k) = ln mean(x) - mean(ln x), by Newton's method from the start that
    /// Minka gives ("Estimating a Gamma distribution", 2002, equation 11).
    static func gamma(_ values: [Double]) -> Distribution? {
        let mean = values.reduce(0, +) / Double(values.count)
        let s = log(mean) - values.reduce(0) { $0 + log($1) } / Double(values.count)
        guard s > 1e-9, s.isFinite else { return nil }
        var shape = (3 - s + ((s - 3) * (s - 3) + 24 * s).squareRoot()) / (12 * s)
        for _ in 0..<50 {
            let step =
                (log(shape) - SpecialFunctions.digamma(shape) - s) / (1 / shape - SpecialFunctions.trigamma(shape))
            let next = shape - step > 0 ? shape - step : shape / 2
            let isDone = abs(next - shape) <= 1e-12 * shape
            shape = next
            if isDone { break }
        }
        return .gamma(shape: shape, scale: mean / shape)
    }

    /// The Weibull of greatest likelihood: Σ xᵏ ln x / Σ xᵏ - 1 / k = mean(ln x), by Newton's method; scaleᵏ = mean(xᵏ).
    ///
    /// Johnson, Kotz and Balakrishnan, "Continuous Univariate Distributions", volume 1, 1994, chapter 21.
    static func weibull(_ values: [Double]) -> Distribution? {
        // Over the largest, so that no power overflows.
        let largest = values.max() ?? 1
        let logs = values.map { log($0 / largest) }
        let mean = logs.reduce(0, +) / Double(logs.count)
        let variance = logs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(logs.count)
        guard variance > 0 else { return nil }
        // The logarithm of a Weibull has the deviation π / (k √6).
        var shape = Double.pi / (6 * variance).squareRoot()
        var sums = (0.0, 0.0, 0.0)
        for _ in 0..<100 {
            sums = logs.reduce(into: (0.0, 0.0, 0.0)) { sums, x in
                let power = exp(shape * x)
                sums.0 += power
                sums.1 += power * x
                sums.2 += power * x * x
            }
            let ratio = sums.1 / sums.0
            let step = (ratio - 1 / shape - mean) / (sums.2 / sums.0 - ratio * ratio + 1 / (shape * shape))
            let next = shape - step > 0 ? shape - step : shape / 2
            let isDone = abs(next - shape) <= 1e-12 * shape
            shape = next
            if isDone { break }
        }
        guard shape.isFinite, sums.0 > 0 else { return nil }
        return .weibull(shape: shape, scale: largest * pow(sums.0 / Double(logs.count), 1 / shape))
    }
}
