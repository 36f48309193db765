import Kernels

extension Tensor {
    /// The elements whose place along `axis` is in `range`; a negative axis counts from the innermost.
    public func slice(_ range: Range<Int>, alongAxis axis: Int) -> Tensor {
        let split = AxisSplit(shape, axis: axis)
        precondition(
            range.lowerBound >= 0 && range.upperBound <= split.length, "slice \(range) of axis \(axis) of \(shape)")
        let (first, width) = (range.lowerBound * split.inner, range.count * split.inner)
        var result: [Float] = []
        result.reserveCapacity(split.outer * width)
        for outer in 0..<split.outer {
            let start = outer * split.block + first
            result.append(contentsOf: scalars[start..<start + width])
        }
        return Tensor(
            result, shape: shape.replacing(axis: axis, with: range.count), of: self
        ) { upstream, adjoints in
            // In place: a sequence that is cut into its steps then costs as much as the steps, not their square.
            adjoints.accumulate(into: self) { total in
                for outer in 0..<split.outer {
                    let start = outer * split.block + first
                    let part = upstream.span.extracting(outer * width..<(outer + 1) * width)
                    Elementwise.add(part, into: &total, range: start..<start + width)
                }
            }
        }
    }

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
}
