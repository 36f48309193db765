/// Sums and extremes of spans.
public enum Reduction {
    /// `Σ xᵢ`, added up in double precision in four interleaved parts, so that the order never depends on anything.
    public static func sum(_ x: Span<Float>) -> Float {
        let quarter = x.count / 4
        let first = x.extracting(0..<quarter)
        let second = x.extracting(quarter..<2 * quarter)
        let third = x.extracting(2 * quarter..<3 * quarter)
        let fourth = x.extracting(3 * quarter..<4 * quarter)
        var sums = SIMD4<Double>.zero
        for index in 0..<quarter {
            sums += SIMD4(Double(first[index]), Double(second[index]), Double(third[index]), Double(fourth[index]))
        }
        var total = (sums.x + sums.y) + (sums.z + sums.w)
        for index in 4 * quarter..<x.count { total += Double(x[index]) }
        return Float(total)
    }

    /// The largest element; minus infinity for none, and not a number if one is.
    public static func maximum(_ x: Span<Float>) -> Float {
        var largest = -Float.infinity
        for index in 0..<x.count where !(x[index] <= largest) {
            if x[index].isNaN { return .nan }
            largest = x[index]
        }
        return largest
    }

    /// Whether no element is infinite or not a number.
    public static func isFinite(_ x: Span<Float>) -> Bool {
        // 0 · x is 0 for a finite x and not a number otherwise; unlike an early exit, the sum is a vector loop.
        var sum = SIMD8<Float>.zero
        let whole = x.count / 8 * 8
        for index in Swift.stride(from: 0, to: whole, by: 8) {
            let lanes = SIMD8(
                x[index], x[index + 1], x[index + 2], x[index + 3], x[index + 4], x[index + 5], x[index + 6],
                x[index + 7])
            sum += lanes * 0
        }
        var isFinite = sum.sum() == 0
        for index in whole..<x.count where !x[index].isFinite { isFinite = false }
        return isFinite
    }
}
