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

extension Tensor {
    /// The larger of each two elements, broadcast by NumPy's rules; not a number if one is. Equal elements share the
    /// gradient evenly, as in PyTorch.
    public static func maximum(_ x: Tensor, _ y: Tensor) -> Tensor { elementwise(Maximum.self, x, y) }

    /// The larger of each element and a number.
    public static func maximum(_ x: Tensor, _ y: Float) -> Tensor { maximum(x, Tensor(y)) }

    /// The smaller of each two elements, broadcast by NumPy's rules; not a number if one is. Equal elements share the
    /// gradient evenly, as in PyTorch.
    public static func minimum(_ x: Tensor, _ y: Tensor) -> Tensor { elementwise(Minimum.self, x, y) }

    /// The smaller of each element and a number.
    public static func minimum(_ x: Tensor, _ y: Float) -> Tensor { minimum(x, Tensor(y)) }

    /// The powers xʸ, broadcast by NumPy's rules, of this x to the `exponent` y; not a number where x < 0 and y is not
    /// whole. The derivative by y at x = 0 is taken as 0 for y >= 0, as in PyTorch.
    public func raised(to exponent: Tensor) -> Tensor { Tensor.elementwise(Power.self, self, exponent) }

    /// Each element to the power of a number; ``squared()`` and ``sqrt()`` are faster where they serve.
    public func raised(to exponent: Float) -> Tensor { raised(to: Tensor(exponent)) }
}

/// z = f(x, y), element by element, with the products of an upstream gradient g and its partial derivatives.
protocol BinaryOperation: SendableMetatype {
    static var name: String { get }
    static func value(_ x: Float, _ y: Float) -> Float
    /// g ∂z/∂x
    static func first(_ g: Float, _ x: Float, _ y: Float) -> Float
    /// g ∂z/∂y
    static func second(_ g: Float, _ x: Float, _ y: Float) -> Float
    /// Whether ∂z/∂x is 1 everywhere: the gradient then passes as it is.
    static var passesFirst: Bool { get }
    /// Whether ∂z/∂y is 1 everywhere.
    static var passesSecond: Bool { get }
}

extension BinaryOperation {
    static var passesFirst: Bool { false }
    static var passesSecond: Bool { false }
}

enum Sum: BinaryOperation {
    static let name = "a sum"
    static var passesFirst: Bool { true }
    static var passesSecond: Bool { true }
    static func value(_ x: Float, _ y: Float) -> Float { x + y }
    static func first(_ g: Float, _ x: Float, _ y: Float) -> Float { g }
    static func second(_ g: Float, _ x: Float, _ y: Float) -> Float { g }
}

enum Difference: BinaryOperation {
    static let name = "a difference"
    static var passesFirst: Bool { true }
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

enum Maximum: BinaryOperation {
    static let name = "a maximum"
    static func value(_ x: Float, _ y: Float) -> Float { x > y || x != x ? x : y }
    static func first(_ g: Float, _ x: Float, _ y: Float) -> Float { x > y ? g : x == y ? 0.5 * g : 0 }
    static func second(_ g: Float, _ x: Float, _ y: Float) -> Float { first(g, y, x) }
}

enum Minimum: BinaryOperation {
    static let name = "a minimum"
    static func value(_ x: Float, _ y: Float) -> Float { x < y || x != x ? x : y }
    static func first(_ g: Float, _ x: Float, _ y: Float) -> Float { x < y ? g : x == y ? 0.5 * g : 0 }
    static func second(_ g: Float, _ x: Float, _ y: Float) -> Float { first(g, y, x) }
}

enum Power: BinaryOperation {
    static let name = "a power"
    static func value(_ x: Float, _ y: Float) -> Float { power(x, y) }
    static func first(_ g: Float, _ x: Float, _ y: Float) -> Float { y == 0 ? 0 : g * y * power(x, y - 1) }
    static func second(_ g: Float, _ x: Float, _ y: Float) -> Float {
        x == 0 && y >= 0 ? 0 : g * power(x, y) * naturalLogarithm(x)
    }
}

extension Tensor {
    /// An operation on each pair of elements of `a` and `b`.
    static func elementwise<Operation: BinaryOperation>(_: Operation.Type, _ a: Tensor, _ b: Tensor) -> Tensor {
        let walk = Broadcast(a.shape, b.shape, operation: Operation.name)
        let result = walk.mapped(a.scalars, b.scalars, Operation.value)
        return Tensor(result, shape: walk.result, of: a, b) { upstream, adjoints in
            if a.isTracked {
                let gradient =
                    Operation.passesFirst ? upstream : pulledBack(upstream, walk, a, b, Operation.first)
                adjoints.add(Broadcast.reduced(gradient, from: walk.result, to: a.shape), to: a)
            }
            if b.isTracked {
                let gradient =
                    Operation.passesSecond ? upstream : pulledBack(upstream, walk, a, b, Operation.second)
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
        walk.update(&result, a.scalars, b.scalars, partial)
        return result
    }
}
