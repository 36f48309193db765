import Kernels
import Tensors

/// The mean of the pinball losses of several quantiles at once: ``pinballLoss(_:_:quantile:mask:)`` of each of the Q
/// predictions of a target, over all of them; a single number.
///
/// ```swift
/// let head = QuantileHead(inputs: 64, quantiles: [0.05, 0.5, 0.95], using: &generator)
/// let loss = pinballLoss(head(x), y, quantiles: head.quantiles)      // [B, 3] and [B]
/// ```
/// - Parameters:
///   - predictions: [..., Q].
///   - targets: [...].
///   - quantiles: Q numbers between 0 and 1.
///   - mask: [...], a weight from 0 on for each target; the mean is then over what counts. What 0 hides is not read and
///     may be not a number. If nothing counts the loss is 0.
public func pinballLoss(
    _ predictions: Tensor, _ targets: Tensor, quantiles: [Float], mask: Tensor? = nil
) -> Tensor {
    let width = quantiles.count
    precondition(
        width > 0 && quantiles.allSatisfy { $0 > 0 && $0 < 1 }, "quantiles lie between 0 and 1, unlike \(quantiles)")
    precondition(
        predictions.shape.rank > 0 && predictions.shape[-1] == width
            && targets.shape == Shape(predictions.shape.axes.dropLast())
            && targets.shape == mask?.shape ?? targets.shape,
        "a loss of \(width) quantiles of predictions \(predictions.shape) and targets \(targets.shape)"
            + (mask.map { " under a mask \($0.shape)" } ?? ""))
    let total = mask.map { Reduction.sum($0.scalars.span) } ?? Float(targets.count)
    let scale = total > 0 ? 1 / (total * Float(width)) : 0
    let losses = quantiles.map { PinballError(quantile: $0) }
    var (values, slopes) = (
        [Float](repeating: 0, count: targets.count), [Float](repeating: 0, count: predictions.count)
    )
    let (p, y) = (predictions.scalars.span, targets.scalars.span)
    for row in 0..<targets.count {
        let weight = mask?.scalars[row] ?? 1
        guard weight != 0 else { continue }
        for column in 0..<width {
            let error = p[row * width + column] - y[row]
            values[row] += weight * losses[column].value(error)
            slopes[row * width + column] = weight * losses[column].slope(error)
        }
    }
    let byPrediction = slopes
    return Tensor([Reduction.sum(values.span) * scale], shape: [], of: predictions, targets) {
        upstream, adjoints in
        let factor = upstream[0] * scale
        adjoints.accumulate(into: predictions) { BLAS.add(byPrediction.span, scale: factor, into: &$0) }
        adjoints.accumulate(into: targets) { total in
            for row in 0..<total.count {
                total[row] -= factor * Reduction.sum(byPrediction.span.extracting(row * width..<(row + 1) * width))
            }
        }
    }
}
