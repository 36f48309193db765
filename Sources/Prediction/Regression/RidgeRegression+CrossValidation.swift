import Kernels

extension RidgeRegression {
    /// Fits with the one of several penalties whose ``crossValidation(_:targets:penalties:)`` is the least; of equals, the
    /// first.
    public init(_ rows: [[Double]], targets: [Double], penalties: [Double]) throws {
        precondition(!penalties.isEmpty, "no penalty to choose from")
        let standardization = try Standardization(rows)
        let scores = try Self.crossValidation(
            rows, targets: targets, standardization: standardization, penalties: penalties)
        let best = scores.indices.min { scores[$0] < scores[$1] } ?? 0
        try self.init(rows, targets: targets, standardization: standardization, penalty: penalties[best])
    }

    /// The generalised cross-validation of each penalty, an estimate of the mean squared error on rows not seen.
    ///
    /// V(λ) = |y' - X w|² / n / (1 - t / n)², where t = 1 + Σ σᵢ² / (σᵢ² + n λ) is the trace of what maps y to its fit, the
    /// intercept included (Golub, Heath and Wahba, "Generalized Cross-Validation as a Method for Choosing a Good Ridge
    /// Parameter", 1979). One singular value decomposition of X [n, p] serves all penalties. Infinite where the fit has
    /// as many degrees of freedom as there are rows.
    /// - Throws: `InputError` with the row that holds no finite number, or where there is no row.
    public static func crossValidation(
        _ rows: [[Double]], targets: [Double], penalties: [Double]
    ) throws -> [Double] {
        try crossValidation(
            rows, targets: targets, standardization: Standardization(rows), penalties: penalties)
    }

    private static func crossValidation(
        _ rows: [[Double]], targets: [Double], standardization: Standardization, penalties: [Double]
    ) throws -> [Double] {
        let mean = try mean(of: targets, rows: rows.count)
        let y = targets.map { $0 - mean }
        let svd = try SingularValueDecomposition(
            of: standardization.matrix(rows), rows: rows.count, columns: standardization.varying.count)
        // y' in the directions of the left singular vectors, and what of it lies outside of them.
        let k = svd.singularValues.count
        var inside = [Double](repeating: 0, count: k)
        for (row, value) in y.enumerated() {
            for place in 0..<k { inside[place] += svd.u[row * k + place] * value }
        }
        var outside = y
        for row in y.indices {
            for place in 0..<k { outside[row] -= svd.u[row * k + place] * inside[place] }
        }
        let rest = outside.reduce(0) { $0 + $1 * $1 }
        let n = Double(rows.count)
        return penalties.map { penalty in
            precondition(penalty >= 0 && penalty.isFinite, "a penalty of \(penalty)")
            var (squares, freedom) = (rest, n - 1)
            for (value, coordinate) in zip(svd.singularValues.prefix(svd.rank()), inside) {
                let kept = value * value / (value * value + n * penalty)
                squares += (1 - kept) * (1 - kept) * coordinate * coordinate
                freedom -= kept
            }
            for coordinate in inside.dropFirst(svd.rank()) { squares += coordinate * coordinate }
            return freedom > n * 1e-12 ? n * squares / (freedom * freedom) : .infinity
        }
    }
}
