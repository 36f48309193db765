import Kernels
import Layers
import Reinforcement
import Simulation

/// Chooses the task that is placed next by what a network says that each is worth.
///
/// The network has the form of a deep Q-network over candidates. What ``DQNSchedulerTrainer`` makes is not trained by updates of
/// one: it is linear in the features, found by a search, or fitted to rollouts.
///
/// Of the network only what tells candidates apart is worked out: V and the mean of A are the same for all of them. Nothing
/// is allocated but what the first choice of a simulation needs.
public struct DQNScheduler: TaskChooser {
    /// The network, whose inputs are ``WindowFeatures``.
    public let network: CandidateNetwork
    /// What it sees of a candidate.
    public let sight: WindowFeatures.Sight
    /// By how much a candidate must be worth more than the first, which the rule would take, to be taken in its place: a
    /// policy that leaves what is known to be good only where it is sure.
    public let margin: Float
    /// Tasks that it chooses among, at the most: those that the rule would take first.
    public let window: Int
    /// Whether each pool of nodes has an agent of its own, all with the same weights: the one whose pool the first task of the
    /// window would go to chooses among those that go there, and sees nothing else. One pool is the case of one agent.
    public let hasPoolAgents: Bool

    /// The window where nothing else is said.
    public static let defaultWindow = 64
    /// Windows that there may be.
    public static let windows = 2...4096

    /// The scheduler of `network`, whose features are those of a ``WindowFeatures/Sight``, with the uncertainty or without.
    public init(
        _ network: CandidateNetwork, margin: Float = 0, window: Int = defaultWindow, hasPoolAgents: Bool = false,
        seesUncertainty: Bool = false
    ) {
        precondition(Self.windows.contains(window), "a window of \(window) tasks")
        guard let sight = WindowFeatures.Sight(count: network.featureCount, hasUncertainty: seesUncertainty),
            network.stateCount == WindowFeatures.stateCount
        else { preconditionFailure("a network of \(network.stateCount) and \(network.featureCount) features") }
        (self.network, self.sight) = (network, sight)
        self.margin = margin
        self.window = window
        self.hasPoolAgents = hasPoolAgents
    }

    /// The weights of the features where it scores candidates by them alone; nil where it was fitted to rollouts.
    public var linearWeights: [Float]? { network.linearWeights }

    /// The pool whose agent chooses from `window`; nil where one agent chooses for all pools.
    static func pool(of window: ReadyWindow, hasAgents: Bool) -> Int? { hasAgents ? window.candidates[0].pool : nil }

    /// The place of the candidate that is worth most; of equal ones the first.
    public func choose(from window: ReadyWindow, using scratch: inout ChoiceScratch) -> Int {
        let pool = Self.pool(of: window, hasAgents: hasPoolAgents)
        WindowFeatures.encode(window, pool: pool, sight: sight, state: &scratch.state, features: &scratch.features)
        score(scratch.features.count / sight.count, &scratch)
        scratch.scores[0] += margin
        guard let best = Reduction.indexOfMaximum(scratch.scores.span) else {
            preconditionFailure("a window without candidates")
        }
        return window.place(best, ofPool: pool)
    }

    /// A of each candidate, into `scratch.scores`.
    private func score(_ count: Int, _ scratch: inout ChoiceScratch) {
        // What the state adds to the first layer, the same for all; the space of the scores serves for it.
        Self.apply(network.context, to: scratch.state, rows: 1, into: &scratch.scores)
        scratch.scores.withMutableSpan { BLAS.add(network.features.bias.scalars.span, into: &$0) }
        Self.apply(network.features, plus: scratch.scores, to: scratch.features, rows: count, into: &scratch.hidden)
        scratch.hidden.withMutableSpan { Elementwise.update(&$0) { max($0, 0) } }
        Self.apply(network.hidden, to: scratch.hidden, rows: count, into: &scratch.secondHidden)
        scratch.secondHidden.withMutableSpan { Elementwise.update(&$0) { max($0, 0) } }
        Self.apply(network.advantage, to: scratch.secondHidden, rows: count, into: &scratch.scores)
    }

    /// Y = X Wᵀ + b for the weight of `layer`, and its bias unless another one is given.
    private static func apply(
        _ layer: Linear, plus bias: [Float]? = nil, to x: [Float], rows: Int, into y: inout [Float]
    ) {
        let (inputs, outputs) = (layer.inputs, layer.outputs)
        let count = rows * outputs
        if y.count > count { y.removeLast(y.count - count) }
        if y.count < count { y.append(contentsOf: repeatElement(0, count: count - y.count)) }
        let (weight, bias) = (layer.weight.scalars, bias ?? layer.bias.scalars)
        y.withMutableSpan { y in
            Rows.fill(&y, with: bias.span)
            BLAS.addProduct(
                x.span, MatrixLayout(rows: rows, columns: inputs), weight.span,
                MatrixLayout(rows: outputs, columns: inputs).transposed, into: &y,
                MatrixLayout(rows: rows, columns: outputs))
        }
    }
}
