// Loops over whole arrays: one index, one view for each operand, so that they vectorise.

/// y += alpha · x
public func accumulate(_ x: Span<Float>, times alpha: Float = 1, into y: inout MutableSpan<Float>) {
    precondition(x.count == y.count, "\(x.count) scalars into \(y.count)")
    for index in 0..<y.count { y[index] += alpha * x[index] }
}

/// The sums over the rows of x [m, n], added to `y` [n].
public func accumulateRows(_ x: Span<Float>, m: Int, n: Int, into y: inout MutableSpan<Float>) {
    precondition(x.count == m * n && y.count == n, "rows of [\(m), \(n)] over \(x.count) into \(y.count)")
    for row in 0..<m {
        let values = x.extracting(row * n..<(row + 1) * n)
        for column in 0..<n { y[column] += values[column] }
    }
}

/// The sum of `x`, in Double so that long sums keep their digits.
public func sum(_ x: Span<Float>) -> Double {
    var total = 0.0
    for index in 0..<x.count { total += Double(x[index]) }
    return total
}
