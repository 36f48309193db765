import Layers
import Tensors

/// A network that tells what each action is worth.
public protocol ActionValueNetwork: Module {
    /// S, the numbers of a state.
    var stateCount: Int { get }
    /// F, the features of an action; 0 where actions are known by their numbers.
    var featureCount: Int { get }
    /// A, the actions that have numbers; nil where there may be any number of candidates.
    var actionCount: Int? { get }

    /// Q of each action of each observation, [B, A]; any finite number where there is no valid action.
    func values(of batch: ObservationBatch) -> Tensor
}

extension ActionValueNetwork {
    /// The valid action of each observation with the largest value; of equal ones the first.
    public func bestActions(in batch: ObservationBatch) -> [Int] {
        batch.masked(values(of: batch), with: -.infinity).argmax(alongAxis: 1)
    }
}

/// Q = V + A - mean A over the valid actions, for V [B, 1] and A [B, N]: Wang and others, "Dueling Network Architectures for
/// Deep Reinforcement Learning", ICML 2016, equation 9.
func duellingValues(_ value: Tensor, _ advantages: Tensor, validity: Tensor) -> Tensor {
    let sums = (advantages * validity).sum(alongAxis: 1, keepingAxis: true)
    let counts = validity.sum(alongAxis: 1, keepingAxis: true)
    return value + advantages - sums / counts
}
