// Operations that move elements and compute nothing.

extension Tensor {
    /// The same elements, in the same order, as an array of `newShape`.
    public func reshaped(_ newShape: Shape) -> Tensor {
        precondition(newShape.count == count, "\(shape) does not become \(newShape)")
        return Tensor(scalars, shape: newShape, inputs: [self]) { [$0] }
    }

    /// The transpose of a matrix: [m, n] becomes [n, m].
    public func transposed() -> Tensor {
        precondition(shape.rank == 2, "only a matrix is transposed, not \(shape)")
        let (m, n) = (shape[0], shape[1])
        return Tensor(Self.transpose(scalars, m, n), shape: [n, m], inputs: [self]) { upstream in
            [Self.transpose(upstream, n, m)]
        }
    }

    private static func transpose(_ x: [Float], _ m: Int, _ n: Int) -> [Float] {
        var y = [Float](repeating: 0, count: x.count)
        for i in 0..<m {
            for j in 0..<n { y[j * m + i] = x[i * n + j] }
        }
        return y
    }

    /// The elements whose place along `axis` is in `range`.
    public func slice(_ range: Range<Int>, alongAxis axis: Int) -> Tensor {
        let place = axis < 0 ? axis + shape.rank : axis
        precondition(place >= 0 && place < shape.rank, "axis \(axis) of the shape \(shape)")
        precondition(
            range.lowerBound >= 0 && range.upperBound <= shape[place], "slice \(range) of axis \(axis) of \(shape)")
        var axes = shape.axes
        let outer = axes[..<place].reduce(1, *)
        let inner = axes[(place + 1)...].reduce(1, *)
        let (length, kept) = (axes[place], range.count)
        axes[place] = kept
        let x = scalars
        var result: [Float] = []
        result.reserveCapacity(outer * kept * inner)
        for i in 0..<outer {
            let start = (i * length + range.lowerBound) * inner
            result.append(contentsOf: x[start..<start + kept * inner])
        }
        return Tensor(result, shape: Shape(axes), inputs: [self]) { upstream in
            var gradient = [Float](repeating: 0, count: outer * length * inner)
            for i in 0..<outer {
                let start = (i * length + range.lowerBound) * inner
                for k in 0..<kept * inner { gradient[start + k] = upstream[i * kept * inner + k] }
            }
            return [gradient]
        }
    }

    /// The tensors one behind the other along `axis`; their other axes are equal.
    public static func concatenated(_ parts: [Tensor], alongAxis axis: Int) -> Tensor {
        precondition(!parts.isEmpty, "nothing to concatenate")
        let first = parts[0].shape
        let place = axis < 0 ? axis + first.rank : axis
        precondition(place >= 0 && place < first.rank, "axis \(axis) of the shape \(first)")
        for part in parts {
            var other = part.shape.axes
            precondition(other.count == first.rank, "shapes \(first) and \(part.shape) do not join")
            other[place] = first[place]
            precondition(other == first.axes, "shapes \(first) and \(part.shape) do not join along axis \(axis)")
        }
        var axes = first.axes
        let outer = axes[..<place].reduce(1, *)
        let inner = axes[(place + 1)...].reduce(1, *)
        let widths = parts.map { $0.shape[place] * inner }
        axes[place] = parts.reduce(0) { $0 + $1.shape[place] }
        var result: [Float] = []
        result.reserveCapacity(outer * axes[place] * inner)
        for i in 0..<outer {
            for (part, width) in zip(parts, widths) {
                result.append(contentsOf: part.scalars[i * width..<(i + 1) * width])
            }
        }
        let total = widths.reduce(0, +)
        return Tensor(result, shape: Shape(axes), inputs: parts) { upstream in
            var offset = 0
            return widths.map { width in
                defer { offset += width }
                var gradient: [Float] = []
                gradient.reserveCapacity(outer * width)
                for i in 0..<outer {
                    let start = i * total + offset
                    gradient.append(contentsOf: upstream[start..<start + width])
                }
                return gradient
            }
        }
    }
}
