import Kernels
import Tensors

/// A loss of one prediction p and its target y.
protocol PointwiseLoss: Sendable {
    func value(_ prediction: Float, _ target: Float) -> Float
    /// Its derivative by the prediction.
    func slope(_ prediction: Float, _ target: Float) -> Float
    /// Its derivative by the target.
    func targetSlope(_ prediction: Float, _ target: Float) -> Float
}

/// A loss of the error e = p - y alone.
protocol ErrorLoss: PointwiseLoss {
    func value(_ error: Float) -> Float
    /// Its derivative by the error.
    func slope(_ error: Float) -> Float
}

extension ErrorLoss {
    func value(_ prediction: Float, _ target: Float) -> Float { value(prediction - target) }
    func slope(_ prediction: Float, _ target: Float) -> Float { slope(prediction - target) }
    func targetSlope(_ prediction: Float, _ target: Float) -> Float { -slope(prediction - target) }
}

extension PointwiseLoss {
    /// Σ wᵢ ℓ(pᵢ, yᵢ) / Σ wᵢ, where the weights w are the mask, or 1; 0 if nothing counts.
    ///
    /// What a weight of 0 hides is not even read: a target that is absent may be not a number.
    func mean(_ predictions: Tensor, _ targets: Tensor, _ mask: Tensor?) -> Tensor {
        precondition(
            predictions.shape == targets.shape && predictions.shape == mask?.shape ?? predictions.shape,
            "a loss of predictions \(predictions.shape) and targets \(targets.shape)"
                + (mask.map { " under a mask \($0.shape)" } ?? ""))
        let (p, y, w) = (predictions.scalars.span, targets.scalars.span, mask?.scalars.span)
        let total = mask.map { Reduction.sum($0.scalars.span) } ?? Float(predictions.count)
        let scale = total > 0 ? 1 / total : 0
        let losses = Self.weighted(p, y, w, value)
        let byPrediction = predictions.isTracked ? Self.weighted(p, y, w, slope) : []
        let byTarget = targets.isTracked ? Self.weighted(p, y, w, targetSlope) : []
        return Tensor([Reduction.sum(losses.span) * scale], shape: [], of: predictions, targets) {
            upstream, adjoints in
            adjoints.accumulate(into: predictions) {
                BLAS.add(byPrediction.span, scale: upstream[0] * scale, into: &$0)
            }
            adjoints.accumulate(into: targets) { BLAS.add(byTarget.span, scale: upstream[0] * scale, into: &$0) }
        }
    }

    /// wᵢ f(pᵢ, yᵢ), and 0 where w is; without weights all are 1.
    @inline(__always)
    private static func weighted(
        _ p: Span<Float>, _ y: Span<Float>, _ w: Span<Float>?, _ function: (Float, Float) -> Float
    ) -> [Float] {
        var result = [Float](repeating: 0, count: p.count)
        var values = result.mutableSpan
        guard let w else {
            Elementwise.map(p, y, into: &values, function)
            return result
        }
        precondition(p.count == w.count && y.count == w.count, "\(p.count) and \(y.count) for \(w.count)")
        for index in 0..<w.count where w[index] != 0 { values[index] = w[index] * function(p[index], y[index]) }
        return result
    }
}
