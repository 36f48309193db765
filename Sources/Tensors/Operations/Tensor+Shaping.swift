// Operations that move elements and compute nothing.

extension Tensor {
    /// The same elements, in the same order, as an array of `newShape`.
    public func reshaped(_ newShape: Shape) -> Tensor {
        precondition(newShape.count == count, "\(shape) does not become \(newShape)")
        return Tensor(scalars, shape: newShape, of: self) { upstream, adjoints in adjoints.add(upstream, to: self) }
    }

    /// Two axes exchanged, by default the two innermost: [..., m, n] becomes [..., n, m].
    public func transposed(_ first: Int = -2, _ second: Int = -1) -> Tensor {
        let (i, j) = (shape.place(of: first), shape.place(of: second))
        guard i != j else { return self }
        let (low, high) = (min(i, j), max(i, j))
        let axes = shape.axes
        let exchange = AxisExchange(
            outer: axes[..<low].reduce(1, *), first: axes[low], between: axes[(low + 1)..<high].reduce(1, *),
            second: axes[high], inner: axes[(high + 1)...].reduce(1, *))
        let result = shape.replacing(axis: i, with: shape[j]).replacing(axis: j, with: shape[i])
        return Tensor(exchange.applied(to: scalars), shape: result, of: self) { upstream, adjoints in
            adjoints.add(exchange.reversed.applied(to: upstream), to: self)
        }
    }
}

/// [outer, first, between, second, inner] as [outer, second, between, first, inner].
private struct AxisExchange: Sendable {
    var outer: Int
    var first: Int
    var between: Int
    var second: Int
    var inner: Int

    var reversed: AxisExchange {
        AxisExchange(outer: outer, first: second, between: between, second: first, inner: inner)
    }

    func applied(to x: [Float]) -> [Float] {
        var y: [Float] = []
        y.reserveCapacity(x.count)
        for o in 0..<outer {
            for s in 0..<second {
                for b in 0..<between {
                    for f in 0..<first {
                        let start = (((o * first + f) * between + b) * second + s) * inner
                        if inner == 1 {
                            y.append(x[start])
                        } else {
                            y.append(contentsOf: x[start..<start + inner])
                        }
                    }
                }
            }
        }
        return y
    }
}
