import Tensors

/// ``Adam`` with weight decay that is decoupled from the gradient.
///
/// With Adam's means m and v without their bias, and the decay w:
///
///     x ← x - λ (m̂ / (√v̂ + ε) + w x)
///
/// Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019, algorithm 2.
public struct AdamW: Optimizer {
    /// `adamw`
    public static let name = "adamw"
    /// λ
    public var learningRate: Float
    /// w
    public let weightDecay: Float
    private var moments: AdaptiveMoments

    /// AdamW with λ, w, β₁, β₂ and ε.
    public init(
        learningRate: Float = 0.001, weightDecay: Float = 0.01, meanDecay: Float = 0.9, squareDecay: Float = 0.999,
        epsilon: Float = 1e-8
    ) {
        self.learningRate = learningRate
        self.weightDecay = weightDecay
        moments = AdaptiveMoments(meanDecay: meanDecay, squareDecay: squareDecay, epsilon: epsilon)
    }

    /// w, β₁, β₂ and ε.
    public var settings: [(name: String, value: Float)] { [("weightDecay", weightDecay)] + moments.settings }

    /// `mean` and `square`.
    public var slotNames: [String] { AdaptiveMoments.slotNames }

    /// t, m and v.
    public var state: OptimizerState {
        get { moments.state }
        set { moments.state = newValue }
    }

    /// One step along `gradients`.
    public mutating func update<Model: Parameterized>(_ model: inout Model, along gradients: Gradients) {
        moments.move(&model, along: gradients, learningRate: learningRate, weightDecay: weightDecay)
    }
}
