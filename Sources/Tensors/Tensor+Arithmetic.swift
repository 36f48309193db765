// Elementwise arithmetic with broadcasting, each operation with its pullback beside it.

extension Tensor {
    /// The sums.
    public static func + (a: Tensor, b: Tensor) -> Tensor {
        elementwise(a, b, { $0 + $1 }, byFirst: { g, _, _ in g }, bySecond: { g, _, _ in g })
    }

    /// The differences.
    public static func - (a: Tensor, b: Tensor) -> Tensor {
        elementwise(a, b, { $0 - $1 }, byFirst: { g, _, _ in g }, bySecond: { g, _, _ in -g })
    }

    /// The products.
    public static func * (a: Tensor, b: Tensor) -> Tensor {
        elementwise(a, b, { $0 * $1 }, byFirst: { g, _, y in g * y }, bySecond: { g, x, _ in g * x })
    }

    /// The quotients.
    public static func / (a: Tensor, b: Tensor) -> Tensor {
        elementwise(a, b, { $0 / $1 }, byFirst: { g, _, y in g / y }, bySecond: { g, x, y in -g * x / (y * y) })
    }

    /// Each element plus a number.
    public static func + (a: Tensor, b: Float) -> Tensor { a.mapped({ $0 + b }, derivative: { _, _ in 1 }) }

    /// Each element minus a number.
    public static func - (a: Tensor, b: Float) -> Tensor { a.mapped({ $0 - b }, derivative: { _, _ in 1 }) }

    /// Each element times a number.
    public static func * (a: Tensor, b: Float) -> Tensor { a.mapped({ $0 * b }, derivative: { _, _ in b }) }

    /// Each element over a number.
    public static func / (a: Tensor, b: Float) -> Tensor { a.mapped({ $0 / b }, derivative: { _, _ in 1 / b }) }

    /// A number minus each element.
    public static func - (a: Float, b: Tensor) -> Tensor { b.mapped({ a - $0 }, derivative: { _, _ in -1 }) }

    /// Each element times a number.
    public static func * (a: Float, b: Tensor) -> Tensor { b * a }

    /// The negated elements.
    public static prefix func - (a: Tensor) -> Tensor { a.mapped({ -$0 }, derivative: { _, _ in -1 }) }

    /// `operation` on each pair of elements of `a` and `b`, broadcast by NumPy's rules.
    ///
    /// `byFirst` and `bySecond` are given the upstream gradient and both elements, and return the gradient by the one.
    @inline(__always)
    static func elementwise(
        _ a: Tensor, _ b: Tensor, _ operation: (Float, Float) -> Float,
        byFirst: @escaping @Sendable (Float, Float, Float) -> Float,
        bySecond: @escaping @Sendable (Float, Float, Float) -> Float
    ) -> Tensor {
        guard let shape = a.shape.broadcast(with: b.shape) else {
            preconditionFailure("shapes \(a.shape) and \(b.shape) do not fit elementwise")
        }
        let (x, y) = (a.scalars, b.scalars)
        let walk = BroadcastWalk(a.shape, b.shape, result: shape)
        var result = [Float](repeating: 0, count: shape.count)
        walk.forEach { index, i, j in result[index] = operation(x[i], y[j]) }
        let (needsFirst, needsSecond) = (a.node != nil, b.node != nil)
        return Tensor(result, shape: shape, inputs: [a, b]) { upstream in
            var first = needsFirst ? [Float](repeating: 0, count: x.count) : nil
            if needsFirst { walk.forEach { index, i, j in first?[i] += byFirst(upstream[index], x[i], y[j]) } }
            var second = needsSecond ? [Float](repeating: 0, count: y.count) : nil
            if needsSecond { walk.forEach { index, i, j in second?[j] += bySecond(upstream[index], x[i], y[j]) } }
            return [first, second]
        }
    }
}

/// Pairs the elements of two operands with those of the result of a broadcast operation.
struct BroadcastWalk: Sendable {
    private let lengths: SIMD4<Int>
    private let firstStrides: SIMD4<Int>
    private let secondStrides: SIMD4<Int>
    private let isPlain: Bool

    init(_ first: Shape, _ second: Shape, result: Shape) {
        lengths = result.padded
        firstStrides = Self.strides(of: first)
        secondStrides = Self.strides(of: second)
        isPlain = first == second
    }

    /// Strides of four padded axes; 0 along an axis of length 1, which is repeated.
    private static func strides(of shape: Shape) -> SIMD4<Int> {
        let lengths = shape.padded
        var strides = SIMD4<Int>(repeating: 0)
        var stride = 1
        for axis in (0..<4).reversed() {
            if lengths[axis] > 1 { strides[axis] = stride }
            stride *= lengths[axis]
        }
        return strides
    }

    /// Calls `body` with the places in the result and in both operands, in the order of the result.
    @inline(__always)
    func forEach(_ body: (_ result: Int, _ first: Int, _ second: Int) -> Void) {
        if isPlain {
            for index in 0..<(lengths[0] * lengths[1] * lengths[2] * lengths[3]) { body(index, index, index) }
            return
        }
        var result = 0
        for p in 0..<lengths[0] {
            for q in 0..<lengths[1] {
                for r in 0..<lengths[2] {
                    var i = p * firstStrides[0] + q * firstStrides[1] + r * firstStrides[2]
                    var j = p * secondStrides[0] + q * secondStrides[1] + r * secondStrides[2]
                    for _ in 0..<lengths[3] {
                        body(result, i, j)
                        result += 1
                        i += firstStrides[3]
                        j += secondStrides[3]
                    }
                }
            }
        }
    }
}
