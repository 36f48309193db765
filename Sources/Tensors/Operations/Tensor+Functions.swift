import Kernels

// Functions of each element. Each is a type, so that its loops are compiled for it; value and derivative stand side by
// side.

extension Tensor {
    /// max(x, 0); its derivative at 0 is taken as 0.
    public func relu() -> Tensor { mapped(Rectifier.self) }

    /// tanh x
    public func tanh() -> Tensor { mapped(HyperbolicTangent.self) }

    /// The logistic function 1 / (1 + e^-x).
    public func sigmoid() -> Tensor { mapped(Logistic.self) }

    /// ln(1 + eˣ), a smooth ``relu()``; neither large nor small elements lose their digits. PyTorch's `softplus` with its
    /// defaults, but for its threshold: PyTorch returns x above 20.
    public func softplus() -> Tensor { mapped(SmoothRectifier.self) }

    /// x Φ(x), with the distribution function Φ of the standard normal: Φ(x) = (1 + erf(x / √2)) / 2.
    ///
    /// Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016. The error is under 2e-7 |x|. PyTorch's default `gelu`,
    /// and ONNX's.
    public func gelu() -> Tensor { mapped(GaussianRectifier.self) }

    /// x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2: an approximation of ``gelu()`` that differs from it by up to 5e-4, for
    /// weights that were trained with it. PyTorch's `gelu(approximate="tanh")`.
    public func geluByTanh() -> Tensor { mapped(ApproximateGaussianRectifier.self) }

    /// eˣ
    public func exp() -> Tensor { mapped(Exponential.self) }

    /// The natural logarithm, within 1 ulp; minus infinity at 0, not a number below.
    public func log() -> Tensor { mapped(NaturalLogarithm.self) }

    /// The square root; not a number below 0.
    public func sqrt() -> Tensor { mapped(SquareRoot.self) }

    /// x²
    public func squared() -> Tensor { mapped(Square.self) }

    /// The absolute value; its derivative at 0 is taken as 0.
    public func abs() -> Tensor { mapped(AbsoluteValue.self) }
}

/// y = f(x), with dy/dx from both x and y, whichever makes it simpler.
protocol UnaryOperation: SendableMetatype {
    static func value(_ x: Float) -> Float
    static func derivative(_ x: Float, _ y: Float) -> Float
}

enum Rectifier: UnaryOperation {
    /// Not a number stays one, so that it is found and not hidden.
    static func value(_ x: Float) -> Float { x < 0 ? 0 : x }
    static func derivative(_ x: Float, _ y: Float) -> Float { x > 0 ? 1 : 0 }
}

enum HyperbolicTangent: UnaryOperation {
    static func value(_ x: Float) -> Float { hyperbolicTangent(x) }
    static func derivative(_ x: Float, _ y: Float) -> Float { 1 - y * y }
}

enum Logistic: UnaryOperation {
    static func value(_ x: Float) -> Float { logistic(x) }
    static func derivative(_ x: Float, _ y: Float) -> Float { y * (1 - y) }
}

enum SmoothRectifier: UnaryOperation {
    static func value(_ x: Float) -> Float { softplus(x) }
    static func derivative(_ x: Float, _ y: Float) -> Float { logistic(x) }
}

enum GaussianRectifier: UnaryOperation {
    static func value(_ x: Float) -> Float { x * normalDistribution(x) }
    static func derivative(_ x: Float, _ y: Float) -> Float { normalDistribution(x) + x * normalDensity(x) }
}

enum ApproximateGaussianRectifier: UnaryOperation {
    static func value(_ x: Float) -> Float { 0.5 * x * (1 + squashed(clamped(x, from: -10, to: 10))) }
    static func derivative(_ x: Float, _ y: Float) -> Float {
        let x = clamped(x, from: -10, to: 10)
        let t = squashed(x)
        return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * 0.797_884_561 * (1 + 0.134_145 * x * x)
    }
    /// The hyperbolic tangent in it, which is 1 or -1 from ±10 on.
    private static func squashed(_ x: Float) -> Float {
        hyperbolicTangent(0.797_884_561 * x * (1 + 0.044_715 * x * x))
    }
}

enum Exponential: UnaryOperation {
    static func value(_ x: Float) -> Float { exponential(x) }
    static func derivative(_ x: Float, _ y: Float) -> Float { y }
}

enum NaturalLogarithm: UnaryOperation {
    static func value(_ x: Float) -> Float { naturalLogarithm(x) }
    static func derivative(_ x: Float, _ y: Float) -> Float { 1 / x }
}

enum SquareRoot: UnaryOperation {
    /// By the magnitude, so that the loop has no call in it.
    static func value(_ x: Float) -> Float { x < 0 ? .nan : squareRoot(ofMagnitude: x) }
    static func derivative(_ x: Float, _ y: Float) -> Float { 0.5 / y }
}

enum Square: UnaryOperation {
    static func value(_ x: Float) -> Float { x * x }
    static func derivative(_ x: Float, _ y: Float) -> Float { 2 * x }
}

enum AbsoluteValue: UnaryOperation {
    static func value(_ x: Float) -> Float { Swift.abs(x) }
    static func derivative(_ x: Float, _ y: Float) -> Float { x > 0 ? 1 : x < 0 ? -1 : 0 }
}

extension Tensor {
    /// An operation on each element.
    func mapped<Operation: UnaryOperation>(_: Operation.Type) -> Tensor {
        var values = [Float](repeating: 0, count: count)
        values.withMutableSpan { Elementwise.map(scalars.span, into: &$0, Operation.value) }
        let result = values
        return Tensor(result, shape: shape, of: self) { upstream, adjoints in
            var gradient = upstream
            gradient.withMutableSpan { g in
                let (x, y) = (scalars.span, result.span)
                Elementwise.updateRun(
                    &g, range: 0..<g.count, x, from: 0, repeats: false, y, from: 0, repeats: false
                ) { $0 * Operation.derivative($1, $2) }
            }
            adjoints.add(gradient, to: self)
        }
    }
}
