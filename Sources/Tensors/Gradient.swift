import Kernels

/// Something with parameters to learn: a value that hands out each of them by name, always in the same order.
public protocol Parameterized {
    /// Calls `body` with the name of each parameter and the parameter itself, in a fixed order.
    mutating func forEachParameter(_ body: (_ name: String, _ parameter: inout Tensor) throws -> Void) rethrows
}

/// The derivatives of a loss by the parameters of a model.
public struct Gradients: Sendable {
    /// One array for each parameter, in the order of `forEachParameter`, row-major.
    public var parameters: [[Float]]

    /// The gradients `parameters`, in the order of `forEachParameter`.
    public init(_ parameters: [[Float]]) {
        self.parameters = parameters
    }

    /// The Euclidean norm over all parameters together.
    public var norm: Float {
        var total = 0.0
        for gradient in parameters {
            for value in gradient { total += Double(value) * Double(value) }
        }
        return Float(total.squareRoot())
    }

    /// Scales all gradients so that their common norm is at most `maximumNorm` (Pascanu, Mikolov, Bengio, 2013).
    public mutating func clip(toNorm maximumNorm: Float) {
        let norm = norm
        guard norm > maximumNorm else { return }
        let factor = maximumNorm / norm
        for parameter in parameters.indices {
            for index in parameters[parameter].indices { parameters[parameter][index] *= factor }
        }
    }
}

/// The value of `loss` at `model`, and its derivatives by every parameter of `model`.
///
/// ```swift
/// let (value, gradients) = valueAndGradient(of: model) { model in
///     meanSquaredError(model(x), y)
/// }
/// ```
/// - Parameter loss: computes a single number from the model; what it captures is constant.
public func valueAndGradient<Model: Parameterized>(
    of model: Model, _ loss: (Model) throws -> Tensor
) rethrows -> (value: Float, gradients: Gradients) {
    var tracked = model
    var leaves: [(node: Node, count: Int)] = []
    tracked.forEachParameter { _, parameter in
        let leaf = Node()
        leaves.append((leaf, parameter.count))
        parameter = Tensor(parameter.scalars, shape: parameter.shape, node: leaf)
    }
    let result = try loss(tracked)
    let value = result.scalar
    guard let root = result.node else {
        return (value, Gradients(leaves.map { [Float](repeating: 0, count: $0.count) }))
    }
    var found = backpropagate(from: root, leaves: Set(leaves.map { ObjectIdentifier($0.node) }))
    return (
        value,
        Gradients(
            leaves.map { leaf in
                found.removeValue(forKey: ObjectIdentifier(leaf.node)) ?? [Float](repeating: 0, count: leaf.count)
            })
    )
}

/// One reverse sweep from `root`; returns the gradients that reached `leaves`.
private func backpropagate(from root: Node, leaves: Set<ObjectIdentifier>) -> [ObjectIdentifier: [Float]] {
    var order = nodes(reachableFrom: root)
    order.sort { $0.depth < $1.depth }
    var gradients: [ObjectIdentifier: [Float]] = [ObjectIdentifier(root): [1]]
    // Nodes are let go from the end, so that a long chain is not released recursively.
    while let node = order.popLast() {
        if leaves.contains(ObjectIdentifier(node)) { continue }
        guard let upstream = gradients.removeValue(forKey: ObjectIdentifier(node)) else { continue }
        for (input, gradient) in zip(node.inputs, node.pullback(upstream)) {
            guard let input, let gradient else { continue }
            add(gradient, to: &gradients[ObjectIdentifier(input)])
        }
    }
    return gradients
}

private func add(_ gradient: [Float], to total: inout [Float]?) {
    guard total != nil else {
        total = gradient
        return
    }
    total?.withMutableSpan { sum in accumulate(gradient.span, into: &sum) }
}

/// All nodes that `root` depends on, itself included, without recursion.
private func nodes(reachableFrom root: Node) -> [Node] {
    var seen: Set<ObjectIdentifier> = [ObjectIdentifier(root)]
    var order = [root]
    var next = 0
    while next < order.count {
        for case let input? in order[next].inputs where seen.insert(ObjectIdentifier(input)).inserted {
            order.append(input)
        }
        next += 1
    }
    return order
}

extension [Float] {
    /// Calls `body` with a view that can be written to.
    @inline(__always)
    package mutating func withMutableSpan(_ body: (inout MutableSpan<Float>) -> Void) {
        var span = mutableSpan
        body(&span)
    }
}
