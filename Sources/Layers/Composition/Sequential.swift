import Kernels
import Tensors

/// Layers one behind the other: y = fₙ(… f₂(f₁(x))).
///
/// ```swift
/// var generator = SeededGenerator(seed: 7)
/// let network = Sequential {
///     Linear(inputs: 8, outputs: 64, activation: .relu, using: &generator)
///     Dropout(rate: 0.1)
///     Linear(inputs: 64, outputs: 1, using: &generator)
/// }
/// let y = network(x)                          // answers
/// let trained = network(x, using: &generator) // drops a tenth of the hidden units
/// ```
///
/// It is a value: a copy learns apart. The parameters of the layer at place k, counted from 0 and with the layers that
/// have none, are called `layer<k>.` and their name there: `layer0.weight`, `layer2.bias`.
public struct Sequential: Layer {
    /// The layers, the one next to the input first.
    ///
    /// Kept as existentials: a call costs one dynamic dispatch for each layer, and the type of a network does not name
    /// its parts, so that it can be a stored property.
    public var layers: [any Layer]

    /// Given layers.
    public init(_ layers: [any Layer]) {
        self.layers = layers
    }

    /// The layers that are written in the braces, where `if` and `for` work too.
    public init(@SequentialBuilder _ layers: () throws -> [any Layer]) rethrows {
        self.layers = try layers()
    }

    /// The last layer's output; x itself if there are no layers.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        layers.reduce(x) { x, layer in layer(x) }
    }

    /// The last layer's output; the layers draw from `generator` in their order.
    public func callAsFunction(_ x: Tensor, using generator: inout SeededGenerator) -> Tensor {
        layers.reduce(x) { x, layer in layer(x, using: &generator) }
    }

    /// `layer0.weight`, and so on.
    public mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        for place in layers.indices { try layers[place].forEachParameter(named: "layer\(place)", body) }
    }
}

/// Collects the layers that stand in the braces of a ``Sequential``.
@resultBuilder
public enum SequentialBuilder {
    /// One layer.
    public static func buildExpression(_ layer: some Layer) -> [any Layer] { [layer] }

    /// Layers in their order.
    public static func buildBlock(_ parts: [any Layer]...) -> [any Layer] { parts.flatMap(\.self) }

    /// The layers of an `if` without `else`.
    public static func buildOptional(_ layers: [any Layer]?) -> [any Layer] { layers ?? [] }

    /// The layers of an `if`.
    public static func buildEither(first layers: [any Layer]) -> [any Layer] { layers }

    /// The layers of an `else`.
    public static func buildEither(second layers: [any Layer]) -> [any Layer] { layers }

    /// The layers of a `for`.
    public static func buildArray(_ parts: [[any Layer]]) -> [any Layer] { parts.flatMap(\.self) }
}
