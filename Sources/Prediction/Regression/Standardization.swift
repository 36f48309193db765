import Files

/// Features brought to mean 0 and variance 1, as they were in the rows it was learned from.
///
/// A missing value, NaN, stands at its mean, which is 0. A feature that does not vary says nothing and is left out.
struct Standardization: Sendable, Equatable {
    /// The mean of each feature [p]; 0 for one that is never known.
    let means: [Double]
    /// The standard deviation of each feature [p], with n in the denominator.
    let scales: [Double]
    /// The features that vary, from 0, in their order.
    let varying: [Int]

    /// Learns from rows [n, p].
    /// - Throws: `InputError` with the row and the feature that is infinite.
    init(_ rows: [[Double]]) throws {
        let width = rows.first?.count ?? 0
        for (place, row) in rows.enumerated() {
            precondition(row.count == width, "row \(place) has \(row.count) features, the first \(width)")
            if let feature = row.firstIndex(where: \.isInfinite) {
                throw InputError("is infinite", row: place, field: "feature \(feature)")
            }
        }
        var means = [Double](repeating: 0, count: width)
        var scales = means
        for column in 0..<width {
            let known = rows.lazy.map { $0[column] }.filter { !$0.isNaN }
            let count = Double(known.count)
            guard count > 0 else { continue }
            means[column] = known.reduce(0, +) / count
            let mean = means[column]
            scales[column] = (known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
        }
        self.means = means
        self.scales = scales
        varying = (0..<width).filter { scales[$0] > 1e-9 * max(abs(means[$0]), 1) }
    }

    /// The features of `row` that vary, standardised, into x, which has as many places.
    func standardize(_ row: [Double], into x: inout [Double]) {
        for (place, column) in varying.enumerated() {
            x[place] = row[column].isNaN ? 0 : (row[column] - means[column]) / scales[column]
        }
    }

    /// The same of all rows: X [n, p'], row-major.
    func matrix(_ rows: [[Double]]) -> [Double] {
        var x = [Double](repeating: 0, count: varying.count)
        return rows.flatMap { row in
            standardize(row, into: &x)
            return x
        }
    }
}
