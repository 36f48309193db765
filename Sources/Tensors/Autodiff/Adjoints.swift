import Kernels

/// The gradients of a loss by the results of operations, while they are being added up on the way back.
///
/// Pullbacks add to it with ``add(_:to:)``, or in place with ``accumulate(into:_:)``; what is added to a tensor without
/// a parameter in it is dropped.
public struct Adjoints {
    private let tape: Tape
    /// By place on the tape: what has been reached, and its gradient so far.
    private var nodes: [Node?]
    private var gradients: [[Float]?]

    /// Before the first pullback: the gradient of the loss by itself is 1.
    init(of root: Node) {
        tape = root.tape
        nodes = Array(repeating: nil, count: root.place + 1)
        gradients = Array(repeating: nil, count: root.place + 1)
        nodes[root.place] = root
        gradients[root.place] = [1]
    }

    /// Adds `gradient`, row-major, to the gradient by `input`.
    public mutating func add(_ gradient: [Float], to input: Tensor) {
        guard let node = reach(input) else { return }
        precondition(gradient.count == node.count, "a gradient of \(gradient.count) elements for \(input.shape)")
        if gradients[node.place] == nil {
            gradients[node.place] = gradient
        } else {
            gradients[node.place]?.withMutableSpan { total in
                Elementwise.update(&total, with: gradient.span) { $0 + $1 }
            }
        }
    }

    /// Lets `body` add to the gradient by `input` in place: it is given the gradient so far, zeros at first.
    ///
    /// For what touches only a part of the elements, or adds by itself as matrix products do. `body` is not called for
    /// an input without a parameter in it.
    public mutating func accumulate(into input: Tensor, _ body: (inout MutableSpan<Float>) -> Void) {
        guard let node = reach(input) else { return }
        if gradients[node.place] == nil { gradients[node.place] = [Float](repeating: 0, count: node.count) }
        gradients[node.place]?.withMutableSpan(body)
    }

    private mutating func reach(_ input: Tensor) -> Node? {
        guard let node = input.node else { return nil }
        precondition(node.tape === tape, "a tensor \(input.shape) of another differentiation: detach it first")
        nodes[node.place] = node
        return node
    }

    /// Calls the pullbacks from the last operation to the first, and returns the gradients by the `parameters`, which
    /// are the first on the tape; nil for one that the loss does not depend on.
    ///
    /// Each node is let go of once it has been passed, from the end: nothing is then released recursively, however long
    /// the chain of operations.
    mutating func propagate(toParameters parameters: Int) -> [[Float]?] {
        while nodes.count > parameters {
            let node = nodes.removeLast()
            guard let gradient = gradients.removeLast(), let node else { continue }
            node.pullback?(consume gradient, &self)
        }
        while gradients.count < parameters { gradients.append(nil) }
        return gradients
    }
}
