import Kernels
import Layers
import Tensors

/// A Transformer's encoder over the hours of the last day, each a patch of values; the mean of its outputs makes the
/// forecasts of all horizons.
///
/// After Nie, Nguyen, Sinthong and Kalagnanam, "A Time Series is Worth 64 Words: Long-term Forecasting with Transformers"
/// (PatchTST), ICLR 2023: patches of one series are the tokens, places are learned, and each window is normalised by
/// itself. Here the window is of differences from its last value, and the head makes quantiles.
public struct PatchTransformer: ForecasterNetwork {
    /// `transformer-forecaster`
    public static let kind = "transformer-forecaster"
    /// The kind in one line.
    public static let summary =
        "lines over lags and earlier days, corrected by a Transformer over patches of the last day"

    var embedding: Linear
    /// [N, D], what tells a patch its place.
    var places: Tensor
    var blocks: [TransformerEncoderBlock]
    var norm: LayerNorm
    /// Makes forecasts of the mean output.
    public var head: ForecastHead

    /// Of each part's output, while it is trained.
    private static let dropout: Float = 0.1

    /// Two blocks of 32 units and 4 heads, twice.
    public static func architecture(period: Int) -> ForecasterArchitecture {
        ForecasterArchitecture(period: period, width: 32, layers: 2, heads: 4, members: 2)
    }

    /// Fresh weights.
    public init(_ architecture: ForecasterArchitecture, using generator: inout SeededGenerator) {
        let width = architecture.width
        embedding = Linear(inputs: architecture.patchLength, outputs: width, using: &generator)
        places = .normal([architecture.patches, width], using: &generator) * 0.02
        blocks = []
        for _ in 0..<architecture.layers {
            blocks.append(
                TransformerEncoderBlock(
                    width: width, heads: architecture.heads, hidden: 2 * width, activation: .gelu,
                    dropout: Self.dropout, using: &generator))
        }
        norm = LayerNorm(width: width)
        head = ForecastHead(architecture, using: &generator)
    }

    /// The mean [B, D] of the encoder's outputs.
    public func state(of windows: Tensor) -> Tensor {
        mean(blocks.reduce(embedding(windows) + places) { $1($0) })
    }

    /// The same with dropout.
    public func state(of windows: Tensor, using generator: inout SeededGenerator) -> Tensor {
        mean(blocks.reduce(embedding(windows) + places) { $1($0, using: &generator) })
    }

    private func mean(_ states: Tensor) -> Tensor { norm(states).mean(alongAxis: 1) }

    /// The same in ONNX's operators: `ReduceMean` (opset 13) at the end.
    public func exportState(of windows: ONNXValue, to graph: inout ONNXGraph) -> ONNXValue {
        let embedded = graph.scope("embedding") { embedding.export(windows, to: &$0) }
        var states = graph.node("Add", embedded, graph.constant(places, named: "places"))
        for (place, block) in blocks.enumerated() {
            states = graph.scope("block\(place)") { block.export(states, to: &$0) }
        }
        let normalized = graph.scope("norm") { norm.export(states, to: &$0) }
        return graph.node("ReduceMean", normalized, attributes: ["axes": [1], "keepdims": 0])
    }

    /// `embedding`, `places`, `block0` and on, `norm` and `head`.
    public mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        try embedding.forEachParameter(named: "embedding", body)
        try body("places", &places)
        for place in blocks.indices { try blocks[place].forEachParameter(named: "block\(place)", body) }
        try norm.forEachParameter(named: "norm", body)
        try head.forEachParameter(named: "head", body)
    }
}

/// The Transformer as a forecaster.
public typealias TransformerForecaster = LearnedForecaster<PatchTransformer>
