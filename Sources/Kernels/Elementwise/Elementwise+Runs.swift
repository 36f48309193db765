// One run of a broadcast: a stretch of the result over which each operand either moves along or stands still.

extension Elementwise {
    /// `zᵢ ← f(xᵢ, yᵢ)` for one run of a broadcast: `range` of z, and an operand that repeats stands still.
    @inlinable @inline(__always)
    public static func mapRun(
        _ x: Span<Float>, from startX: Int, repeats repeatsX: Bool, _ y: Span<Float>, from startY: Int,
        repeats repeatsY: Bool, into z: inout MutableSpan<Float>, range: Range<Int>,
        _ transform: (Float, Float) -> Float
    ) {
        let count = range.count
        var run = z._mutatingExtracting(range)
        switch (repeatsX, repeatsY) {
        case (false, false):
            map(x.extracting(startX..<startX + count), y.extracting(startY..<startY + count), into: &run, transform)
        case (true, false):
            let fixed = x[startX]
            map(y.extracting(startY..<startY + count), into: &run) { transform(fixed, $0) }
        case (false, true):
            let fixed = y[startY]
            map(x.extracting(startX..<startX + count), into: &run) { transform($0, fixed) }
        case (true, true):
            let value = transform(x[startX], y[startY])
            for index in 0..<count { run[index] = value }
        }
    }

    /// `zᵢ ← f(zᵢ, xᵢ, yᵢ)` for one run of a broadcast: `range` of z, and an operand that repeats stands still.
    @inlinable @inline(__always)
    public static func updateRun(
        _ z: inout MutableSpan<Float>, range: Range<Int>, _ x: Span<Float>, from startX: Int, repeats repeatsX: Bool,
        _ y: Span<Float>, from startY: Int, repeats repeatsY: Bool, _ transform: (Float, Float, Float) -> Float
    ) {
        let count = range.count
        var run = z._mutatingExtracting(range)
        switch (repeatsX, repeatsY) {
        case (false, false):
            let (x, y) = (x.extracting(startX..<startX + count), y.extracting(startY..<startY + count))
            for index in 0..<count { run[index] = transform(run[index], x[index], y[index]) }
        case (true, false):
            let fixed = x[startX]
            update(&run, with: y.extracting(startY..<startY + count)) { transform($0, fixed, $1) }
        case (false, true):
            let fixed = y[startY]
            update(&run, with: x.extracting(startX..<startX + count)) { transform($0, $1, fixed) }
        case (true, true):
            let (first, second) = (x[startX], y[startY])
            update(&run) { transform($0, first, second) }
        }
    }
}
