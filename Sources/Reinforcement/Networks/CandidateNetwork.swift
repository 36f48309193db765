import Kernels
import Layers
import Tensors

/// Values of candidates, which are known by their features alone: one network scores each of them, so that their places mean
/// nothing and their number may change.
///
///     h = relu(f Wᶠ + s Wˢ + b)     A = advantage(relu(h W + c))     V = value(relu(s U + d))     Q = V + A - mean A
///
/// for the features f of a candidate and the state s. Without duelling, Q = A.
public struct CandidateNetwork: ActionValueNetwork {
    /// Wᶠ, [H, F], and b.
    public private(set) var features: Linear
    /// Wˢ, [H, S], with a bias beside b.
    public private(set) var context: Linear
    /// W, [H, H], and c.
    public private(set) var hidden: Linear
    /// The row that makes A of the last layer, [1, H].
    public private(set) var advantage: Linear
    /// U and d; nil where the network is not a duelling one.
    public private(set) var stateHidden: Linear?
    /// The row that makes V.
    public private(set) var value: Linear?

    /// S, the numbers of a state.
    public var stateCount: Int { context.inputs }
    /// F, the features of a candidate.
    public var featureCount: Int { features.inputs }
    /// nil: there may be any number of candidates.
    public var actionCount: Int? { nil }
    /// H, the width of the layers.
    public var width: Int { hidden.outputs }

    /// A network over `state` numbers and `features` of each candidate.
    public init(
        state: Int, features count: Int, width: Int = 32, isDuelling: Bool = true,
        using generator: inout SeededGenerator
    ) {
        features = Linear(inputs: count, outputs: width, using: &generator)
        context = Linear(inputs: state, outputs: width, using: &generator)
        hidden = Linear(inputs: width, outputs: width, activation: .relu, using: &generator)
        advantage = Linear(inputs: width, outputs: 1, using: &generator)
        guard isDuelling else { return }
        stateHidden = Linear(inputs: state, outputs: width, activation: .relu, using: &generator)
        value = Linear(inputs: width, outputs: 1, using: &generator)
    }

    /// Q, [B, A].
    public func values(of batch: ObservationBatch) -> Tensor {
        guard let actions = batch.actions else { preconditionFailure("candidates without features") }
        let around = context(batch.states).insertingAxis(at: 1)
        let scores = advantage(hidden((features(actions) + around).relu()))
            .reshaped([batch.count, batch.actionCount])
        guard let stateHidden, let value else { return scores }
        return duellingValues(value(stateHidden(batch.states)), scores, validity: batch.validity)
    }

    /// `features.weight` and so on.
    public mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        try features.forEachParameter(named: "features", body)
        try context.forEachParameter(named: "context", body)
        try hidden.forEachParameter(named: "hidden", body)
        try advantage.forEachParameter(named: "advantage", body)
        try stateHidden?.forEachParameter(named: "stateHidden", body)
        try value?.forEachParameter(named: "value", body)
    }
}
