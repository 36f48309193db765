/// One step of a computation: what it came from and how a gradient goes back through it.
///
/// Nodes are immutable, so a tensor that holds one is a value that any task may read.
final class Node: Sendable {
    /// Given the gradient of the loss by this step's result, those by its inputs, in order; nil where none is needed.
    typealias Pullback = @Sendable (_ upstream: [Float]) -> [[Float]?]

    /// Longer than that of each input, so that reverse order of depth is a valid order of backpropagation.
    let depth: Int
    /// The nodes of the inputs, in order; nil for an input without a parameter in it.
    let inputs: [Node?]
    let pullback: Pullback

    init(inputs: [Node?], pullback: @escaping Pullback) {
        self.depth = 1 + inputs.reduce(0) { max($0, $1?.depth ?? 0) }
        self.inputs = inputs
        self.pullback = pullback
    }

    /// A parameter: gradients end here.
    init() {
        self.depth = 0
        self.inputs = []
        self.pullback = { _ in [] }
    }
}

extension Tensor {
    /// The result of a primitive operation with a pullback of its own.
    ///
    /// - Parameters:
    ///   - scalars: the result, row-major.
    ///   - inputs: the tensors that it was computed from.
    ///   - pullback: from the gradient of the loss by the result (row-major) to those by the inputs, in their order; nil
    ///     says that an input has none. It is kept only if an input is tracked.
    public init(
        _ scalars: [Float], shape: Shape, inputs: [Tensor],
        pullback: @escaping @Sendable (_ upstream: [Float]) -> [[Float]?]
    ) {
        precondition(scalars.count == shape.count, "\(scalars.count) scalars for the shape \(shape)")
        let isTracked = inputs.contains { $0.node != nil }
        self.init(
            scalars, shape: shape, node: isTracked ? Node(inputs: inputs.map(\.node), pullback: pullback) : nil)
    }
}
