import Kernels

// Elementwise arithmetic of two tensors, broadcast by NumPy's rules. Each operation is a type, so that its loops are
// compiled for it; value and derivatives stand side by side.

extension Tensor {
    /// The sums x + y, broadcast by NumPy's rules.
    public static func + (x: Tensor, y: Tensor) -> Tensor { elementwise(Sum.self, x, y) }

    /// The differences x - y, broadcast by NumPy's rules.
    public static func - (x: Tensor, y: Tensor) -> Tensor { elementwise(Difference.self, x, y) }

    /// The products x y, broadcast by NumPy's rules: a product with ones and zeros is a mask.
    public static func * (x: Tensor, y: Tensor) -> Tensor { elementwise(Product.self, x, y) }

    /// The quotients x / y, broadcast by NumPy's rules.
    public static func / (x: Tensor, y: Tensor) -> Tensor { elementwise(Quotient.self, x, y) }

    /// Each element plus a number.
    public static func + (x: Tensor, y: Float) -> Tensor { x + Tensor(y) }

    /// A number plus each element.
    public static func + (x: Float, y: Tensor) -> Tensor { Tensor(x) + y }

    /// Each element minus a number.
    public static func - (x: Tensor, y: Float) -> Tensor { x - Tensor(y) }

    /// A number minus each element.
    public static func - (x: Float, y: Tensor) -> Tensor { Tensor(x) - y }

    /// Each element times a number.
    public static func * (x: Tensor, y: Float) -> Tensor { x * Tensor(y) }

    /// A number times each element.
    public static func * (x: Float, y: Tensor) -> Tensor { Tensor(x) * y }

    /// Each element over a number.
    public static func / (x: Tensor, y: Float) -> Tensor { x / Tensor(y) }

    /// A number over each element.
    public static func / (x: Float, y: Tensor) -> Tensor { Tensor(x) / y }

    /// The negated elements.
    public static prefix func - (x: Tensor) -> Tensor { Tensor(0) - x }
}

/// z = f(x, y), element by element, with the products of an upstream gradient g and its partial derivatives.
protocol BinaryOperation: SendableMetatype {
    static var name: String { get }
    static func value(_ x: Float, _ y: Float) -> Float
    /// g ∂z/∂x
    static func first(_ g: Float, _ x: Float, _ y: Float) -> Float
    /// g ∂z/∂y
    static func second(_ g: Float, _ x: Float, _ y: Float) -> Float
}

enum Sum: BinaryOperation {
    static let name = "a sum"
    static func value(_ x: Float, _ y: Float) -> Float { x + y }
    static func first(_ g: Float, _ x: Float, _ y: Float) -> Float { g }
    static func second(_ g: Float, _ x: Float, _ y: Float) -> Float { g }
}

enum Difference: BinaryOperation {
    static let name = "a difference"
    static func value(_ x: Float, _ y: Float) -> Float { x - y }
    static func first(_ g: Float, _ x: Float, _ y: Float) -> Float { g }
    static func second(_ g: Float, _ x: Float, _ y: Float) -> Float { -g }
}

enum Product: BinaryOperation {
    static let name = "a product"
    static func value(_ x: Float, _ y: Float) -> Float { x * y }
    static func first(_ g: Float, _ x: Float, _ y: Float) -> Float { g * y }
    static func second(_ g: Float, _ x: Float, _ y: Float) -> Float { g * x }
}

enum Quotient: BinaryOperation {
    static let name = "a quotient"
    static func value(_ x: Float, _ y: Float) -> Float { x / y }
    static func first(_ g: Float, _ x: Float, _ y: Float) -> Float { g / y }
    static func second(_ g: Float, _ x: Float, _ y: Float) -> Float { -g * (x / y) / y }
}

extension Tensor {
    /// An operation on each pair of elements of `a` and `b`.
    static func elementwise<Operation: BinaryOperation>(_: Operation.Type, _ a: Tensor, _ b: Tensor) -> Tensor {
        let walk = Broadcast(a.shape, b.shape, operation: Operation.name)
        var result = [Float](repeating: 0, count: walk.result.count)
        let (x, y) = (a.scalars.span, b.scalars.span)
        var z = result.mutableSpan
        walk.forEachRun { place, i, j in
            Elementwise.mapRun(
                x, from: i, repeats: walk.repeatsFirst, y, from: j, repeats: walk.repeatsSecond, into: &z,
                range: place..<place + walk.run, Operation.value)
        }
        return Tensor(result, shape: walk.result, of: a, b) { upstream, adjoints in
            if a.isTracked {
                let gradient = pulledBack(upstream, walk, a, b, Operation.first)
                adjoints.add(Broadcast.reduced(gradient, from: walk.result, to: a.shape), to: a)
            }
            if b.isTracked {
                let gradient = pulledBack(upstream, walk, a, b, Operation.second)
                adjoints.add(Broadcast.reduced(gradient, from: walk.result, to: b.shape), to: b)
            }
        }
    }

    /// `partial` of the upstream gradient and both operands, in the shape of the result.
    @inline(__always)
    private static func pulledBack(
        _ upstream: [Float], _ walk: Broadcast, _ a: Tensor, _ b: Tensor, _ partial: (Float, Float, Float) -> Float
    ) -> [Float] {
        // The gradient is first the upstream one, and each run of it is then replaced.
        var result = upstream
        let (x, y) = (a.scalars.span, b.scalars.span)
        var g = result.mutableSpan
        walk.forEachRun { place, i, j in
            Elementwise.updateRun(
                &g, range: place..<place + walk.run, x, from: i, repeats: walk.repeatsFirst, y, from: j,
                repeats: walk.repeatsSecond, partial)
        }
        return result
    }
}
