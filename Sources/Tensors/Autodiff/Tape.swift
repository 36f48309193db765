import Synchronization

/// The record of one differentiation: the order in which its operations ran.
///
/// A tape exists only inside ``valueAndGradient(of:_:)``. It holds nothing but a counter: each operation that depends on
/// a parameter takes the next number, so that going through the numbers backwards is a valid order of backpropagation.
/// What an operation remembers is in its ``Node``, which only the tensors that need it keep alive.
final class Tape: Sendable {
    private let used = Atomic(0)

    /// The next number.
    func place() -> Int {
        used.wrappingAdd(1, ordering: .relaxed).oldValue
    }
}

/// One operation on a tape. It is immutable, so that a tensor which holds one is a value that any task may read.
final class Node: Sendable {
    let tape: Tape
    /// Larger than that of each input.
    let place: Int
    /// Elements of the result.
    let count: Int
    /// Nil for a parameter, where gradients end.
    let pullback: Tensor.Pullback?

    init(on tape: Tape, count: Int, pullback: Tensor.Pullback?) {
        self.tape = tape
        self.place = tape.place()
        self.count = count
        self.pullback = pullback
    }
}

extension Tensor {
    /// What an operation does on the way back: given the gradient of the loss by its result (row-major), it adds to the
    /// gradients by its inputs.
    ///
    /// The gradient is the operation's own from then on: a `var` made of it is changed in place, without a copy.
    public typealias Pullback = @Sendable (_ upstream: consuming [Float], _ adjoints: inout Adjoints) -> Void

    /// The result of a primitive operation with a pullback of its own.
    ///
    /// ```swift
    /// func doubled(_ x: Tensor) -> Tensor {
    ///     Tensor(x.scalars.map { 2 * $0 }, shape: x.shape, inputs: [x]) { upstream, adjoints in
    ///         adjoints.add(upstream.map { 2 * $0 }, to: x)
    ///     }
    /// }
    /// ```
    /// - Parameters:
    ///   - scalars: the result, row-major.
    ///   - inputs: the tensors that it was computed from.
    ///   - pullback: adds to the gradients by the inputs. It is made, with what it captures, only if one of them is tracked.
    public init(_ scalars: [Float], shape: Shape, inputs: [Tensor], pullback: @autoclosure () -> Pullback) {
        var tape: Tape?
        for input in inputs where tape == nil { tape = input.node?.tape }
        self.init(scalars, shape: shape, tape: tape, pullback: pullback())
    }

    /// The result of an operation on up to three tensors, without an array of them.
    package init(
        _ scalars: [Float], shape: Shape, of a: Tensor, _ b: Tensor? = nil, _ c: Tensor? = nil,
        pullback: @autoclosure () -> Pullback
    ) {
        self.init(
            scalars, shape: shape, tape: a.node?.tape ?? b?.node?.tape ?? c?.node?.tape, pullback: pullback())
    }

    private init(_ scalars: [Float], shape: Shape, tape: Tape?, pullback: @autoclosure () -> Pullback) {
        self.init(
            scalars, shape: shape, node: tape.map { Node(on: $0, count: scalars.count, pullback: pullback()) })
    }
}
