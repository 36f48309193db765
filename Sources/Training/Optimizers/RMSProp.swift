import Kernels
import Tensors

/// Gradients over the root of the running mean of their squares.
///
/// With the gradient g, the decay α and the momentum μ:
///
///     v ← α v + (1 - α) g²        b ← μ b + g / (√v + ε)        x ← x - λ b
///
/// Without momentum b is g / (√v + ε) and is not kept. Tieleman and Hinton, "Neural Networks for Machine Learning", lecture
/// 6.5, 2012; the momentum as in Graves, "Generating Sequences With Recurrent Neural Networks", 2013, with λ taken when
/// the step is made.
public struct RMSProp: Optimizer {
    /// `rmsprop`
    public static let name = "rmsprop"
    /// λ
    public var learningRate: Float
    /// α, in [0, 1).
    public let squareDecay: Float
    /// ε
    public let epsilon: Float
    /// μ, in [0, 1).
    public let momentum: Float
    private var step = 0
    /// One array for each parameter: v.
    private var squares: [[Float]] = []
    /// One array for each parameter: b; none without momentum.
    private var velocities: [[Float]] = []

    /// RMSProp with λ, α, ε and μ.
    public init(
        learningRate: Float = 0.01, squareDecay: Float = 0.99, epsilon: Float = 1e-8, momentum: Float = 0
    ) {
        precondition(
            squareDecay >= 0 && squareDecay < 1 && momentum >= 0 && momentum < 1,
            "a decay of \(squareDecay) and a momentum of \(momentum) do not lie in [0, 1)")
        self.learningRate = learningRate
        self.squareDecay = squareDecay
        self.epsilon = epsilon
        self.momentum = momentum
    }

    /// α, ε and μ.
    public var settings: [(name: String, value: Float)] {
        [("squareDecay", squareDecay), ("epsilon", epsilon), ("momentum", momentum)]
    }

    /// `square`, and with momentum `velocity`.
    public var slotNames: [String] { momentum > 0 ? ["square", "velocity"] : ["square"] }

    /// t, v and b.
    public var state: OptimizerState {
        get {
            OptimizerState(
                step: step, slots: zip(slotNames, [squares, velocities]).map { .init(name: $0, parameters: $1) })
        }
        set {
            let slots = newValue.parameters(of: slotNames)
            (step, squares, velocities) = (newValue.step, slots[0], momentum > 0 ? slots[1] : [])
        }
    }

    /// One step along `gradients`.
    public mutating func update<Model: Parameterized>(_ model: inout Model, along gradients: Gradients) {
        step += 1
        if squares.isEmpty {
            squares = gradients.parameters.map { [Float](repeating: 0, count: $0.count) }
            if momentum > 0 { velocities = squares }
        }
        let rule = Rule(rate: learningRate, decay: squareDecay, epsilon: epsilon, momentum: momentum)
        model.forEachParameter(with: gradients) { place, weights, gradient in
            if rule.momentum > 0 {
                rule.move(&weights, along: gradient, square: &squares[place], velocity: &velocities[place])
            } else {
                rule.move(&weights, along: gradient, square: &squares[place])
            }
        }
    }
}

/// The numbers of one step, apart from the arrays, so that these have one reference and are changed in place.
private struct Rule {
    let rate: Float
    let decay: Float
    let epsilon: Float
    let momentum: Float

    func move(_ weights: inout MutableSpan<Float>, along gradient: [Float], square: inout [Float]) {
        let (g, count) = (gradient.span, weights.count)
        var v = square.mutableSpan
        precondition(g.count == count && v.count == count, "\(v.count) squares for \(count)")
        for index in 0..<count {
            let square = decay * v[index] + (1 - decay) * g[index] * g[index]
            v[index] = square
            weights[index] -= rate * (g[index] / (squareRoot(ofMagnitude: square) + epsilon))
        }
    }

    func move(
        _ weights: inout MutableSpan<Float>, along gradient: [Float], square: inout [Float], velocity: inout [Float]
    ) {
        let (g, count) = (gradient.span, weights.count)
        var v = square.mutableSpan
        var b = velocity.mutableSpan
        precondition(g.count == count && v.count == count && b.count == count, "\(v.count) squares for \(count)")
        for index in 0..<count {
            let square = decay * v[index] + (1 - decay) * g[index] * g[index]
            v[index] = square
            let velocity = momentum * b[index] + g[index] / (squareRoot(ofMagnitude: square) + epsilon)
            b[index] = velocity
            weights[index] -= rate * velocity
        }
    }
}
