import Glibc
import Kernels

extension SeededGenerator {
    /// Gamma with scale 1, by squeezed rejection from a cubed normal.
    ///
    /// Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables", 2000; a shape under 1 is that of shape + 1
    /// times u^(1 / shape) (there, section 6).
    mutating func gamma(shape: Double) -> Double {
        if shape < 1 {
            let larger = gamma(shape: shape + 1)
            return larger * pow(1 - uniformDouble(), 1 / shape)
        }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = Double(normal())
            let root = 1 + c * x
            guard root > 0 else { continue }
            let v = root * root * root
            if log(1 - uniformDouble()) < 0.5 * x * x + d - d * v + d * log(v) { return d * v }
        }
    }

    /// A place, each as likely as its weight; weights are not negative and one of them is positive.
    mutating func place(byWeights weights: [Double]) -> Int {
        var rest = uniformDouble() * weights.reduce(0, +)
        for (place, weight) in weights.enumerated() {
            rest -= weight
            if rest < 0 { return place }
        }
        // Only rounding leads here.
        return weights.lastIndex { $0 > 0 } ?? 0
    }
}
