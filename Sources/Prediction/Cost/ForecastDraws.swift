import Glibc
import Kernels
import Scheduling
import Workflows

extension PredictedQuantity {
    /// The forecast at a level between 0 and 1: along straight lines between the logarithms of the known quantiles over the
    /// normal score, and on along the last of them beyond.
    func value(at level: Double) -> Double { value(atScore: NormalScore.of(level)) }

    /// What is expected on average: along straight lines between the known quantiles, and no more and no less beyond them.
    var mean: Double {
        let known =
            quantiles.isEmpty
            ? [(0.05, p05), (0.5, p50), (0.95, p95)] : Array(zip(ForecastLevels.all, quantiles))
        let points = [(0, known[0].1)] + known + [(1, known[known.count - 1].1)]
        return zip(points, points.dropFirst()).reduce(0) { $0 + ($1.1.0 - $1.0.0) * ($1.0.1 + $1.1.1) / 2 }
    }

    /// The forecast at a normal score: 0 gives the median.
    func value(atScore score: Double) -> Double {
        let known =
            quantiles.isEmpty
            ? [(0.05, p05), (0.5, p50), (0.95, p95)] : Array(zip(ForecastLevels.all, quantiles))
        let points = known.map { (score: NormalScore.of($0.0), value: Glibc.log(max($0.1, .leastNormalMagnitude))) }
        let upper = min(max(points.firstIndex { $0.score >= score } ?? points.count - 1, 1), points.count - 1)
        let (a, b) = (points[upper - 1], points[upper])
        let slope = max(0, (b.value - a.value) / (b.score - a.score))
        return Glibc.exp(min(a.value + slope * (score - a.score), 700))
    }
}

/// Normal scores.
enum NormalScore {
    /// The score z with F(z) = `level`, F being the standard normal distribution function, by bisection to the last bits.
    static func of(_ level: Double) -> Double {
        precondition(level > 0 && level < 1, "the level \(level)")
        var (low, high) = (-9.0, 9.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if Glibc.erfc(-middle / 2.0.squareRoot()) / 2 < level { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}
