import Kernels
import Synchronization
import Tensors

/// The transposes of an LSTM layer's weights, made when they are first asked for and kept as long as the weights.
///
/// A product with a stored transpose costs OpenBLAS a third less than one that transposes on the way. A model that only
/// answers pays for the copy once; one that is trained pays in each step, which is worth it for the recurrent weight
/// alone, because each step of a sequence uses it.
final class PackedWeights: Sendable {
    /// A transpose, row-major.
    final class Transpose: Sendable {
        let elements: [Float]

        init(of weight: Tensor) {
            elements = Rows.transposed(weight.scalars, width: weight.shape[1])
        }
    }

    private let inputTranspose = AtomicLazyReference<Transpose>()
    private let recurrentTranspose = AtomicLazyReference<Transpose>()

    /// Wᵀ [I, 4 H] of `weight`, which is always the same.
    func input(_ weight: Tensor) -> [Float] { Self.kept(inputTranspose, of: weight) }

    /// Rᵀ [H, 4 H] of `weight`, which is always the same.
    func recurrent(_ weight: Tensor) -> [Float] { Self.kept(recurrentTranspose, of: weight) }

    private static func kept(_ place: borrowing AtomicLazyReference<Transpose>, of weight: Tensor) -> [Float] {
        (place.load() ?? place.storeIfNil(Transpose(of: weight))).elements
    }
}
