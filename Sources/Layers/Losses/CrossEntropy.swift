import Kernels
import Tensors

/// The mean cross-entropy of rows of logits z and the classes that were true: -Σ_c q_c ln softmax(z)_c, with q_c = 1 for
/// the class and 0 for the others, or smoothed; a single number.
///
/// The softmax and its logarithm are part of the primitive, so that no small probability is formed.
///
/// ```swift
/// let loss = crossEntropy(logits: network(x), classes: [2, 0, 1])       // logits [3, C]
/// ```
/// - Parameters:
///   - logits: [..., C].
///   - classes: one for each row of logits, row-major, from 0 to C - 1.
///   - labelSmoothing: ε in [0, 1): q is (1 - ε) of what it was, plus ε / C for each class (Szegedy et al., "Rethinking
///     the Inception Architecture", 2016).
///   - mask: a weight from 0 on for each row, [...]; the mean is then over what counts. What 0 hides is not read: its
///     class may be any number, its logits may be not a number. If nothing counts the loss is 0.
public func crossEntropy(
    logits: Tensor, classes: [Int], labelSmoothing: Float = 0, mask: Tensor? = nil
) -> Tensor {
    precondition(logits.shape.rank > 0 && logits.shape[-1] > 0, "no classes in logits \(logits.shape)")
    precondition(labelSmoothing >= 0 && labelSmoothing < 1, "label smoothing lies in [0, 1), not at \(labelSmoothing)")
    let width = logits.shape[-1]
    let rows = logits.count / width
    precondition(
        classes.count == rows && mask?.count ?? rows == rows
            && mask.map { $0.shape == Shape(logits.shape.axes.dropLast()) } ?? true,
        "a cross-entropy of logits \(logits.shape) and \(classes.count) classes"
            + (mask.map { " under a mask \($0.shape)" } ?? ""))
    let total = mask.map { Reduction.sum($0.scalars.span) } ?? Float(rows)
    let scale = total > 0 ? 1 / total : 0
    var losses = [Float](repeating: 0, count: rows)
    var slopes = [Float](repeating: 0, count: logits.count)
    var all = slopes.mutableSpan
    for row in 0..<rows {
        let weight = mask?.scalars[row] ?? 1
        guard weight != 0 else { continue }
        let place = row * width..<(row + 1) * width
        precondition(
            classes[row] >= 0 && classes[row] < width, "the class \(classes[row]) of row \(row) of \(width) classes")
        var own = all._mutatingExtracting(place)
        losses[row] =
            weight
            * crossEntropy(
                ofRow: logits.scalars.span.extracting(place), classes[row], smoothing: labelSmoothing,
                weight: weight, slopes: &own)
    }
    let byLogit = slopes
    return Tensor([Reduction.sum(losses.span) * scale], shape: [], of: logits) { upstream, adjoints in
        adjoints.accumulate(into: logits) { BLAS.add(byLogit.span, scale: upstream[0] * scale, into: &$0) }
    }
}

/// The loss of one row, and its derivatives w (p - q), with p the softmax.
private func crossEntropy(
    ofRow z: Span<Float>, _ label: Int, smoothing: Float, weight: Float, slopes: inout MutableSpan<Float>
) -> Float {
    let share = smoothing / Float(z.count)
    let largest = Reduction.maximum(z)
    Elementwise.map(z, into: &slopes) { exponential($0 - largest) }
    let sum = Reduction.sum(slopes.span)
    let scale = weight / sum
    Elementwise.update(&slopes) { $0 * scale - weight * share }
    slopes[label] -= weight * (1 - smoothing)
    let logSum = largest + naturalLogarithm(sum)
    let ofOthers = smoothing == 0 ? 0 : share * (Float(z.count) * logSum - Reduction.sum(z))
    return (1 - smoothing) * (logSum - z[label]) + ofOthers
}
