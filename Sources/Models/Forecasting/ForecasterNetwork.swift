import Kernels
import Layers
import Tensors
import Workflows

/// A network that corrects the lines' forecasts of all horizons at once.
public protocol ForecasterNetwork: Module {
    /// The kind of model that it makes, as in the catalog.
    static var kind: String { get }
    /// The kind in one line.
    static var summary: String { get }
    /// The shape that is trained unless another is asked for, for series with `period` intervals in a day.
    static func architecture(period: Int) -> ForecasterArchitecture

    /// Fresh weights.
    init(_ architecture: ForecasterArchitecture, using generator: inout SeededGenerator)

    /// What a day [B, N, P / N], cut into patches, comes to: [B, D].
    func state(of windows: Tensor) -> Tensor

    /// The same while it is trained.
    func state(of windows: Tensor, using generator: inout SeededGenerator) -> Tensor

    /// The same in ONNX's operators.
    func exportState(of windows: ONNXValue, to graph: inout ONNXGraph) throws -> ONNXValue

    /// Makes forecasts of the state.
    var head: ForecastHead { get set }
}

extension ForecasterNetwork {
    /// Quantiles [B, A, Q] of what the lines leave, over its spread, from windows [B, N, P / N] and contexts [B, C].
    func callAsFunction(_ windows: Tensor, _ context: Tensor) -> Tensor {
        head(state(of: windows), context) { $0 }
    }

    /// The same while it is trained.
    func callAsFunction(_ windows: Tensor, _ context: Tensor, using generator: inout SeededGenerator) -> Tensor {
        let state = state(of: windows, using: &generator)
        return head(state, context) { $0.dropout(rate: ForecastHead.dropout, using: &generator) }
    }

    /// The same in ONNX's operators.
    func export(_ windows: ONNXValue, _ context: ONNXValue, to graph: inout ONNXGraph) throws -> ONNXValue {
        let state = try exportState(of: windows, to: &graph)
        return graph.scope("head") { head.export(state, context, to: &$0) }
    }
}

/// From a state [B, D] and a context [B, C] to quantiles [B, A, Q] that do not cross.
public struct ForecastHead: Module {
    /// W [U, D + C]
    var hidden: Linear
    /// W [A E, U]: E numbers for each horizon.
    var horizons: Linear
    /// From E numbers to Q quantiles.
    var quantiles: QuantileHead

    /// Of the hidden units, while it is trained.
    static let dropout: Float = 0.1
    private static let units = 64
    private static let numbers = 12

    init(_ architecture: ForecasterArchitecture, using generator: inout SeededGenerator) {
        hidden = Linear(
            inputs: architecture.width + architecture.contextWidth, outputs: Self.units, activation: .gelu,
            using: &generator)
        horizons = Linear(
            inputs: Self.units, outputs: architecture.horizons.count * Self.numbers, using: &generator)
        let levels = ForecastLevels.all.map { Float($0) }
        // Zeros: before training, the answer is that of the lines.
        quantiles = QuantileHead(
            linear: Linear(weight: .zeros([levels.count, Self.numbers]), bias: .zeros([levels.count])),
            quantiles: levels)
    }

    func callAsFunction(_ state: Tensor, _ context: Tensor, dropping: (Tensor) -> Tensor) -> Tensor {
        let units = dropping(hidden(Tensor.concatenated([state, context], alongAxis: 1)))
        return quantiles(horizons(units).reshaped([state.shape[0], horizons.outputs / Self.numbers, Self.numbers]))
    }

    func export(_ state: ONNXValue, _ context: ONNXValue, to graph: inout ONNXGraph) -> ONNXValue {
        let joined = graph.nodes("Concat", [state, context], results: 1, attributes: ["axis": 1])[0]
        let units = graph.scope("hidden") { hidden.export(joined, to: &$0) }
        let flat = graph.scope("horizons") { horizons.export(units, to: &$0) }
        let shape = graph.constant([-1, horizons.outputs / Self.numbers, Self.numbers])
        let numbers = graph.node("Reshape", flat, shape)
        return graph.scope("quantiles") { quantiles.export(numbers, to: &$0) }
    }

    /// Lets it start from `quantiles`, which rise, whatever the input.
    mutating func start(at quantiles: [Float]) {
        var bias = quantiles
        for place in quantiles.indices.dropFirst() {
            // softplus(b) is the step: b = ln(eᵈ - 1).
            let step = max(quantiles[place] - quantiles[place - 1], 0.01)
            bias[place] = naturalLogarithm(exponential(step) - 1)
        }
        self.quantiles.linear.bias = Tensor(bias, shape: [bias.count])
    }

    /// `hidden`, `horizons` and `quantiles`.
    public mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        try hidden.forEachParameter(named: "hidden", body)
        try horizons.forEachParameter(named: "horizons", body)
        try quantiles.forEachParameter(named: "quantiles", body)
    }
}

/// Networks of one shape that learned from different beginnings; their answer is the mean of their quantiles.
struct ForecasterEnsemble<Network: ForecasterNetwork>: Module {
    var members: [Network]

    init(_ architecture: ForecasterArchitecture, using generator: inout SeededGenerator) {
        members = (0..<architecture.members).map { _ in Network(architecture, using: &generator) }
    }

    /// Quantiles [B, A, Q].
    func callAsFunction(_ windows: Tensor, _ context: Tensor) -> Tensor {
        let answers = members.map { $0(windows, context) }
        return answers.dropFirst().reduce(answers[0]) { $0 + $1 } * (1 / Float(members.count))
    }

    mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        for place in members.indices { try members[place].forEachParameter(named: "member\(place)", body) }
    }
}
