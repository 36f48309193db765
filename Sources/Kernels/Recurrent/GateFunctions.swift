// The functions of gates, for loops in which they are most of the work: half the instructions of `logistic` and
// `hyperbolicTangent`, with an absolute error that is still that of one rounding at 1. What they give up is the relative
// error of results near 0, where a gate is shut and the sums around it are rounded at 1 all the same.

/// The logistic function 1 / (1 + e^-x), with an absolute error under 1e-7; not a number stays one.
@inlinable @inline(__always)
public func gateLogistic(_ x: Float) -> Float {
    1 / (1 + baseTwoExponential(raised(x, to: -87) * -1.442_695_04))
}

/// tanh x = 2 / (1 + e^-2x) - 1, with an absolute error under 2e-7; exactly 0 at 0, and not a number stays one.
@inlinable @inline(__always)
public func gateTangent(_ x: Float) -> Float {
    2 / (1 + baseTwoExponential(raised(x, to: -43) * -2.885_390_08)) - 1
}

/// 2ˣ for x up to 126, and 2^-126 below -126; within 3 ulp.
///
/// 2ˣ = 2ⁿ 2ʳ with |r| <= 1/2, where 2ʳ = 1 + r q(r) and q is a minimax fit of degree 4 with a relative error of 2ʳ under
/// 9.2e-8, added up in pairs (Estrin, 1960): half as long a chain of operations that wait for each other.
@inlinable @inline(__always)
func baseTwoExponential(_ x: Float) -> Float {
    let x = raised(x, to: -126)
    // Adding 1.5 · 2²³ rounds to the nearest whole number, which then stands in the low bits.
    let shifted = x + 12_582_912
    let r = x - (shifted - 12_582_912)
    let square = r * r
    let low: Float = 1 + 0.693_147 * r
    let middle: Float = 0.240_222_42 + 0.055_507_336 * r
    let high: Float = 0.009_671_513 + 0.001_326_472_8 * r
    let fraction = low + square * (middle + square * high)
    // Onto the exponent, which has room for it.
    return Float(bitPattern: fraction.bitPattern &+ (shifted.bitPattern &<< 23))
}

/// The larger of x and `lowest`; not a number stays one. One instruction, where a clamp at both ends takes six: the
/// compiler turns two bounds in a row into a selection.
@inlinable @inline(__always)
func raised(_ x: Float, to lowest: Float) -> Float {
    x < lowest ? lowest : x
}
