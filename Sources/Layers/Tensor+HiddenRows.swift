import Kernels
import Tensors

extension Tensor {
    /// The same elements, but zeros in the rows that `mask` hides, whatever stands there; no gradient flows back to them.
    ///
    /// A product with the mask would keep what is not a number, here and in the gradients of every weight before.
    ///
    /// - Parameter mask: [B, S], 0 for a hidden element of a sequence, for this [B, S, D] or [B, heads, S, D]. Nothing is
    ///   hidden if it is nil.
    func hidingRows(where mask: Tensor?) -> Tensor {
        guard let mask else { return self }
        let (steps, width) = (shape[-2], shape[-1])
        precondition(mask.shape == [shape[0], steps], "a mask \(mask.shape) for sequences \(shape)")
        guard mask.scalars.contains(0) else { return self }
        let heads = shape.rank == 4 ? shape[1] : 1
        let kept = mask.scalars
        @Sendable func hide(_ elements: inout [Float]) {
            elements.withMutableSpan { elements in
                var row = 0
                Rows.forEach(&elements, width: width) { values in
                    if kept[row / (heads * steps) * steps + row % steps] == 0 { Elementwise.update(&values) { _ in 0 } }
                    row += 1
                }
            }
        }
        var result = scalars
        hide(&result)
        return Tensor(result, shape: shape, of: self) { upstream, adjoints in
            var gradient = upstream
            hide(&gradient)
            adjoints.add(gradient, to: self)
        }
    }
}
