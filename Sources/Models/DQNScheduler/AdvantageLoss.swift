import Layers
import Reinforcement
import Tensors

/// The loss of advantages over the first candidate: the mean of huber(Q(s, k) - Q(s, 0) - scale · a_k) over the candidates k
/// that were tried, behind the first.
///
/// What a choice comes to is small as a rule and large at times; both matter, so that squares go on far out and are cut off
/// where chance alone speaks.
struct AdvantageLoss: Sendable {
    /// What advantages are multiplied by.
    var scale: Float = 10
    /// The largest magnitude that counts, behind that.
    var limit: Float = 30
    /// Where squares end.
    var delta: Float = 10

    func callAsFunction(_ network: CandidateNetwork, _ samples: [RolloutSample]) -> Tensor {
        let batch = ObservationBatch(samples.map(\.observation))
        let shape = batch.validity.shape
        var targets = [Float](repeating: 0, count: shape.count)
        var mask = targets
        for (row, sample) in samples.enumerated() {
            for place in 1..<max(1, sample.advantages.count) where sample.isTried[place] {
                targets[row * shape[1] + place] = min(max(scale * sample.advantages[place], -limit), limit)
                mask[row * shape[1] + place] = 1
            }
        }
        let values = network.values(of: batch)
        let differences = values - values.slice(0..<1, alongAxis: 1)
        return huberLoss(
            differences, Tensor(targets, shape: shape), delta: delta, mask: Tensor(mask, shape: shape))
    }
}
