import Kernels
import Tensors

/// The running means of gradients and of their squares, and the step that Adam makes of them: what ``Adam`` and ``AdamW``
/// have in common.
struct AdaptiveMoments: Sendable, Equatable {
    /// β₁
    let meanDecay: Float
    /// β₂
    let squareDecay: Float
    /// ε
    let epsilon: Float
    /// t
    private var step = 0
    /// One array for each parameter: m.
    private var means: [[Float]] = []
    /// One array for each parameter: v.
    private var squares: [[Float]] = []

    static let slotNames = ["mean", "square"]

    init(meanDecay: Float, squareDecay: Float, epsilon: Float) {
        precondition(
            meanDecay >= 0 && meanDecay < 1 && squareDecay >= 0 && squareDecay < 1,
            "decays of \(meanDecay) and \(squareDecay) do not lie in [0, 1)")
        self.meanDecay = meanDecay
        self.squareDecay = squareDecay
        self.epsilon = epsilon
    }

    var settings: [(name: String, value: Float)] {
        [("meanDecay", meanDecay), ("squareDecay", squareDecay), ("epsilon", epsilon)]
    }

    var state: OptimizerState {
        get {
            OptimizerState(
                step: step, slots: [.init(name: "mean", parameters: means), .init(name: "square", parameters: squares)])
        }
        set {
            let slots = newValue.parameters(of: Self.slotNames)
            (step, means, squares) = (newValue.step, slots[0], slots[1])
        }
    }

    /// One step: `x ← x - λ (m̂ / (√v̂ + ε) + w x)`.
    mutating func move<Model: Parameterized>(
        _ model: inout Model, along gradients: Gradients, learningRate: Float, weightDecay: Float
    ) {
        step += 1
        if means.isEmpty {
            means = gradients.parameters.map { [Float](repeating: 0, count: $0.count) }
            squares = means
        }
        let rule = Rule(
            meanDecay: meanDecay, squareDecay: squareDecay, epsilon: epsilon,
            rate: learningRate / (1 - power(meanDecay, step)), scale: 1 / (1 - power(squareDecay, step)),
            decay: learningRate * weightDecay)
        model.forEachParameter(with: gradients) { place, weights, gradient in
            rule.move(&weights, along: gradient, mean: &means[place], square: &squares[place])
        }
    }
}

/// The numbers of one step. They stand apart from the arrays, of which a call on the whole value would hold a second
/// reference, and so copy them.
private struct Rule {
    let meanDecay: Float
    let squareDecay: Float
    let epsilon: Float
    /// λ / (1 - β₁ᵗ)
    let rate: Float
    /// 1 / (1 - β₂ᵗ)
    let scale: Float
    /// λ w
    let decay: Float

    func move(
        _ weights: inout MutableSpan<Float>, along gradient: [Float], mean: inout [Float], square: inout [Float]
    ) {
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
            let size = squareRoot(ofMagnitude: square * scale) + epsilon
            weights[index] -= rate * mean / size + decay * weights[index]
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
