/// The error function erf x = 2/√π ∫₀ˣ e^(-t²) dt, within 2 ulp.
///
/// Below 1 it is x + x p(x²), from there on 1 - e^q(x), where q is fitted to ln(1 - erf x) and x to 4, from where on the
/// result rounds to 1. The coefficients are minimax fits with relative errors of erf x under 2e-8.
@inlinable @inline(__always)
public func errorFunction(_ x: Float) -> Float {
    let t = clamped(magnitude(x), from: 0, to: 4)
    let square = clamped(t * t, from: 0, to: 1)
    var p: Float = 7.853_857_824e-5
    p = p * square - 8.010_192_542e-4
    p = p * square + 5.188_327_748e-3
    p = p * square - 2.685_381_100e-2
    p = p * square + 1.128_358_543e-1
    p = p * square - 3.761_262_596e-1
    p = p * square + 1.283_791_071e-1
    var q: Float = -1.157_226_157e-3
    q = q * t + 1.483_188_478e-2
    q = q * t - 8.879_984_170e-2
    q = q * t - 6.542_398_930e-1
    q = q * t - 1.117_621_422
    q = q * t - 2.619_139_850e-3
    let near = x + x * p
    let far = 1 - exponential(q)
    return t < 1 ? near : x < 0 ? -far : far
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
