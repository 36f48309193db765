/// Sums and extremes of spans.
public enum Reduction {
    /// `Σ xᵢ`, added up in double precision, four quarters side by side, so that the order never depends on anything.
    public static func sum(_ x: Span<Float>) -> Float {
        Float(sum(x) { $0 })
    }

    /// The mean of the elements, and the sum of the squares of their distances from it, both taken in double precision;
    /// not a number and 0 if there are none.
    public static func moments(_ x: Span<Float>) -> (mean: Float, squares: Float) {
        let mean = sum(x) { $0 } / Double(x.count)
        let squares = sum(x) { element in
            let distance = element - mean
            return distance * distance
        }
        return (Float(mean), Float(squares))
    }

    /// `Σ f(xᵢ)`, the four quarters side by side and then what is behind them.
    @inline(__always)
    private static func sum(_ x: Span<Float>, of term: (Double) -> Double) -> Double {
        let quarter = x.count / 4
        let first = x.extracting(0..<quarter)
        let second = x.extracting(quarter..<2 * quarter)
        let third = x.extracting(2 * quarter..<3 * quarter)
        let fourth = x.extracting(3 * quarter..<4 * quarter)
        var sums = SIMD4<Double>.zero
        for index in 0..<quarter {
            sums += SIMD4(
                term(Double(first[index])), term(Double(second[index])), term(Double(third[index])),
                term(Double(fourth[index])))
        }
        var total = (sums.x + sums.y) + (sums.z + sums.w)
        for index in 4 * quarter..<x.count { total += term(Double(x[index])) }
        return total
    }

    /// The largest element; minus infinity for none, and not a number if one is.
    public static func maximum(_ x: Span<Float>) -> Float {
        extreme(x, from: -.infinity) { $0 .> $1 }
    }

    /// The smallest element; infinity for none, and not a number if one is.
    public static func minimum(_ x: Span<Float>) -> Float {
        extreme(x, from: .infinity) { $0 .< $1 }
    }

    /// The place of the largest element, the first of equal ones; that of the first which is not a number if there is
    /// one, and nil if there are no elements.
    public static func indexOfMaximum(_ x: Span<Float>) -> Int? {
        firstIndex(of: maximum(x), in: x)
    }

    /// The place of the smallest element, the first of equal ones; that of the first which is not a number if there is
    /// one, and nil if there are no elements.
    public static func indexOfMinimum(_ x: Span<Float>) -> Int? {
        firstIndex(of: minimum(x), in: x)
    }

    /// The element that comes before all others in eight interleaved parts, and `start`; not a number if one is.
    @inline(__always)
    private static func extreme(
        _ x: Span<Float>, from start: Float, _ isBefore: (SIMD8<Float>, SIMD8<Float>) -> SIMDMask<SIMD8<Int32>>
    ) -> Float {
        var best = SIMD8<Float>(repeating: start)
        // No order holds for what is not a number, so it is looked for apart.
        var unordered = SIMDMask<SIMD8<Int32>>(repeating: false)
        let whole = x.count / 8 * 8
        for index in Swift.stride(from: 0, to: whole, by: 8) {
            let lanes = SIMD8(
                x[index], x[index + 1], x[index + 2], x[index + 3], x[index + 4], x[index + 5], x[index + 6],
                x[index + 7])
            unordered .|= lanes .!= lanes
            best.replace(with: lanes, where: isBefore(lanes, best))
        }
        for index in whole..<x.count {
            let lanes = SIMD8<Float>(repeating: x[index])
            unordered .|= lanes .!= lanes
            best.replace(with: lanes, where: isBefore(lanes, best))
        }
        if any(unordered) { return .nan }
        var result = best[0]
        for lane in 1..<8 where isBefore(SIMD8(repeating: best[lane]), SIMD8(repeating: result))[0] {
            result = best[lane]
        }
        return result
    }

    private static func firstIndex(of value: Float, in x: Span<Float>) -> Int? {
        let isNumber = !value.isNaN
        for index in 0..<x.count where isNumber ? x[index] == value : x[index].isNaN { return index }
        return nil
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
