import Tensors

// Losses over predictions and targets of one shape. Where a mask is given (1 counts, 0 does not), the mean is over what
// counts; a batch in which nothing counts has the loss 0.

/// The mean of (p - y)².
public func meanSquaredError(_ predictions: Tensor, _ targets: Tensor, mask: Tensor? = nil) -> Tensor {
    maskedMean((predictions - targets).squared(), mask)
}

/// The mean of |p - y|.
public func meanAbsoluteError(_ predictions: Tensor, _ targets: Tensor, mask: Tensor? = nil) -> Tensor {
    maskedMean((predictions - targets).abs(), mask)
}

/// The mean of Huber's loss: e² / 2 for |e| <= delta, else delta (|e| - delta / 2) (Huber, 1964).
public func huberLoss(_ predictions: Tensor, _ targets: Tensor, delta: Float = 1, mask: Tensor? = nil) -> Tensor {
    precondition(delta > 0, "delta must be positive, not \(delta)")
    let error = (predictions - targets).abs()
    // With c = min(|e|, delta) the loss is c (|e| - c / 2); c = |e| - max(|e| - delta, 0).
    let clipped = error - (error - delta).relu()
    return maskedMean(clipped * (error - clipped * 0.5), mask)
}

/// The mean of the pinball loss of one quantile: max(q e, (q - 1) e) with e = y - p (Koenker and Bassett, 1978).
public func pinballLoss(_ predictions: Tensor, _ targets: Tensor, quantile: Float, mask: Tensor? = nil) -> Tensor {
    precondition(quantile > 0 && quantile < 1, "a quantile lies between 0 and 1, not at \(quantile)")
    let error = targets - predictions
    // q e + max(-e, 0)
    return maskedMean(error * quantile + (-error).relu(), mask)
}

private func maskedMean(_ losses: Tensor, _ mask: Tensor?) -> Tensor {
    guard let mask else { return losses.mean() }
    precondition(mask.shape == losses.shape, "a mask \(mask.shape) for losses \(losses.shape)")
    let weight = mask.scalars.reduce(0, +)
    return weight > 0 ? (losses * mask).sum() / weight : (losses * mask).sum()
}
