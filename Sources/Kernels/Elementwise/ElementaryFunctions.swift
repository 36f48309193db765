// Elementary functions without branches and without calls, so that loops over them become vector instructions.
//
// Those around e^x stand on one reduction (Cody and Waite, "Software Manual for the Elementary Functions", 1980):
// x = n ln 2 + r with |r| <= ln 2 / 2, and e^r - 1 - r = r² q(r). The coefficients of q are a minimax fit of degree 4
// with a relative error of e^r - 1 under 1.4e-8. Products and sums are written apart: a fused multiply-add would be a
// call on processors without one.

/// eˣ, within 2 ulp where the result is a normal number; 0 below -104, infinity above 88.73, and not a number stays one.
@inlinable @inline(__always)
public func exponential(_ x: Float) -> Float {
    let (exponent, fraction) = reducedExponential(clamped(x, from: -104, to: 89))
    // Two factors, because 2^128 and 2^-150, which the ends of the range need, are no numbers of their own.
    let half = exponent >> 1
    return (fraction + 1) * powerOfTwo(half) * powerOfTwo(exponent &- half)
}

/// tanh x, within 3 ulp: m / (m + 2) with m = e^(2x) - 1, which keeps all digits around 0.
@inlinable @inline(__always)
public func hyperbolicTangent(_ x: Float) -> Float {
    // From 9.01 on the result rounds to 1.
    let (exponent, fraction) = reducedExponential(clamped(2 * x, from: -20, to: 20))
    let scale = powerOfTwo(exponent)
    let m = fraction * scale + (scale - 1)
    return m / (m + 2)
}

/// The logistic function 1 / (1 + e^-x), within 3 ulp above -87; below it stays at 1.6e-38.
@inlinable @inline(__always)
public func logistic(_ x: Float) -> Float {
    let (exponent, fraction) = reducedExponential(clamped(-x, from: -87, to: 87))
    return 1 / (1 + (fraction + 1) * powerOfTwo(exponent))
}

/// n and e^r - 1 for x = n ln 2 + r.
@inlinable @inline(__always)
func reducedExponential(_ x: Float) -> (exponent: Int32, fraction: Float) {
    // Adding 1.5 · 2²³ rounds to the nearest whole number, which then stands in the low bits.
    let shifted = x * 1.442_695_04 + 12_582_912
    let n = shifted - 12_582_912
    // ln 2 in two parts: the first has few digits, so that n times it is exact.
    let r = (x - n * 0.693_359_375) + n * 2.121_944_4e-4
    var q: Float = 1.388_251_649e-3
    q = q * r + 8.366_547_127e-3
    q = q * r + 4.166_720_071e-2
    q = q * r + 1.666_654_342e-1
    q = q * r + 4.999_999_815e-1
    return (Int32(bitPattern: shifted.bitPattern) &- 0x4B40_0000, q * r * r + r)
}

/// 2ⁿ for -126 <= n <= 127.
@inlinable @inline(__always)
func powerOfTwo(_ n: Int32) -> Float {
    Float(bitPattern: UInt32(bitPattern: (n &+ 127) &<< 23))
}

/// The nearest number to x in the range; not a number stays one.
@inlinable @inline(__always)
public func clamped(_ x: Float, from lowest: Float, to highest: Float) -> Float {
    let raised = x < lowest ? lowest : x
    return raised > highest ? highest : raised
}

/// |x|; not a number stays one.
@inlinable @inline(__always)
func magnitude(_ x: Float) -> Float {
    Float(bitPattern: x.bitPattern & 0x7FFF_FFFF)
}
