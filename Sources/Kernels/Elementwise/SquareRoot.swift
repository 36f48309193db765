/// √x of a number that is not negative, correctly rounded; not a number stays one.
///
/// `squareRoot()` alone calls the C library for a negative number, so that this can set its error, and a loop with a call
/// in it does not become vector instructions. The magnitude shows the compiler that there is nothing to call for.
@inlinable @inline(__always)
public func squareRoot(ofMagnitude x: Float) -> Float {
    abs(x).squareRoot()
}
