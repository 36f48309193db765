import Tensors

/// Adam with decoupled weight decay.
///
/// With the gradient g, the step t and the decay w:
///
///     m ← β₁ m + (1 - β₁) g        v ← β₂ v + (1 - β₂) g²
///     x ← x - λ (m / (1 - β₁ᵗ) / (√(v / (1 - β₂ᵗ)) + ε) + w x)
///
/// Kingma and Ba, "Adam", 2015; Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019. Without decay it
/// is Adam as published.
public struct Adam: Optimizer {
    /// λ
    public var learningRate: Float
    /// β₁, of the running mean of gradients.
    public let meanDecay: Float
    /// β₂, of the running mean of their squares.
    public let squareDecay: Float
    /// ε
    public let epsilon: Float
    /// w
    public let weightDecay: Float
    /// t, the number of updates so far.
    public private(set) var step = 0
    /// One array for each parameter: m.
    private var means: [[Float]] = []
    /// One array for each parameter: v.
    private var squares: [[Float]] = []

    /// Adam with the published defaults.
    public init(
        learningRate: Float = 0.001, meanDecay: Float = 0.9, squareDecay: Float = 0.999, epsilon: Float = 1e-8,
        weightDecay: Float = 0
    ) {
        self.learningRate = learningRate
        self.meanDecay = meanDecay
        self.squareDecay = squareDecay
        self.epsilon = epsilon
        self.weightDecay = weightDecay
    }

    /// One step along `gradients`.
    public mutating func update<Model: Parameterized>(_ model: inout Model, along gradients: Gradients) {
        step += 1
        if means.isEmpty {
            means = gradients.parameters.map { [Float](repeating: 0, count: $0.count) }
            squares = means
        }
        let rates = Rates(
            mean: learningRate / (1 - power(meanDecay, step)), square: 1 / (1 - power(squareDecay, step)))
        var place = 0
        model.forEachParameter { name, parameter in
            precondition(
                place < gradients.parameters.count && gradients.parameters[place].count == parameter.count,
                "no gradient for the \(parameter.count) scalars of \(name)")
            parameter.update {
                move(&$0, along: gradients.parameters[place], mean: &means[place], square: &squares[place], at: rates)
            }
            place += 1
        }
    }

    /// The step size and the factor of the squares, with the bias of the first steps taken out.
    private struct Rates {
        let mean: Float
        let square: Float
    }

    private func move(
        _ weights: inout MutableSpan<Float>, along gradient: [Float], mean: inout [Float], square: inout [Float],
        at rates: Rates
    ) {
        let decay = learningRate * weightDecay
        let (meanDecay, squareDecay, epsilon) = (meanDecay, squareDecay, epsilon)
        let (g, count) = (gradient.span, weights.count)
        var m = mean.mutableSpan
        var v = square.mutableSpan
        // Said once before the loop, so that it carries no bounds checks.
        precondition(g.count == count && m.count == count && v.count == count, "\(g.count) gradients for \(count)")
        for index in 0..<count {
            let mean = meanDecay * m[index] + (1 - meanDecay) * g[index]
            let square = squareDecay * v[index] + (1 - squareDecay) * g[index] * g[index]
            m[index] = mean
            v[index] = square
            let size = (square * rates.square).squareRoot() + epsilon
            weights[index] -= rates.mean * mean / size + decay * weights[index]
        }
    }
}

/// `base` to a whole power, by squaring.
private func power(_ base: Float, _ exponent: Int) -> Float {
    var (result, factor, left) = (1.0, Double(base), exponent)
    while left > 0 {
        if left & 1 == 1 { result *= factor }
        factor *= factor
        left >>= 1
    }
    return Float(result)
}
