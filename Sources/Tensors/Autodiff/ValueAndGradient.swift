/// Something with parameters to learn: a value that hands out each of them by name, always in the same order.
public protocol Parameterized {
    /// Calls `body` with the name of each parameter and the parameter itself, in a fixed order.
    mutating func forEachParameter(_ body: (_ name: String, _ parameter: inout Tensor) throws -> Void) rethrows
}

/// The value of `loss` at `model`, and its derivatives by every parameter of `model`.
///
/// ```swift
/// let (value, gradients) = valueAndGradient(of: model) { model in
///     meanSquaredError(model(x), y)
/// }
/// ```
/// - Parameter loss: computes a single number from the model; what it captures is constant.
/// - Complexity: a small multiple of the loss's own; what operations remember is freed on the way back. Operations that
///   the loss does not depend on are released with their tensors, which recurses along a chain of them.
public func valueAndGradient<Model: Parameterized>(
    of model: Model, _ loss: (Model) throws -> Tensor
) rethrows -> (value: Float, gradients: Gradients) {
    let tape = Tape()
    var tracked = model
    var counts: [Int] = []
    tracked.forEachParameter { _, parameter in
        counts.append(parameter.count)
        parameter = Tensor(
            parameter.scalars, shape: parameter.shape, node: Node(on: tape, count: parameter.count, pullback: nil))
    }
    var (value, root) = valueAndNode(of: try loss(tracked))
    // The node moves into the adjoints: nothing else may keep the chain of operations alive while it is let go of.
    var adjoints = root.map { Adjoints(of: $0) }
    root = nil
    let gradients = adjoints?.propagate(toParameters: counts.count) ?? Array(repeating: nil, count: counts.count)
    return (value, Gradients(zip(gradients, counts).map { $0 ?? [Float](repeating: 0, count: $1) }))
}

/// Takes the loss apart, so that nothing but the node keeps the operations alive.
private func valueAndNode(of loss: consuming Tensor) -> (Float, Node?) {
    precondition(loss.count == 1, "a loss is a single number, not of shape \(loss.shape)")
    return (loss.scalar, loss.node)
}
