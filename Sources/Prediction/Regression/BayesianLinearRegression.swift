import Files
import Kernels

/// A linear function with normal noise of unknown variance, known as a distribution that each observation narrows.
///
/// With φ = (1, x), the model is y = wᵀφ + e, e ~ N(0, σ²). The conjugate prior is normal-inverse-gamma,
/// w | σ² ~ N(0, σ² Λ₀⁻¹) and σ² ~ IG(a₀, b₀), with a diagonal Λ₀. After n observations (Bishop, "Pattern Recognition and
/// Machine Learning", 2006, section 3.3 and exercises 3.12 and 3.13)
///
///     Λ = Λ₀ + Φᵀ Φ        μ = Λ⁻¹ Φᵀ y        a = a₀ + n / 2        b = b₀ + (|y - Φ μ|² + μᵀ Λ₀ μ) / 2
///
/// Observed one by one or all at once, the result is the same up to rounding; one more costs O(p²).
///
/// ```swift
/// var line = BayesianLinearRegression(features: 1)
/// for x in stride(from: -1, through: 1, by: 0.1) { try line.observe([x], target: 2 * x) }
/// let forecast = try line.predict([0.5])        // mean 0.92, and a variance that says how sure it is
/// ```
public struct BayesianLinearRegression: Sendable, Equatable {
    /// What is believed before the first observation.
    ///
    /// It is meant for features of about unit spread; bring others to it first.
    public struct Prior: Sendable, Equatable {
        /// The diagonal of Λ₀ for the weights: how many observations of unit features the belief in 0 is worth.
        public var weightPrecision: Double
        /// The element of Λ₀ for the intercept, small, so that it is hardly drawn to 0.
        public var interceptPrecision: Double
        /// a₀ of σ²: half as many observations as the belief in the noise is worth.
        public var shape: Double
        /// b₀ of σ², in squared units of the target: b₀ / a₀ is about the variance expected of the noise.
        public var rate: Double

        /// A prior; all four are above zero.
        public init(
            weightPrecision: Double = 1, interceptPrecision: Double = 1e-6, shape: Double = 1, rate: Double = 1
        ) {
            let numbers = [weightPrecision, interceptPrecision, shape, rate]
            precondition(numbers.allSatisfy { $0 > 0 && $0.isFinite }, "a prior of \(numbers)")
            self.weightPrecision = weightPrecision
            self.interceptPrecision = interceptPrecision
            self.shape = shape
            self.rate = rate
        }
    }

    /// p, the features of a row.
    public let featureCount: Int
    /// μ [p + 1], the intercept first: the mean of w.
    public private(set) var mean: [Double]
    /// a of σ² ~ IG(a, b).
    public private(set) var shape: Double
    /// b of σ² ~ IG(a, b).
    public private(set) var rate: Double
    /// Λ = L Lᵀ [p + 1, p + 1].
    private var precision: CholeskyFactor
    /// Φᵀ y [p + 1], which observations add to, so that μ is solved for afresh and rounding does not pile up in it.
    private var information: [Double]

    /// Before the first observation of `features` numbers.
    public init(features: Int, prior: Prior = Prior()) {
        do {
            try self.init([], targets: [], features: features, prior: prior)
        } catch {
            preconditionFailure("a diagonal of positive numbers has a factor, but \(error)")
        }
    }

