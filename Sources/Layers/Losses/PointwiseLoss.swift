import Kernels
import Tensors

/// A loss of one error e = prediction - target.
protocol PointwiseLoss: Sendable {
    func value(_ error: Float) -> Float
    /// Its derivative by the error.
    func slope(_ error: Float) -> Float
}

extension PointwiseLoss {
    /// Σ wᵢ ℓ(pᵢ - yᵢ) / Σ wᵢ, where the weights w are the mask, or 1; 0 if nothing counts.
    ///
    /// What a weight of 0 hides is not even read: a target that is absent may be not a number.
    func mean(_ predictions: Tensor, _ targets: Tensor, _ mask: Tensor?) -> Tensor {
        precondition(
            predictions.shape == targets.shape && predictions.shape == mask?.shape ?? predictions.shape,
            "a loss of predictions \(predictions.shape) and targets \(targets.shape)"
                + (mask.map { " under a mask \($0.shape)" } ?? ""))
        let weights = mask?.scalars ?? [Float](repeating: 1, count: predictions.count)
        var losses = [Float](repeating: 0, count: predictions.count)
        var slopes = losses
        var value = losses.mutableSpan
        var slope = slopes.mutableSpan
        let (p, y, w) = (predictions.scalars.span, targets.scalars.span, weights.span)
        for index in w.indices where w[index] != 0 {
            let error = p[index] - y[index]
            value[index] = w[index] * self.value(error)
            slope[index] = w[index] * self.slope(error)
        }
        let total = Reduction.sum(w)
        let scale = total > 0 ? 1 / total : 0
        let byError = slopes
        return Tensor([Reduction.sum(losses.span) * scale], shape: [], inputs: [predictions, targets]) {
            upstream, adjoints in
            adjoints.accumulate(into: predictions) { BLAS.add(byError.span, scale: upstream[0] * scale, into: &$0) }
            adjoints.accumulate(into: targets) { BLAS.add(byError.span, scale: -upstream[0] * scale, into: &$0) }
        }
    }
}
