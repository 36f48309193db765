import Tensors

/// A function of each element as a layer of its own: y = f(x), of the shape of x.
///
/// Behind a ``Linear`` the layer's own `activation` is the same function without an array in between.
public struct Activation: Layer {
    /// f
    public let function: Tensor.Activation

    /// The layer of `function`.
    public init(_ function: Tensor.Activation) {
        self.function = function
    }

    /// f(x)
    public func callAsFunction(_ x: Tensor) -> Tensor {
        switch function {
        case .identity: x
        case .relu: x.relu()
        case .tanh: x.tanh()
        case .sigmoid: x.sigmoid()
        case .gelu: x.gelu()
        }
    }

    /// None.
    public mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {}
}
