import Tensors

/// Steps of about the same size in every direction: the mean of past gradients over the root of the mean of their squares.
///
/// With the gradient g, the decays β₁ and β₂, and the number of the step t, from 1:
///
///     m ← β₁ m + (1 - β₁) g        v ← β₂ v + (1 - β₂) g²
///     x ← x - λ (m / (1 - β₁ᵗ)) / (√(v / (1 - β₂ᵗ)) + ε)
///
/// Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1. It takes no weight decay: added to
/// the gradient it would be divided by the root as well, and decay the least those weights that have large gradients;
/// ``AdamW`` is the one with decay.
public struct Adam: Optimizer {
    /// `adam`
    public static let name = "adam"
    /// λ
    public var learningRate: Float
    private var moments: AdaptiveMoments

    /// Adam with the published defaults: λ, β₁, β₂ and ε.
    public init(
        learningRate: Float = 0.001, meanDecay: Float = 0.9, squareDecay: Float = 0.999, epsilon: Float = 1e-8
    ) {
        self.learningRate = learningRate
        moments = AdaptiveMoments(meanDecay: meanDecay, squareDecay: squareDecay, epsilon: epsilon)
    }

    /// β₁, β₂ and ε.
    public var settings: [(name: String, value: Float)] { moments.settings }

    /// `mean` and `square`.
    public var slotNames: [String] { AdaptiveMoments.slotNames }

    /// t, m and v.
    public var state: OptimizerState {
        get { moments.state }
        set { moments.state = newValue }
    }

    /// One step along `gradients`.
    public mutating func update<Model: Parameterized>(_ model: inout Model, along gradients: Gradients) {
        moments.move(&model, along: gradients, learningRate: learningRate, weightDecay: 0)
    }
}
