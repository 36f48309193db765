import Kernels
import Synchronization
import Tensors

/// The transposes of an LSTM layer's weights as ``LSTMCell`` wants the sums, with the part of the candidate g doubled,
/// made when they are first asked for and kept as long as the weights.
///
/// A product with a stored transpose costs OpenBLAS a third less than one that transposes on the way. A model that only
/// answers pays for the copy once; one that is trained pays in each step, which is little beside its products.
final class PackedWeights: Sendable {
    /// A transpose [n, 4 H], row-major.
    final class Transpose: Sendable {
        let elements: AlignedElements

        init(of weight: Tensor) {
            var elements = Rows.transposed(weight.scalars, width: weight.shape[1])
            elements.withMutableSpan { LSTMCell.doubleCandidates(of: &$0, hidden: weight.shape[0] / 4) }
            self.elements = AlignedElements(elements)
        }
    }

    private let inputTranspose = AtomicLazyReference<Transpose>()
    private let recurrentTranspose = AtomicLazyReference<Transpose>()

    /// Wᵀ [I, 4 H] of `weight`, which is always the same.
    func input(_ weight: Tensor) -> AlignedElements { Self.kept(inputTranspose, of: weight) }

    /// Rᵀ [H, 4 H] of `weight`, which is always the same.
    func recurrent(_ weight: Tensor) -> AlignedElements { Self.kept(recurrentTranspose, of: weight) }

    private static func kept(_ place: borrowing AtomicLazyReference<Transpose>, of weight: Tensor) -> AlignedElements {
        (place.load() ?? place.storeIfNil(Transpose(of: weight))).elements
    }
}
