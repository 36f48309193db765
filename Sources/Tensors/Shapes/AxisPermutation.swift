import Kernels

/// The way through the elements of a tensor whose axes come in another order.
///
/// Axes of length 1 count for nothing, and neighbours that stay neighbours are one axis.
struct AxisPermutation: Sendable {
    /// The lengths of the axes in their new order.
    let result: Shape
    /// Up to four axes of the result, and how far apart their elements lie in the source.
    private var lengths = FourLengths(repeating: 1)
    private var steps = FourLengths(repeating: 1)

    /// The axis of the result at place i is the axis `order[i]` of `shape`; `order` holds each once.
    init(_ shape: Shape, order: FourLengths) {
        result = Shape(rank: shape.rank) { shape[order[$0]] }
        var sourceSteps = FourLengths(repeating: 1)
        var step = 1
        for axis in (0..<shape.rank).reversed() {
            sourceSteps[axis] = step
            step *= shape[axis]
        }
        var place = 4
        for position in (0..<shape.rank).reversed() where shape[order[position]] != 1 {
            let axis = order[position]
            if place < 4, sourceSteps[axis] == lengths[place] * steps[place] {
                lengths[place] *= shape[axis]
            } else {
                place -= 1
                (lengths[place], steps[place]) = (shape[axis], sourceSteps[axis])
            }
        }
    }

    /// Whether the elements lie in the same order before and after.
    var keepsOrder: Bool { result.count == 0 || (lengths[3] == result.count && steps[3] == 1) }

    /// The elements `x` in their new order.
    func applied(to x: [Float]) -> [Float] {
        if keepsOrder { return x }
        var y = [Float](repeating: 0, count: x.count)
        var target = y.mutableSpan
        var place = 0
        for p in 0..<lengths[0] {
            for q in 0..<lengths[1] {
                Strided.copy(
                    x.span, from: p * steps[0] + q * steps[1], rowStep: steps[2], step: steps[3], rows: lengths[2],
                    width: lengths[3], into: &target, at: place)
                place += lengths[2] * lengths[3]
            }
        }
        return y
    }
}
