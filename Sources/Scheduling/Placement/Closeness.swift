/// The technique for order of preference by similarity to the ideal solution (TOPSIS).
///
/// With x the value of an alternative by a criterion, each criterion is brought to length one, r = x / √Σ x², and all
/// weigh the same. The ideal has the best r by each criterion, its opposite the worst; with the distances d⁺ and d⁻ to
/// them, closeness = d⁻ / (d⁺ + d⁻), from 0 to 1.
///
/// Hwang, Yoon, "Multiple Attribute Decision Making", 1981, section 3.
enum Closeness {
    /// Which values of a criterion are good.
    enum Good { case least, most }

    /// How close each alternative is to the ideal; 0 where all are alike.
    ///
    /// - Parameter criteria: finite values of all alternatives by each criterion.
    static func toIdeal(_ criteria: [(values: [Double], good: Good)]) -> [Double] {
        let count = criteria.first?.values.count ?? 0
        var toBest = [Double](repeating: 0, count: count)
        var toWorst = toBest
        for (values, good) in criteria {
            // By the largest first, so that no square overflows.
            let largest = values.reduce(0) { max($0, abs($1)) }
            guard largest > 0 else { continue }
            let length = largest * values.reduce(0) { $0 + ($1 / largest) * ($1 / largest) }.squareRoot()
            guard length > 0, length < .infinity else { continue }
            let (low, high) = values.reduce((Double.infinity, -Double.infinity)) { (min($0.0, $1), max($0.1, $1)) }
            let (best, worst) = good == .least ? (low, high) : (high, low)
            for (place, value) in values.enumerated() {
                toBest[place] += ((value - best) / length) * ((value - best) / length)
                toWorst[place] += ((value - worst) / length) * ((value - worst) / length)
            }
        }
        return zip(toBest, toWorst).map { best, worst in
            let sum = best.squareRoot() + worst.squareRoot()
            return sum > 0 ? worst.squareRoot() / sum : 0
        }
    }
}
