import Kernels

extension Tensor {
    /// The tensors one behind the other along `axis`; their other axes are equal.
    public static func concatenated(_ parts: [Tensor], alongAxis axis: Int) -> Tensor {
        precondition(!parts.isEmpty, "nothing to concatenate")
        let first = parts[0].shape
        for part in parts {
            precondition(
                part.shape.rank == first.rank && part.shape.replacing(axis: axis, with: first[axis]) == first,
                "shapes \(first) and \(part.shape) do not join along axis \(axis)")
        }
        let length = parts.reduce(0) { $0 + $1.shape[axis] }
        let split = AxisSplit(first.replacing(axis: axis, with: length), axis: axis)
        let widths = parts.map { $0.shape[axis] * split.inner }
        var result: [Float] = []
        result.reserveCapacity(split.outer * split.block)
        for outer in 0..<split.outer {
            for (part, width) in zip(parts, widths) {
                result.append(contentsOf: part.scalars[outer * width..<(outer + 1) * width])
            }
        }
        let shape = first.replacing(axis: axis, with: length)
        return Tensor(result, shape: shape, inputs: parts) { upstream, adjoints in
            var offset = 0
            for (part, width) in zip(parts, widths) {
                adjoints.accumulate(into: part) { total in
                    for outer in 0..<split.outer {
                        let start = outer * split.block + offset
                        let own = upstream.span.extracting(start..<start + width)
                        Elementwise.add(own, into: &total, range: outer * width..<(outer + 1) * width)
                    }
                }
                offset += width
            }
        }
    }

    /// The tensors, which are of one shape, along a new axis, whose place in the result is `axis`: n of [a, b] become
    /// [n, a, b] at 0 and [a, b, n] at -1.
    public static func stacked(_ parts: [Tensor], alongAxis axis: Int = 0) -> Tensor {
        precondition(!parts.isEmpty, "nothing to stack")
        for part in parts {
            precondition(
                part.shape == parts[0].shape, "shapes \(parts[0].shape) and \(part.shape) do not stack")
        }
        let place = parts[0].shape.inserting(axis: axis, length: 1).place(of: axis)
        return concatenated(parts.map { $0.insertingAxis(at: place) }, alongAxis: place)
    }

    /// The slices along `axis`, one for each of its places, without that axis: what ``stacked(_:alongAxis:)`` joins.
    public func unstacked(alongAxis axis: Int = 0) -> [Tensor] {
        (0..<shape[axis]).map { slice($0, alongAxis: axis) }
    }
}
