/// The error function erf x = 2/√π ∫₀ˣ e^(-t²) dt, within 2 ulp.
///
/// Below 7/8 it is x + x p(x²), from there on 1 - e^q(x), where q is fitted to ln(1 - erf x) up to 4, from where on the
/// result rounds to 1. The coefficients are minimax fits with relative errors of erf x under 1e-8.
@inlinable @inline(__always)
public func errorFunction(_ x: Float) -> Float {
    let t = clamped(magnitude(x), from: 0, to: 4)
    let square = t * t
    var p: Float = -6.203_252_706e-4
    p = p * square + 5.032_180_808e-3
    p = p * square - 2.679_146_267e-2
    p = p * square + 1.128_245_518e-1
    p = p * square - 3.761_255_145e-1
    p = p * square + 1.283_791_512e-1
    var q: Float = 2.009_973_541e-4
    q = q * t - 3.092_302_242e-3
    q = q * t + 2.242_025_360e-2
    q = q * t - 1.043_275_744e-1
    q = q * t - 6.367_371_678e-1
    q = q * t - 1.127_936_125
    q = q * t - 1.335_666_311e-4
    let near = x + x * p
    let far = 1 - exponential(q)
    return t < 0.875 ? near : x < 0 ? -far : far
}

/// The distribution function of the standard normal, Φ(x) = (1 + erf(x / √2)) / 2, within 1e-7.
@inlinable @inline(__always)
public func normalDistribution(_ x: Float) -> Float {
    0.5 + 0.5 * errorFunction(x * 0.707_106_781)
}

/// The density of the standard normal, e^(-x²/2) / √(2π).
@inlinable @inline(__always)
public func normalDensity(_ x: Float) -> Float {
    0.398_942_280 * exponential(-0.5 * x * x)
}
