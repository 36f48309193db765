/// Copies of elements that do not lie side by side.
public enum Strided {
    /// Edge of the square tiles in which elements are moved, so that both sides of a transposition stay in the cache.
    private static let tile = 16

    /// A matrix of `rows` by `width`, whose elements lie `rowStep` and `step` apart in x, row-major into y:
    ///
    ///     y[place + i width + j] ← x[start + i rowStep + j step]
    public static func copy(
        _ x: Span<Float>, from start: Int, rowStep: Int, step: Int, rows: Int, width: Int,
        into y: inout MutableSpan<Float>, at place: Int
    ) {
        guard rows > 0, width > 0 else { return }
        if step == 1 {
            for row in 0..<rows {
                let first = start + row * rowStep
                let target = place + row * width
                Elementwise.copy(x.extracting(first..<first + width), into: &y, range: target..<target + width)
            }
            return
        }
        for top in Swift.stride(from: 0, to: rows, by: tile) {
            for left in Swift.stride(from: 0, to: width, by: tile) {
                for row in top..<min(top + tile, rows) {
                    for column in left..<min(left + tile, width) {
                        y[place + row * width + column] = x[start + row * rowStep + column * step]
                    }
                }
            }
        }
    }
}
