import Tensors

/// Observations beside each other, as a network takes them: B observations of up to A actions, S numbers of state and F
/// features of each action.
public struct ObservationBatch: Sendable {
    /// [B, S]
    public let states: Tensor
    /// [B, A, F], zeros where an observation has fewer actions; nil where actions are known by their numbers.
    public let actions: Tensor?
    /// [B, A]: 1 where an action is there and valid, else 0.
    public let validity: Tensor

    /// B
    public var count: Int { validity.shape[0] }
    /// A
    public var actionCount: Int { validity.shape[1] }

    /// `observations`, of which there is one at the least; states and features of one length.
    public init(_ observations: [Observation]) {
        let (stateWidth, width) = (observations[0].state.count, observations[0].featureCount)
        let most = observations.reduce(0) { max($0, $1.actionCount) }
        var states: [Float] = []
        states.reserveCapacity(observations.count * stateWidth)
        var actions: [Float] = []
        actions.reserveCapacity(observations.count * most * width)
        var validity: [Float] = []
        validity.reserveCapacity(observations.count * most)
        for observation in observations {
            precondition(
                observation.state.count == stateWidth && observation.featureCount == width,
                "\(observation.state.count) and \(observation.featureCount) features beside \(stateWidth) and \(width)")
            states += observation.state
            actions += observation.actions
            for isValid in observation.isValid { validity.append(isValid ? 1 : 0) }
            let missing = most - observation.actionCount
            actions += repeatElement(0, count: missing * width)
            validity += repeatElement(0, count: missing)
        }
        self.states = Tensor(states, shape: [observations.count, stateWidth])
        self.actions = width > 0 ? Tensor(actions, shape: [observations.count, most, width]) : nil
        self.validity = Tensor(validity, shape: [observations.count, most])
    }

    /// `values` [B, A], with `number` where there is no valid action.
    func masked(_ values: Tensor, with number: Float) -> Tensor {
        values.replacing(with: number, where: validity .== 0)
    }
}
