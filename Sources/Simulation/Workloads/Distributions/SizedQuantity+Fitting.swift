import Glibc
import Kernels

extension SizedQuantity {
    /// Pairs that a power is learned from, at the least.
    static let fewestPairs = 10
    /// Student's t of the slope from which on it is believed, and the steepest slope that is.
    static let leastStudent = 3.5
    static let steepest = 3.0
    /// Steps at the most, and pairs in each at the least.
    static let mostSteps = 12
    static let fewestInStep = 20

    /// The quantity with these `values`, those at the sizes `inputs` where they are known.
    ///
    /// It depends on the input where, on at least ``fewestPairs`` positive pairs that are all of the values, the slope of the
    /// log-log regression has |t| of at least ``leastStudent``, or the ranks correlate by as much (ρ √(n - 1), which is
    /// normal where they do not): as a power, if the line and its residuals, drawn apart, give back the values
    /// (Kolmogorov-Smirnov distance times √(n / 2) up to 1) and the residuals' ranks do not correlate with the size; else in
    /// steps of like counts, where there are enough values; else not at all.
    public static func fit(_ values: [Double], inputs: [Double?]) -> SizedQuantity {
        precondition(values.count == inputs.count, "\(values.count) values at \(inputs.count) sizes")
        let sizes = inputs.compactMap { $0.flatMap { $0 > 0 ? $0 : nil } }
        if sizes.count == values.count, values.count >= fewestPairs, values.allSatisfy({ $0 > 0 }),
            let line = LogLinearFit(sizes, values)
        {
            let isSloped = abs(line.student) >= leastStudent
            if isSloped, abs(line.slope) <= steepest, let fitted = power(values, sizes, line) { return fitted }
            if isSloped || correlate(values, sizes), let fitted = steps(values, sizes) { return fitted }
        }
        let (distribution, fit) = Distribution.fit(values)
        return SizedQuantity(distribution, fit: fit)
    }

    private static func correlate(_ values: [Double], _ sizes: [Double]) -> Bool {
        abs(RankCorrelation.spearman(values, sizes)) * Double(values.count - 1).squareRoot() >= leastStudent
    }

    /// The quantity that grows along `line`, if it gives back the values.
    private static func power(_ values: [Double], _ sizes: [Double], _ line: LogLinearFit) -> SizedQuantity? {
        let power = Dependence.power(exponent: line.slope, referenceBytes: exp(line.meanX))
        let growth = sizes.map { SizedQuantity(.constant(1), power).growth(at: $0) }
        let factors = zip(values, growth).map { $0 / $1 }
        var generator = SeededGenerator(seed: 0)
        let apart = zip(factors.shuffled(using: &generator), growth).map { $0 * $1 }
        let distance = KolmogorovSmirnov.distance(values, apart) * (Double(values.count) / 2).squareRoot()
        guard distance <= 1, !correlate(factors, sizes) else { return nil }
        let (distribution, fit) = Distribution.fit(factors)
        return SizedQuantity(distribution, power, fit: fit)
    }

    /// Steps of like counts; values of one size are not divided. Nil for fewer than two.
    private static func steps(_ values: [Double], _ sizes: [Double]) -> SizedQuantity? {
        let pairs = zip(sizes, values).sorted { $0.0 < $1.0 }
        let least = max(fewestInStep, pairs.count / mostSteps)
        var bounds: [Double] = []
        var groups: [[Double]] = [[]]
        for (place, pair) in pairs.enumerated() {
            let isNew = place > 0 && pair.0 > pairs[place - 1].0
            if isNew, groups[groups.count - 1].count >= least, pairs.count - place >= fewestInStep {
                bounds.append(pairs[place - 1].0)
                groups.append([])
            }
            groups[groups.count - 1].append(pair.1)
        }
        guard groups.count > 1 else { return nil }
        let fits = groups.map { Distribution.fit($0) }
        return SizedQuantity(
            fits.map(\.distribution), .steps(upTo: bounds),
            fit: GoodnessOfFit(distance: fits.map(\.fit.distance).max() ?? 0, samples: values.count))
    }
}

/// The line of least squares through logarithms.
struct LogLinearFit {
    var slope: Double
    var meanX: Double
    /// The slope over its standard error; infinite for points on a line.
    var student: Double

    /// Nil where one of the two does not vary.
    init?(_ x: [Double], _ y: [Double]) {
        let (x, y) = (x.map { log($0) }, y.map { log($0) })
        let count = Double(x.count)
        meanX = x.reduce(0, +) / count
        let meanY = y.reduce(0, +) / count
        var (xx, xy, yy) = (0.0, 0.0, 0.0)
        for (a, b) in zip(x, y) {
            xx += (a - meanX) * (a - meanX)
            xy += (a - meanX) * (b - meanY)
            yy += (b - meanY) * (b - meanY)
        }
        guard xx > 1e-12 * count, yy > 1e-12 * count else { return nil }
        slope = xy / xx
        let unexplained = max(yy - slope * xy, 0) / (count - 2)
        student = slope / (unexplained / xx).squareRoot()
    }
}
