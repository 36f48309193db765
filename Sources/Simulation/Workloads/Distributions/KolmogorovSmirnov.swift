import Glibc

/// The distance of Kolmogorov and Smirnov: the largest difference of two distribution functions.
public enum KolmogorovSmirnov {
    /// Between `distribution` and the sample `sorted`, in ascending order.
    public static func distance(of sorted: [Double], to distribution: Distribution) -> Double {
        let count = Double(sorted.count)
        var (distance, place) = (0.0, 0)
        while place < sorted.count {
            var end = place + 1
            while end < sorted.count, sorted[end] == sorted[place] { end += 1 }
            // Just below a value lies the share of what is less, at the value that of what is no more.
            let below = distribution.cumulative(sorted[place].nextDown)
            let at = distribution.cumulative(sorted[place])
            distance = max(distance, abs(Double(place) / count - below), abs(Double(end) / count - at))
            place = end
        }
        return distance
    }

    /// Between two samples, in any order; ties count at once.
    public static func distance(_ a: [Double], _ b: [Double]) -> Double {
        let (a, b) = (a.sorted(), b.sorted())
        var (i, j, distance) = (0, 0, 0.0)
        while i < a.count, j < b.count {
            let value = min(a[i], b[j])
            while i < a.count, a[i] == value { i += 1 }
            while j < b.count, b[j] == value { j += 1 }
            distance = max(distance, abs(Double(i) / Double(a.count) - Double(j) / Double(b.count)))
        }
        return distance
    }

    /// The chance of a distance at least this large where both samples are of one distribution:
    /// Q(λ) = 2 Σ (-1)^(k-1) e^(-2 k² λ²) with λ = d (√n + 0.12 + 0.11 / √n), n = n₁ n₂ / (n₁ + n₂).
    ///
    /// Stephens, "Use of the Kolmogorov-Smirnov, Cramér-von Mises and related statistics without extensive tables", 1970.
    public static func probability(ofDistance distance: Double, _ first: Int, _ second: Int) -> Double {
        let root = (Double(first) * Double(second) / Double(first + second)).squareRoot()
        let lambda = distance * (root + 0.12 + 0.11 / root)
        // Below this the sum converges slowly, to 1 within 1e-9.
        guard lambda > 0.2 else { return 1 }
        var (sum, sign) = (0.0, 2.0)
        for k in 1...100 {
            let term = exp(-2 * Double(k * k) * lambda * lambda)
            sum += sign * term
            sign = -sign
            if term < 1e-16 { break }
        }
        return min(max(sum, 0), 1)
    }
}
