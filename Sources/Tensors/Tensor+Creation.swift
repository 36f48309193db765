import Kernels

extension Tensor {
    /// A single number, of shape [].
    public init(_ scalar: Float) {
        self.init([scalar], shape: [])
    }

    /// All elements `value`.
    public init(repeating value: Float, shape: Shape) {
        self.init([Float](repeating: value, count: shape.count), shape: shape)
    }

    /// All elements 0.
    public static func zeros(_ shape: Shape) -> Tensor { Tensor(repeating: 0, shape: shape) }

    /// All elements 1.
    public static func ones(_ shape: Shape) -> Tensor { Tensor(repeating: 1, shape: shape) }

    /// The unit matrix [n, n]: 1 on the diagonal, 0 elsewhere.
    public static func identity(_ n: Int) -> Tensor { oneHot(Array(0..<n), classes: n) }

    /// One row for each place: 1 there and 0 elsewhere; of shape [m, classes] for m `places`, each from 0 to less than
    /// `classes`.
    public static func oneHot(_ places: [Int], classes: Int) -> Tensor {
        ones([places.count]).scattered(to: places, alongAxis: -1, count: classes)
    }

    /// The numbers `start`, `start + step`, `start + 2 step` and so on before `end`, of shape [n]. PyTorch's `arange`.
    ///
    /// ```swift
    /// let isPast = Tensor.range(to: 5) .<= Tensor.range(to: 5).reshaped([5, 1])      // ones up to the diagonal
    /// ```
    public static func range(from start: Float = 0, to end: Float, by step: Float = 1) -> Tensor {
        precondition(
            step != 0 && step.isFinite && start.isFinite && end.isFinite, "no range from \(start) to \(end) by \(step)")
        let numbers = Array(stride(from: start, to: end, by: step))
        return Tensor(numbers, shape: [numbers.count])
    }

    /// `count` numbers at equal distances from `start` to `end`, both included, of shape [count]. PyTorch's `linspace`.
    public static func linearSpace(from start: Float, through end: Float, count: Int) -> Tensor {
        precondition(count > 0, "\(count) numbers from \(start) through \(end)")
        // From both ends, so that each is met exactly.
        let step = (end - start) / Float(Swift.max(count - 1, 1))
        let numbers = (0..<count).map { place in
            place <= (count - 1) / 2 ? start + Float(place) * step : end - Float(count - 1 - place) * step
        }
        return Tensor(numbers, shape: [count])
    }

    /// Independent elements, uniform in [-bound, bound).
    public static func uniform(_ shape: Shape, bound: Float, using generator: inout SeededGenerator) -> Tensor {
        var result = Tensor.zeros(shape)
        result.update { Elementwise.update(&$0) { _ in (2 * generator.uniform() - 1) * bound } }
        return result
    }

    /// Independent elements, normal with mean 0.
    public static func normal(
        _ shape: Shape, standardDeviation: Float = 1, using generator: inout SeededGenerator
    ) -> Tensor {
        var result = Tensor.zeros(shape)
        result.update { Elementwise.update(&$0) { _ in generator.normal() * standardDeviation } }
        return result
    }
}
