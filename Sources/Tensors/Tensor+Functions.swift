import Kernels

// Functions of each element, with their derivatives.

extension Tensor {
    /// max(x, 0)
    public func relu() -> Tensor { mapped({ max($0, 0) }, derivative: { x, _ in x > 0 ? 1 : 0 }) }

    /// tanh x
    public func tanh() -> Tensor { mapped({ hyperbolicTangent($0) }, derivative: { _, y in 1 - y * y }) }

    /// The logistic function 1 / (1 + e^-x).
    public func sigmoid() -> Tensor { mapped({ logistic($0) }, derivative: { _, y in y * (1 - y) }) }

    /// e^x
    public func exp() -> Tensor { mapped({ exponential($0) }, derivative: { _, y in y }) }

    /// The natural logarithm.
    public func log() -> Tensor { mapped({ naturalLogarithm($0) }, derivative: { x, _ in 1 / x }) }

    /// The square root.
    public func sqrt() -> Tensor { mapped({ $0.squareRoot() }, derivative: { _, y in 0.5 / y }) }

    /// The square.
    public func squared() -> Tensor { mapped({ $0 * $0 }, derivative: { x, _ in 2 * x }) }

    /// The absolute value; its derivative at 0 is taken as 0.
    public func abs() -> Tensor {
        mapped({ Swift.abs($0) }, derivative: { x, _ in x > 0 ? 1 : x < 0 ? -1 : 0 })
    }

    /// `function` of each element; `derivative` is given the element and the function's value there.
    @inline(__always)
    func mapped(
        _ function: (Float) -> Float, derivative: @escaping @Sendable (_ x: Float, _ y: Float) -> Float
    ) -> Tensor {
        let x = scalars
        var y = [Float](repeating: 0, count: x.count)
        for index in x.indices { y[index] = function(x[index]) }
        guard node != nil else { return Tensor(y, shape: shape, node: nil) }
        let result = y
        return Tensor(result, shape: shape, inputs: [self]) { upstream in
            var gradient = upstream
            for index in gradient.indices { gradient[index] *= derivative(x[index], result[index]) }
            return [gradient]
        }
    }
}
