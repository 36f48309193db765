import Kernels
import Tensors

// Losses over predictions p and targets y of one shape, [...]: a single number, of shape []. A mask of that shape weighs the
// elements: Σ wᵢ ℓ(pᵢ, yᵢ) / Σ wᵢ with weights from 0 on, by default 1. What 0 hides is not read and may be not a number; if
// nothing counts the loss is 0. Other shapes are refused with all of them in the text.

/// The mean of (p - y)² over predictions p and targets y of one shape, [...].
///
/// - Parameter mask: [...], a weight from 0 on for each element; what 0 hides may be not a number. If nothing counts the loss
///   is 0.
public func meanSquaredError(_ predictions: Tensor, _ targets: Tensor, mask: Tensor? = nil) -> Tensor {
    SquaredError().mean(predictions, targets, mask)
}

/// The mean of |p - y| over predictions p and targets y of one shape, [...]; the derivative at 0 is taken as 0.
///
/// - Parameter mask: as for ``meanSquaredError(_:_:mask:)``.
public func meanAbsoluteError(_ predictions: Tensor, _ targets: Tensor, mask: Tensor? = nil) -> Tensor {
    AbsoluteError().mean(predictions, targets, mask)
}

/// The mean of Huber's loss over predictions p and targets y of one shape, [...]: e² / 2 for |e| <= delta, else
/// delta (|e| - delta / 2), with e = p - y (Huber, "Robust Estimation of a Location Parameter", 1964).
///
/// - Parameters:
///   - delta: over 0; from there on the loss grows in a straight line.
///   - mask: as for ``meanSquaredError(_:_:mask:)``.
public func huberLoss(_ predictions: Tensor, _ targets: Tensor, delta: Float = 1, mask: Tensor? = nil) -> Tensor {
    precondition(delta > 0, "delta must be positive, not \(delta)")
    return HuberError(delta: delta).mean(predictions, targets, mask)
}

/// The mean pinball loss of one quantile q over predictions p and targets y of one shape, [...]:
/// max(q (y - p), (q - 1) (y - p)) (Koenker and Bassett, "Regression Quantiles", 1978).
///
/// Its minimum over p is the q-quantile of y; the derivative at 0 is taken as 0.
///
/// - Parameters:
///   - quantile: q, between 0 and 1.
///   - mask: as for ``meanSquaredError(_:_:mask:)``.
public func pinballLoss(_ predictions: Tensor, _ targets: Tensor, quantile: Float, mask: Tensor? = nil) -> Tensor {
    precondition(quantile > 0 && quantile < 1, "a quantile lies between 0 and 1, not at \(quantile)")
    return PinballError(quantile: quantile).mean(predictions, targets, mask)
}

/// The mean binary cross-entropy over logits z and targets y of one shape, [...]: -y ln σ(z) - (1 - y) ln(1 - σ(z)), with
/// the logistic function σ.
///
/// Computed as ln(1 + e^-|z|) + max(z, 0) (1 - y) + max(-z, 0) y, which does not overflow and keeps the digits of a loss
/// that is small.
///
/// - Parameters:
///   - logits: z, any numbers.
///   - targets: y in [0, 1]: classes, or probabilities.
///   - mask: as for ``meanSquaredError(_:_:mask:)``.
public func binaryCrossEntropy(logits: Tensor, targets: Tensor, mask: Tensor? = nil) -> Tensor {
    BinaryCrossEntropy().mean(logits, targets, mask)
}

struct SquaredError: ErrorLoss {
    func value(_ error: Float) -> Float { error * error }
    func slope(_ error: Float) -> Float { 2 * error }
}

struct AbsoluteError: ErrorLoss {
    func value(_ error: Float) -> Float { abs(error) }
    func slope(_ error: Float) -> Float { error > 0 ? 1 : error < 0 ? -1 : 0 }
}

struct HuberError: ErrorLoss {
    let delta: Float
    func value(_ error: Float) -> Float {
        abs(error) <= delta ? 0.5 * error * error : delta * (abs(error) - 0.5 * delta)
    }
    func slope(_ error: Float) -> Float { error > delta ? delta : error < -delta ? -delta : error }
}

struct PinballError: ErrorLoss {
    let quantile: Float
    func value(_ error: Float) -> Float { error > 0 ? (1 - quantile) * error : -quantile * error }
    func slope(_ error: Float) -> Float { error > 0 ? 1 - quantile : error < 0 ? -quantile : 0 }
}

struct BinaryCrossEntropy: PointwiseLoss {
    func value(_ logit: Float, _ target: Float) -> Float {
        softplus(-abs(logit)) + max(logit, 0) * (1 - target) + max(-logit, 0) * target
    }
    func slope(_ logit: Float, _ target: Float) -> Float { logistic(logit) - target }
    func targetSlope(_ logit: Float, _ target: Float) -> Float { -logit }
}
