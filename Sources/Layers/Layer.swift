import Kernels
import Tensors

/// A module from one tensor to one tensor, y = f(x): what ``Sequential`` is made of.
///
/// A layer has two calls. `layer(x)` answers: the same input gives the same output. `layer(x, using: &generator)` is for
/// training: what is random in the layer draws from the generator, so that a run repeats with its seed. A layer without
/// randomness, which is most of them, writes the first only.
///
/// ```swift
/// let answer = network(x)
/// let (loss, gradients) = valueAndGradient(of: network) { network in
///     meanSquaredError(network(x, using: &generator), y)
/// }
/// ```
///
/// A ``Module`` that takes more than one tensor, or none, such as ``Embedding``, is not a layer.
public protocol Layer: Module {
    /// The output for x.
    func callAsFunction(_ x: Tensor) -> Tensor

    /// The output for x while the layer is trained; what is random draws from `generator`.
    func callAsFunction(_ x: Tensor, using generator: inout SeededGenerator) -> Tensor
}

extension Layer {
    /// The output for x: nothing is random in this layer.
    public func callAsFunction(_ x: Tensor, using generator: inout SeededGenerator) -> Tensor { self(x) }
}
