import Kernels
import Layers
import Tensors

extension TwinCase {
    static let normalizations =
        ([([7, 5], 1e-5), ([1, 3], 1e-5), ([3, 1], 0.5), ([2, 3, 7], 1e-5), ([2, 1, 3, 11], 0.1), ([0, 3], 1e-5)]
        as [(Shape, Float)]).map { shape, epsilon in
            TwinCase(
                "layer norm \(shape)", [shape, [shape[-1]], [shape[-1]]],
                fused: { LayerNorm(weight: $0[1], bias: $0[2], epsilon: epsilon)($0[0]) },
                composed: { normalized($0[0], weight: $0[1], bias: $0[2], epsilon: epsilon) })
        }

    /// Its derivative does not follow from its result, unlike those of the other functions in a linear layer.
    static let gaussianRectifiers = ([[5, 3], [1, 7]] as [Shape]).map { shape in
        TwinCase(
            "linear gelu \(shape)", [shape, [2, shape[1]], [2]],
            fused: { Linear(weight: $0[1], bias: $0[2], activation: .gelu)($0[0]) },
            composed: { ($0[0].matmul($0[1], transposed: true) + $0[2]).gelu() })
    }

    static let embeddings = [
        TwinCase(
            "embedding", [[5, 3]], fused: { Embedding(weight: $0[0])([[4, 0, 4], [1, 4, 0]]) },
            composed: { products(with: $0[0], [4, 0, 4, 1, 4, 0]).reshaped([2, 3, 3]) }),
        TwinCase(
            "embedding of one", [[1, 1]], fused: { Embedding(weight: $0[0])([0]) },
            composed: { products(with: $0[0], [0]) }),
        TwinCase(
            "embedding without indices", [[2, 3]], fused: { Embedding(weight: $0[0])([[Int]]()) },
            composed: { products(with: $0[0], []).reshaped([0, 0, 3]) }),
    ]

    /// Rows of the unit matrix, times the table.
    private static func products(with table: Tensor, _ indices: [Int]) -> Tensor {
        let count = table.shape[0]
        let chosen = indices.flatMap { index in (0..<count).map { $0 == index ? 1 : 0 as Float } }
        return Tensor(chosen, shape: [indices.count, count]).matmul(table)
    }
}

/// Layer normalisation from tensor operations.
func normalized(_ x: Tensor, weight: Tensor, bias: Tensor, epsilon: Float) -> Tensor {
    let deviation = x - x.mean(alongAxis: -1, keepingAxis: true)
    let variance = deviation.squared().mean(alongAxis: -1, keepingAxis: true)
    return deviation / (variance + epsilon).sqrt() * weight + bias
}
