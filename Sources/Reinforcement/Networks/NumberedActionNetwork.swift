import Kernels
import Layers
import Tensors

/// Values of actions that are known by their numbers: layers over the state, and a head with an output for each action,
/// beside one for the state itself where it is a duelling network.
public struct NumberedActionNetwork: ActionValueNetwork {
    private var hidden: [Linear]
    private var advantage: Linear
    private var value: Linear?

    /// S, the numbers of a state.
    public var stateCount: Int { (hidden.first ?? advantage).inputs }
    /// 0: actions have no features.
    public var featureCount: Int { 0 }
    /// A
    public var actionCount: Int? { advantage.outputs }

    /// A network over `state` numbers, with hidden layers of these widths.
    public init(
        state: Int, actions: Int, hidden widths: [Int] = [64, 64], isDuelling: Bool = true,
        using generator: inout SeededGenerator
    ) {
        var inputs = state
        hidden = widths.map { width in
            defer { inputs = width }
            return Linear(inputs: inputs, outputs: width, activation: .relu, using: &generator)
        }
        advantage = Linear(inputs: inputs, outputs: actions, using: &generator)
        value = isDuelling ? Linear(inputs: inputs, outputs: 1, using: &generator) : nil
    }

    /// Q, [B, A].
    public func values(of batch: ObservationBatch) -> Tensor {
        precondition(
            batch.actions == nil && batch.actionCount == advantage.outputs,
            "\(batch.actionCount) actions for a network of \(advantage.outputs)")
        let features = hidden.reduce(batch.states) { $1($0) }
        let advantages = advantage(features)
        return value.map { duellingValues($0(features), advantages, validity: batch.validity) } ?? advantages
    }

    /// `hidden.0.weight` and so on, `advantage.weight`, `value.weight`, and biases.
    public mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        for place in hidden.indices { try hidden[place].forEachParameter(named: "hidden.\(place)", body) }
        try advantage.forEachParameter(named: "advantage", body)
        try value?.forEachParameter(named: "value", body)
    }
}
