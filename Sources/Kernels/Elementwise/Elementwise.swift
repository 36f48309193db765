/// Loops over the elements of spans, compiled into vector instructions.
///
/// Each loop runs one index over one view per operand: safe spans of this form compile to the code that raw pointers
/// give, while offsets added inside the loop would keep the bounds checks in it.
public enum Elementwise {
    /// `yᵢ ← f(xᵢ)`.
    @inlinable @inline(__always)
    public static func map(_ x: Span<Float>, into y: inout MutableSpan<Float>, _ transform: (Float) -> Float) {
        let count = y.count
        precondition(x.count == count, "\(x.count) elements into \(count)")
        for index in 0..<count { y[index] = transform(x[index]) }
    }

    /// `zᵢ ← f(xᵢ, yᵢ)`.
    @inlinable @inline(__always)
    public static func map(
        _ x: Span<Float>, _ y: Span<Float>, into z: inout MutableSpan<Float>, _ transform: (Float, Float) -> Float
    ) {
        let count = z.count
        precondition(x.count == count && y.count == count, "\(x.count) and \(y.count) elements into \(count)")
        for index in 0..<count { z[index] = transform(x[index], y[index]) }
    }

    /// `yᵢ ← f(yᵢ)`.
    @inlinable @inline(__always)
    public static func update(_ y: inout MutableSpan<Float>, _ transform: (Float) -> Float) {
        for index in 0..<y.count { y[index] = transform(y[index]) }
    }

    /// `yᵢ ← f(yᵢ, xᵢ)`.
    @inlinable @inline(__always)
    public static func update(
        _ y: inout MutableSpan<Float>, with x: Span<Float>, _ transform: (Float, Float) -> Float
    ) {
        let count = y.count
        precondition(x.count == count, "\(x.count) elements onto \(count)")
        for index in 0..<count { y[index] = transform(y[index], x[index]) }
    }

    /// `yᵢ ← yᵢ + xᵢ` over `range` of y.
    public static func add(_ x: Span<Float>, into y: inout MutableSpan<Float>, range: Range<Int>) {
        var run = y._mutatingExtracting(range)
        update(&run, with: x) { $0 + $1 }
    }

    /// `yᵢ ← xᵢ` over `range` of y.
    public static func copy(_ x: Span<Float>, into y: inout MutableSpan<Float>, range: Range<Int>) {
        var run = y._mutatingExtracting(range)
        map(x, into: &run) { $0 }
    }
}
