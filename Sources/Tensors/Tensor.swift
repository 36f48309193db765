/// A rectangular array of Float: a value.
///
/// Operations compute at once. Inside ``valueAndGradient(of:_:)`` those that depend on a parameter also remember how
/// to pull a gradient back; outside they remember nothing.
///
/// ```swift
/// let x = Tensor([1, 2, 3, 4], shape: [2, 2])
/// let y = x.matmul(x) + 1        // [[8, 11], [16, 23]]
/// ```
public struct Tensor: Sendable {
    /// The lengths of the axes.
    public let shape: Shape
    /// The elements, row-major: the innermost axis is contiguous.
    public private(set) var scalars: [Float]
    /// Its place on a tape, if a parameter has a part in it.
    let node: Node?

    /// The elements `scalars`, row-major, as an array of `shape`.
    public init(_ scalars: [Float], shape: Shape) {
        self.init(scalars, shape: shape, node: nil)
    }

    init(_ scalars: [Float], shape: Shape, node: Node?) {
        precondition(scalars.count == shape.count, "\(scalars.count) scalars for the shape \(shape)")
        self.scalars = scalars
        self.shape = shape
        self.node = node
    }

    /// The number of elements.
    public var count: Int { scalars.count }

    /// The only element.
    public var scalar: Float {
        precondition(count == 1, "a tensor of shape \(shape) is no single number")
        return scalars[0]
    }

    /// Whether it lies on a tape: whether a parameter has a part in it.
    public var isTracked: Bool { node != nil }

    /// The same elements as a constant: no gradient flows back through it.
    public func detached() -> Tensor { Tensor(scalars, shape: shape, node: nil) }

    /// Changes the elements in place; for weights, outside of ``valueAndGradient(of:_:)``.
    public mutating func update<Result>(_ body: (inout MutableSpan<Float>) throws -> Result) rethrows -> Result {
        precondition(node == nil, "a tensor under differentiation is not changed in place")
        var span = scalars.mutableSpan
        return try body(&span)
    }
}

extension Tensor: Equatable {
    /// Whether shapes and elements are equal.
    public static func == (a: Tensor, b: Tensor) -> Bool {
        a.shape == b.shape && a.scalars == b.scalars
    }
}
