import Glibc

/// ln(1 + eˣ), a smooth max(x, 0): max(x, 0) + ln(1 + e^-|x|), which does not overflow and keeps its digits where it is
/// small.
public func softplus(_ x: Float) -> Float {
    max(x, 0) + Glibc.log1pf(exponential(-abs(x)))
}
