import Glibc

/// ln x, within 1 ulp; minus infinity at 0, not a number below, and infinity and not a number stay.
@inlinable @inline(__always)
public func naturalLogarithm(_ x: Float) -> Float {
    // Numbers below the normal ones have no exponent of their own: they are lifted by 2²³ first.
    let isTiny = x < .leastNormalMagnitude
    let result = logarithmOfNormal(isTiny ? x * 0x1p23 : x, exponentBefore: isTiny ? -23 : 0)
    let orInfinity = x < .infinity ? result : x
    return x > 0 ? orInfinity : x == 0 ? -.infinity : .nan
}

/// ln(1 + eˣ), within 3 ulp where that is a normal number.
@inlinable @inline(__always)
public func softplus(_ x: Float) -> Float {
    // As max(x, 0) + ln(1 + u) with u = e^-|x|, which does not overflow.
    let u = exponential(-magnitude(x))
    let sum = 1 + u
    // What rounding took from 1 + u, relative to it, is added again.
    let lost = (u - (sum - 1)) / sum
    return (x < 0 ? 0 : x) + (logarithmOfNormal(sum, exponentBefore: 0) + lost)
}

/// ln x + m ln 2 for a normal x > 0 and a whole number m.
///
/// With x = 2ⁿ (1 + f) and √½ <= 1 + f < √2, ln x is n ln 2 + f - f²/2 + f³ p(f) (Cody and Waite, "Software Manual for the
/// Elementary Functions", 1980). The coefficients of p are a minimax fit of degree 7 with a relative error of ln(1 + f)
/// under 6e-9.
@inlinable @inline(__always)
func logarithmOfNormal(_ x: Float, exponentBefore m: Float) -> Float {
    let bits = Int32(bitPattern: x.bitPattern) &- 0x3F35_04F3
    let n = Float(bits &>> 23) + m
    let f = Float(bitPattern: UInt32(bitPattern: (bits & 0x007F_FFFF) &+ 0x3F35_04F3)) - 1
    var p: Float = -7.634_429_634e-2
    p = p * f + 1.276_154_965e-1
    p = p * f - 1.316_019_446e-1
    p = p * f + 1.420_176_178e-1
    p = p * f - 1.662_335_694e-1
    p = p * f + 2.000_122_666e-1
    p = p * f - 2.500_082_254e-1
    p = p * f + 3.333_333_135e-1
    let square = f * f
    // ln 2 in two parts, as in the exponential; the larger is added last.
    let small = (square * f * p - n * 2.121_944_4e-4) - 0.5 * square
    return (f + small) + n * 0.693_359_375
}

/// ln x in double precision, by the C library.
public func logarithm(_ x: Double) -> Double {
    Glibc.log(x)
}

/// xʸ, by the C library; not a number for x < 0 unless y is whole.
public func power(_ x: Float, _ y: Float) -> Float {
    Glibc.powf(x, y)
}
