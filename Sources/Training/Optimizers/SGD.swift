import Kernels
import Tensors

/// Stochastic gradient descent, plain, with momentum, or with Nesterov's.
///
/// With the gradient g, the momentum μ and the weight decay w:
///
///     s = g + w x        v ← μ v + s
///     x ← x - λ v                     with momentum (x ← x - λ s without: then v is not kept)
///     x ← x - λ (s + μ v)             with Nesterov's
///
/// Robbins and Monro, "A Stochastic Approximation Method", 1951; Polyak, "Some methods of speeding up the convergence of
/// iteration methods", 1964; Nesterov's in the form of Sutskever, Martens, Dahl and Hinton, "On the importance of
/// initialization and momentum in deep learning", ICML 2013.
public struct SGD: Optimizer {
    /// `sgd`
    public static let name = "sgd"
    /// λ
    public var learningRate: Float
    /// μ, in [0, 1).
    public let momentum: Float
    /// Whether the gradient is that behind the next step of the momentum.
    public let isNesterov: Bool
    /// w
    public let weightDecay: Float
    private var step = 0
    /// One array for each parameter: v; none without momentum.
    private var velocities: [[Float]] = []

    /// Descent with λ, μ and w.
    public init(learningRate: Float = 0.01, momentum: Float = 0, isNesterov: Bool = false, weightDecay: Float = 0) {
        precondition(momentum >= 0 && momentum < 1, "a momentum of \(momentum) does not lie in [0, 1)")
        precondition(momentum > 0 || !isNesterov, "Nesterov's momentum needs a momentum")
        self.learningRate = learningRate
        self.momentum = momentum
        self.isNesterov = isNesterov
        self.weightDecay = weightDecay
    }

    /// μ, whether it is Nesterov's (1) or not (0), and w.
    public var settings: [(name: String, value: Float)] {
        [("momentum", momentum), ("nesterov", isNesterov ? 1 : 0), ("weightDecay", weightDecay)]
    }

    /// `velocity`, with momentum.
    public var slotNames: [String] { momentum > 0 ? ["velocity"] : [] }

    /// t and v.
    public var state: OptimizerState {
        get { OptimizerState(step: step, slots: slotNames.map { .init(name: $0, parameters: velocities) }) }
        set {
            velocities = newValue.parameters(of: slotNames).first ?? []
            step = newValue.step
        }
    }

    /// One step along `gradients`.
    public mutating func update<Model: Parameterized>(_ model: inout Model, along gradients: Gradients) {
        step += 1
        if momentum > 0, velocities.isEmpty {
            velocities = gradients.parameters.map { [Float](repeating: 0, count: $0.count) }
        }
        let rule = Rule(
            rate: learningRate, momentum: momentum, decay: weightDecay, ofSlope: isNesterov ? 1 : 0,
            ofVelocity: isNesterov ? momentum : 1)
        model.forEachParameter(with: gradients) { place, weights, gradient in
            if rule.momentum > 0 {
                rule.move(&weights, along: gradient, velocity: &velocities[place])
            } else {
                rule.move(&weights, along: gradient)
            }
        }
    }
}

/// The numbers of one step, apart from the arrays, so that these have one reference and are changed in place.
private struct Rule {
    let rate: Float
    let momentum: Float
    let decay: Float
    /// How much of s a step with momentum takes.
    let ofSlope: Float
    /// How much of v it takes.
    let ofVelocity: Float

    func move(_ weights: inout MutableSpan<Float>, along gradient: [Float]) {
        Elementwise.update(&weights, with: gradient.span) { $0 - rate * ($1 + decay * $0) }
    }

    func move(_ weights: inout MutableSpan<Float>, along gradient: [Float], velocity: inout [Float]) {
        let (g, count) = (gradient.span, weights.count)
        var v = velocity.mutableSpan
        precondition(g.count == count && v.count == count, "\(v.count) velocities for \(count)")
        for index in 0..<count {
            let slope = g[index] + decay * weights[index]
            let velocity = momentum * v[index] + slope
            v[index] = velocity
            weights[index] -= rate * (ofSlope * slope + ofVelocity * velocity)
        }
    }
}
