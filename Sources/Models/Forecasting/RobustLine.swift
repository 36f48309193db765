import Kernels

/// Rows and targets of one horizon of one series, to fit lines by.
struct LineSample {
    /// [n, F], row-major.
    var rows: [Float] = []
    /// [n]
    var targets: [Float] = []

    var count: Int { targets.count }
}

/// Lines that make the absolute errors small, with penalties on their weights.
///
/// The weights minimise Σ uᵢ |yᵢ - xᵢ w| + Σ λⱼ (wⱼ - pⱼ)² by iteratively reweighted least squares (Schlossmacher, "An
/// Iterative Technique for Absolute Deviations Curve Fitting", 1973): each round is a weighted least squares fit, where
/// errors under three tenths of the median one count alike. Then several penalties share the last round's weights.
enum RobustLine {
    /// Rounds of reweighting.
    private static let rounds = 4

    /// The penalty of each feature.
    struct Penalty: Sendable {
        /// Of differences of values.
        var differences: Double
        /// Of the low sines and cosines.
        var low: Double
        /// Of the high ones.
        var high: Double

        func all(count: Int) -> [Double] {
            let time = 2 * LineFeatures.harmonics
            let lows = 2 * LineFeatures.lowHarmonics
            return (0..<count).map { place in
                if place == count - 1 { return 1e-6 }
                let inTime = place - (count - 1 - time)
                return inTime < 0 ? differences : inTime < lows ? low : high
            }
        }
    }

    /// Penalties by which all series together are fitted, and by which each series' errors are weighted.
    private static let pooled = Penalty(differences: 0.01, low: 0.01, high: 0.1)
    private static let weighting = Penalty(differences: 0.1, low: 0.3, high: 0.3)
    /// Penalties whose lines are averaged: none is the best on every series, and their mean is close to it on each.
    private static let averaged = [
        Penalty(differences: 0.02, low: 0.02, high: 0.02), Penalty(differences: 0.1, low: 0.1, high: 100),
        Penalty(differences: 0.1, low: 0.1, high: 0.1), Penalty(differences: 0.1, low: 1, high: 100),
        Penalty(differences: 0.3, low: 0.3, high: 100),
    ]

    /// The line of all series, each of which counts the same.
    static func fit(together samples: [LineSample], width: Int) throws -> [Float] {
        var (all, shares) = (LineSample(), [Double]())
        for sample in samples where sample.count > 0 {
            all.rows += sample.rows
            all.targets += sample.targets
            shares += [Double](repeating: 1 / Double(sample.count), count: sample.count)
        }
        let penalty = pooled.all(count: width)
        guard all.count > 0 else { return [Float](repeating: 0, count: width) }
        return try weights(all, shares: shares, width: width, penalty: penalty, from: nil).line.map { Float($0) }
    }

    /// The line of one series: the mean of lines drawn to zero and of lines drawn to that of all series.
    static func fit(_ sample: LineSample, toward common: [Float], width: Int) throws -> [Float] {
        guard sample.count > 0 else { return common }
        let prior = common.map(Double.init)
        let shares = [Double](repeating: 1, count: sample.count)
        let moments = try weights(
            sample, shares: shares, width: width, penalty: weighting.all(count: width), from: common
        ).moments
        var total = [Double](repeating: 0, count: width)
        for penalty in averaged.map({ $0.all(count: width) }) {
            let zero = [Double](repeating: 0, count: width)
            for center in [zero, prior] {
                let line = try moments.line(penalty: penalty, toward: center)
                for place in 0..<width { total[place] += line[place] }
            }
        }
        return total.map { Float($0 / Double(2 * averaged.count)) }
    }

    private static func weights(
        _ sample: LineSample, shares: [Double], width: Int, penalty: [Double], from start: [Float]?
    ) throws -> (line: [Double], moments: LineMoments) {
        var line = start
        var moments = LineMoments(sample, weights: shares, width: width)
        var solution = [Double](repeating: 0, count: width)
        for round in 0...rounds {
            if let line {
                let errors = errors(sample, line, width: width)
                let floor = max(0.3 * errors.sorted()[errors.count / 2], 1e-6)
                moments = LineMoments(
                    sample, weights: zip(shares, errors).map { $0 / Double(max($1, floor)) }, width: width)
            }
            if start != nil, round == rounds { break }
            solution = try moments.line(penalty: penalty, toward: [Double](repeating: 0, count: width))
            line = solution.map { Float($0) }
        }
        return (solution, moments)
    }

    /// |y - x w| of each row.
    private static func errors(_ sample: LineSample, _ line: [Float], width: Int) -> [Float] {
        var answers = [Float](repeating: 0, count: sample.count)
        var span = answers.mutableSpan
        BLAS.addProduct(
            sample.rows.span, MatrixLayout(rows: sample.count, columns: width), line.span,
            MatrixLayout(rows: width, columns: 1), into: &span, MatrixLayout(rows: sample.count, columns: 1))
        return zip(sample.targets, answers).map { abs($0 - $1) }
    }
}

/// Weighted moments of a sample: all that a least squares fit needs of it.
struct LineMoments {
    private let width: Int
    /// Σ uᵢ xᵢ xᵢᵀ with weights that sum to 1.
    private let gram: [Double]
    /// Σ uᵢ xᵢ yᵢ.
    private let right: [Double]

    init(_ sample: LineSample, weights: [Double], width: Int) {
        self.width = width
        let total = weights.reduce(0, +)
        let (rows, columns) = (sample.count, width + 1)
        // One product gives both: the target stands behind the row.
        var scaled = [Float](repeating: 0, count: rows * columns)
        for row in 0..<rows {
            let root = Float((weights[row] / total).squareRoot())
            for place in 0..<width { scaled[row * columns + place] = root * sample.rows[row * width + place] }
            scaled[row * columns + width] = root * sample.targets[row]
        }
        var product = [Float](repeating: 0, count: columns * columns)
        var span = product.mutableSpan
        let layout = MatrixLayout(rows: rows, columns: columns)
        BLAS.addProduct(
            scaled.span, layout.transposed, scaled.span, layout, into: &span,
            MatrixLayout(rows: columns, columns: columns))
        gram = (0..<width).flatMap { row in (0..<width).map { Double(product[row * columns + $0]) } }
        right = (0..<width).map { Double(product[$0 * columns + width]) }
    }

    /// The w that minimises the weighted squared error + Σ λⱼ (wⱼ - pⱼ)².
    func line(penalty: [Double], toward prior: [Double]) throws -> [Double] {
        var (matrix, side) = (gram, right)
        for place in 0..<width {
            matrix[place * width + place] += penalty[place]
            side[place] += penalty[place] * prior[place]
        }
        return try CholeskyFactor(of: matrix, order: width).solve(side)
    }
}