    /// After all of `rows` [n, p] with their `targets` [n] at once.
    ///
    /// - Throws: `InputError` with the row that holds no finite number; `LinearAlgebraError` where numbers cannot be as
    ///   large as what follows from them.
    public init(_ rows: [[Double]], targets: [Double], features: Int, prior: Prior = Prior()) throws {
        precondition(rows.count == targets.count, "\(targets.count) targets for \(rows.count) rows")
        let order = features + 1
        let diagonal = [prior.interceptPrecision] + [Double](repeating: prior.weightPrecision, count: features)
        var matrix = [Double](repeating: 0, count: order * order)
        for (place, value) in diagonal.enumerated() { matrix[place * (order + 1)] = value }
        var information = [Double](repeating: 0, count: order)
        for (place, (row, target)) in zip(rows, targets).enumerated() {
            let inputs = try Self.inputs(row, target: target, features: features, place: place)
            for i in 0..<order {
                information[i] += inputs[i] * target
                for j in 0...i { matrix[i * order + j] += inputs[i] * inputs[j] }
            }
        }
        let factor = try CholeskyFactor(of: matrix, order: order)
        let mean = try factor.solve(information)
        var squares = zip(diagonal, mean).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
        for (row, target) in zip(rows, targets) {
            let rest = target - Self.product(mean, [1] + row)
            squares += rest * rest
        }
        guard squares.isFinite else { throw LinearAlgebraError.overflow }
        featureCount = features
        precision = factor
        self.information = information
        self.mean = mean
        shape = prior.shape + Double(rows.count) / 2
        rate = prior.rate + squares / 2
    }

    /// (1, x), checked.
    private static func inputs(
        _ row: [Double], target: Double = 0, features: Int, place: Int? = nil
    ) throws -> [Double] {
        precondition(row.count == features, "\(row.count) features, not \(features)")
        if let feature = row.firstIndex(where: { !$0.isFinite }) {
            throw InputError("is no finite number", row: place, field: "feature \(feature)")
        }
        guard target.isFinite else { throw InputError("is no finite number", row: place, field: "target") }
        return [1] + row
    }

    private static func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

    /// φᵀ Λ⁻¹ φ = |L⁻¹ φ|²: how unsure the function itself is at φ, in units of σ².
    private func leverage(_ inputs: [Double]) throws -> Double {
        let whitened = try precision.lower.solve(inputs)
        return Self.product(whitened, whitened)
    }
}

extension BayesianLinearRegression {
    /// Takes in one observation, in O(p²), by an update of the factor of Λ of rank one.
    ///
    /// b grows by half of (y - μᵀφ)² / (1 + φᵀ Λ⁻¹ φ), the squared surprise in units of what was expected.
    /// - Throws: as ``init(_:targets:features:prior:)``; nothing is then taken in.
    public mutating func observe(_ row: [Double], target: Double) throws {
        let inputs = try Self.inputs(row, target: target, features: featureCount)
        let surprise = target - Self.product(mean, inputs)
        let growth = surprise * surprise / (1 + (try leverage(inputs))) / 2
        guard growth.isFinite else { throw LinearAlgebraError.overflow }
        var (factor, information) = (precision, information)
        try factor.update(adding: inputs)
        for place in inputs.indices { information[place] += inputs[place] * target }
        mean = try factor.solve(information)
        precision = factor
        self.information = information
        shape += 0.5
        rate += growth
    }

    /// What is expected of a target that has not been seen: Student's t distribution.
    public struct Prediction: Sendable, Equatable {
        /// Its centre, μᵀφ.
        public var mean: Double
        /// Its squared scale, b / a (1 + φᵀ Λ⁻¹ φ): noise, and what is not known of the function.
        public var squaredScale: Double
        /// Its degrees of freedom, 2 a.
        public var degreesOfFreedom: Double
        /// Its variance, the squared scale times f / (f - 2); infinite for f up to 2.
        public var variance: Double {
            degreesOfFreedom > 2 ? squaredScale * degreesOfFreedom / (degreesOfFreedom - 2) : .infinity
        }
    }

    /// The forecast for one row of features [p].
    ///
    /// - Throws: `InputError` with the feature that is no finite number.
    public func predict(_ row: [Double]) throws -> Prediction {
        let inputs = try Self.inputs(row, features: featureCount)
        return Prediction(
            mean: Self.product(mean, inputs), squaredScale: rate / shape * (1 + (try leverage(inputs))),
            degreesOfFreedom: 2 * shape)
    }
}
