import Kernels

extension Tensor {
    /// The sum of all elements, of shape [].
    public func sum() -> Tensor {
        let count = count
        return Tensor([Float(Kernels.sum(scalars.span))], shape: [], inputs: [self]) { upstream in
            [[Float](repeating: upstream[0], count: count)]
        }
    }

    /// The mean of all elements, of shape []; 0 if there are none.
    public func mean() -> Tensor {
        count == 0 ? sum() : sum() / Float(count)
    }

    /// The sums along `axis`, which disappears; a negative axis counts from the innermost.
    public func sum(alongAxis axis: Int) -> Tensor {
        let place = axis < 0 ? axis + shape.rank : axis
        precondition(place >= 0 && place < shape.rank, "axis \(axis) of the shape \(shape)")
        let axes = shape.axes
        let outer = axes[..<place].reduce(1, *)
        let length = axes[place]
        let inner = axes[(place + 1)...].reduce(1, *)
        let x = scalars
        var result = [Float](repeating: 0, count: outer * inner)
        for i in 0..<outer {
            for j in 0..<length {
                for k in 0..<inner { result[i * inner + k] += x[(i * length + j) * inner + k] }
            }
        }
        var rest = axes
        rest.remove(at: place)
        return Tensor(result, shape: Shape(rest), inputs: [self]) { upstream in
            var gradient = [Float](repeating: 0, count: outer * length * inner)
            for i in 0..<outer {
                for j in 0..<length {
                    for k in 0..<inner { gradient[(i * length + j) * inner + k] = upstream[i * inner + k] }
                }
            }
            return [gradient]
        }
    }

    /// The means along `axis`, which disappears.
    public func mean(alongAxis axis: Int) -> Tensor {
        sum(alongAxis: axis) / Float(max(shape[axis], 1))
    }

    /// e^x over the sum of e^x along the innermost axis; rows sum to 1, and large elements do not overflow.
    public func softmax() -> Tensor {
        let length = shape[-1]
        let y = Self.softmax(scalars, length: length)
        return Tensor(y, shape: shape, inputs: [self]) { upstream in
            var gradient = upstream
            for start in stride(from: 0, to: y.count, by: max(length, 1)) {
                var weighted: Float = 0
                for index in start..<start + length { weighted += upstream[index] * y[index] }
                for index in start..<start + length { gradient[index] = y[index] * (upstream[index] - weighted) }
            }
            return [gradient]
        }
    }

    /// The logarithm of ``softmax()``, computed without forming small probabilities.
    public func logSoftmax() -> Tensor {
        let length = shape[-1]
        var y = scalars
        for start in stride(from: 0, to: y.count, by: max(length, 1)) {
            let row = start..<start + length
            let largest = y[row].max() ?? 0
            let logSum = largest + naturalLogarithm(row.reduce(0) { $0 + exponential(y[$1] - largest) })
            for index in row { y[index] -= logSum }
        }
        let result = y
        return Tensor(result, shape: shape, inputs: [self]) { upstream in
            var gradient = upstream
            for start in stride(from: 0, to: result.count, by: max(length, 1)) {
                let row = start..<start + length
                let total = row.reduce(0) { $0 + upstream[$1] }
                for index in row { gradient[index] -= exponential(result[index]) * total }
            }
            return [gradient]
        }
    }

    private static func softmax(_ x: [Float], length: Int) -> [Float] {
        var y = x
        for start in stride(from: 0, to: y.count, by: max(length, 1)) {
            let row = start..<start + length
            let largest = y[row].max() ?? 0
            var total: Float = 0
            for index in row {
                y[index] = exponential(y[index] - largest)
                total += y[index]
            }
            for index in row { y[index] /= total }
        }
        return y
    }
}
