import Kernels
import Tensors

// Operations by their definitions, one element at a time.

/// All places of a shape, in row-major order.
func places(_ shape: Shape) -> [[Int]] {
    shape.axes.reduce([[]]) { places, length in places.flatMap { place in (0..<length).map { place + [$0] } } }
}

/// The place in a tensor of `shape` that a place in a broadcast result reads, by NumPy's rules, from the innermost axis
/// on.
func place(in shape: Shape, for place: [Int]) -> [Int] {
    zip(shape.axes, place.suffix(shape.rank)).map { $0 == 1 ? 0 : $1 }
}

/// The element of `tensor` that a place in a broadcast result reads.
func element(_ tensor: Tensor, at position: [Int]) -> Float {
    let own = place(in: tensor.shape, for: position)
    return tensor.scalars[zip(own, tensor.shape.axes).reduce(0) { $0 * $1.1 + $1.0 }]
}

/// The tensor of `shape` whose elements are computed from their places.
func tensor(_ shape: Shape, _ element: ([Int]) -> Float) -> Tensor {
    Tensor(places(shape).map(element), shape: shape)
}

/// Random shapes that broadcast to one random shape, with axes of length 0 and 1 among them.
func broadcastableShapes(_ count: Int, using generator: inout SeededGenerator) -> [Shape] {
    let lengths = [0, 1, 1, 2, 3]
    let result = (0..<Int(generator.next() % 5)).map { _ in lengths[Int(generator.next() % 5)] }
    return (0..<count).map { _ in
        let kept = result.suffix(Int(generator.next() % UInt64(result.count + 1)))
        return Shape(kept.map { generator.next() % 3 == 0 ? 1 : $0 })
    }
}

/// Σ xᵢ yᵢ in double precision.
func innerProduct(_ x: [Float], _ y: [Float]) -> Double {
    zip(x, y).reduce(0) { $0 + Double($1.0) * Double($1.1) }
}
