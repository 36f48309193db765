import Glibc

// Branch-free elementary functions that loops over arrays vectorise.

/// e^x, within 2 ulp for x in -87...88; smaller arguments give the value at -87.3, larger ones that at 88.3.
///
/// x = n ln 2 + r with |r| <= ln 2 / 2; e^r by a polynomial of degree 6 in Horner form, 2^n by the exponent's bits
/// (Cody and Waite, "Software Manual for the Elementary Functions", 1980).
@inline(__always)
public func exponential(_ x: Float) -> Float {
    let clamped = min(max(x, -87.3), 88.3)
    // Adding 1.5 · 2²³ rounds to the nearest whole number and leaves it in the low bits.
    let shifted = clamped * 1.442_695_040_9 + 12_582_912
    let n = shifted - 12_582_912
    // ln 2 in two parts, so that n ln 2 loses no bits.
    let r = (clamped - n * 0.693_359_375) + n * 2.121_944_4e-4
    var p: Float = 1.388_888_889e-3
    p = p * r + 8.333_333_333e-3
    p = p * r + 4.166_666_667e-2
    p = p * r + 1.666_666_667e-1
    p = p * r + 0.5
    p = p * r + 1
    p = p * r + 1
    let power = Float(bitPattern: (shifted.bitPattern &- 0x4B40_0000 &+ 127) << 23)
    return p * power
}

/// tanh x, within 4 ulp: an odd rational function of degrees 13 and 6 on |x| <= 7.9, beyond which tanh is 1 in Float.
///
/// The coefficients are those of the minimax approximation in Eigen (`ptanh_float`).
@inline(__always)
public func hyperbolicTangent(_ x: Float) -> Float {
    let x = min(max(x, -7.905), 7.905)
    let s = x * x
    var p: Float = -2.760_768_477_423_55e-16
    p = p * s + 2.000_187_904_824_77e-13
    p = p * s - 8.604_671_522_137_35e-11
    p = p * s + 5.122_297_090_371_14e-08
    p = p * s + 1.485_722_357_179_79e-05
    p = p * s + 6.372_619_288_754_36e-04
    p = p * s + 4.893_524_558_917_86e-03
    var q: Float = 1.198_258_394_667_02e-06
    q = q * s + 1.185_347_056_866_54e-04
    q = q * s + 2.268_434_632_439_00e-03
    q = q * s + 4.893_525_185_543_85e-03
    return x * p / q
}

/// 1 / (1 + e^-x) as (1 + tanh(x / 2)) / 2, with an absolute error under 2e-7.
@inline(__always)
public func logistic(_ x: Float) -> Float {
    0.5 + 0.5 * hyperbolicTangent(0.5 * x)
}

/// ln x, by the C library; minus infinity at 0, not a number below.
@inline(__always)
public func naturalLogarithm(_ x: Float) -> Float {
    Glibc.log(x)
}

/// ln x in Double, by the C library.
public func logarithm(_ x: Double) -> Double {
    Glibc.log(x)
}
