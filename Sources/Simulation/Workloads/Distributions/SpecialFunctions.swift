import Glibc

/// Functions around the gamma function, in double precision.
///
/// Abramowitz and Stegun, "Handbook of Mathematical Functions", 1964; the numbers of its formulas stand beside each.
package enum SpecialFunctions {
    /// From here on the asymptotic series below are exact to 1e-13 or better; smaller arguments are moved up.
    private static let far = 12.0

    /// ln Γ(x) for x > 0 (6.1.41, with the recurrence 6.1.15).
    package static func logGamma(_ x: Double) -> Double {
        var (x, below) = (x, 1.0)
        while x < far {
            below *= x
            x += 1
        }
        let r = 1 / (x * x)
        let series = (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r / 1188)))) / x
        return (x - 0.5) * log(x) - x + 0.5 * log(2 * Double.pi) + series - log(below)
    }

    /// ψ(x) = d ln Γ(x) / dx for x > 0 (6.3.18, with 6.3.5).
    package static func digamma(_ x: Double) -> Double {
        var (x, below) = (x, 0.0)
        while x < far {
            below += 1 / x
            x += 1
        }
        let r = 1 / (x * x)
        return log(x) - 0.5 / x - r * (1.0 / 12 - r * (1.0 / 120 - r * (1.0 / 252 - r * (1.0 / 240 - r / 132)))) - below
    }

    /// ψ'(x) for x > 0 (6.4.12, with 6.4.6).
    package static func trigamma(_ x: Double) -> Double {
        var (x, below) = (x, 0.0)
        while x < far {
            below += 1 / (x * x)
            x += 1
        }
        let r = 1 / (x * x)
        return below + (1 + r * (1.0 / 6 - r * (1.0 / 30 - r * (1.0 / 42 - r / 30)))) / x + 0.5 * r
    }

    /// P(a, x) = γ(a, x) / Γ(a): the distribution function of the gamma distribution of shape a > 0 and scale 1.
    ///
    /// By its series below a + 1 (6.5.29), from there on by the continued fraction of its complement (6.5.31), evaluated
    /// by the method of Lentz (1976).
    package static func regularizedGamma(_ a: Double, _ x: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x.isFinite else { return 1 }
        let front = exp(a * log(x) - x - logGamma(a))
        if x < a + 1 {
            var (term, sum, n) = (1 / a, 1 / a, a)
            repeat {
                n += 1
                term *= x / n
                sum += term
            } while term > sum * 1e-16
            return min(front * sum, 1)
        }
        let tiny = 1e-300
        var b = x + 1 - a
        var c = 1 / tiny
        var d = 1 / b
        var fraction = d
        for i in 1...100_000 {
            let numerator = -Double(i) * (Double(i) - a)
            b += 2
            d = numerator * d + b
            d = 1 / (abs(d) < tiny ? tiny : d)
            c = b + numerator / c
            if abs(c) < tiny { c = tiny }
            fraction *= d * c
            if abs(d * c - 1) < 1e-15 { break }
        }
        return max(1 - front * fraction, 0)
    }

    /// Φ(x), the distribution function of the standard normal (26.2.29).
    package static func normalDistribution(_ x: Double) -> Double { 0.5 * erfc(-x * 0.5.squareRoot()) }
}
