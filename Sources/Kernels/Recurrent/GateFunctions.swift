// The functions of gates, for loops in which they are most of the work. They are taken in two passes, first an exponential
// and then what is made of it: each pass is a short chain of operations, so that the processor works on several elements
// at once. The absolute error is still that of one rounding at 1; what they give up is the relative error of results near 0,
// where a gate is shut and the sums around it are rounded at 1 all the same.

/// e^-x for -28 <= x <= 28, and its ends beyond; within 3 ulp of 2^t with t = -x / ln 2 rounded once. What arithmetic
/// makes that is not a number stays one; of a payload the lowest nine bits must be 0.
@inlinable @inline(__always)
public func shutting(_ x: Float) -> Float {
    baseTwoExponential(raised(x, to: -28) * -1.442_695_04)
}

/// e^-2x for -14 <= x <= 14, and its ends beyond; as ``shutting(_:)``.
@inlinable @inline(__always)
public func doublyShutting(_ x: Float) -> Float {
    baseTwoExponential(raised(x, to: -14) * -2.885_390_08)
}

/// The logistic function 1 / (1 + e^-x) from e = ``shutting(_:)`` of x, with an absolute error under 1e-7.
@inlinable @inline(__always)
public func gateLogistic(from e: Float) -> Float {
    1 / (1 + e)
}

/// tanh x = 2 / (1 + e^-2x) - 1 from e = ``doublyShutting(_:)`` of x, with an absolute error under 2e-7; exactly 0 at 0.
@inlinable @inline(__always)
public func gateTangent(from e: Float) -> Float {
    2 / (1 + e) - 1
}

/// 2ˣ for x up to 40.4, and 2^-40.4 below -40.4, so that a product of three is still a number; within 3 ulp.
///
/// 2ˣ = 2ⁿ 2ʳ with |r| <= 1/2, where 2ʳ = 1 + r q(r) and q is a minimax fit of degree 4 with a relative error of 2ʳ under
/// 9.2e-8, added up in pairs (Estrin, 1960): half as long a chain of operations that wait for each other.
@inlinable @inline(__always)
func baseTwoExponential(_ x: Float) -> Float {
    let x = raised(x, to: -40.4)
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
