import Tensors

/// A rule that moves the parameters of a model against the gradients of its loss.
public protocol Optimizer: Sendable {
    /// The step size, which a schedule may change between updates.
    var learningRate: Float { get set }

    /// Moves every parameter of `model` by one step; `gradients` are in the model's order of parameters.
    mutating func update<Model: Parameterized>(_ model: inout Model, along gradients: Gradients)
}
