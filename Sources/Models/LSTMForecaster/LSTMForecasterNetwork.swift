import Kernels
import Layers
import Tensors

/// An LSTM over the hours of the last day, each a patch of values; its last state makes the forecasts of all horizons.
///
/// Direct, not recursive: no forecast is fed back, so that errors do not add up over the horizon.
public struct LSTMForecasterNetwork: ForecasterNetwork {
    /// `lstm-forecaster`
    public static let kind = "lstm-forecaster"
    /// The kind in one line.
    public static let summary = "lines over lags and earlier days, corrected by an LSTM over the last day"

    var lstm: LSTM
    /// Makes forecasts of the last state.
    public var head: ForecastHead

    /// One layer of 32 units, three times.
    public static func architecture(period: Int) -> ForecasterArchitecture {
        ForecasterArchitecture(period: period, width: 32, layers: 1)
    }

    /// Fresh weights.
    public init(_ architecture: ForecasterArchitecture, using generator: inout SeededGenerator) {
        lstm = LSTM(
            inputs: architecture.patchLength, hidden: architecture.width, layers: architecture.layers,
            using: &generator)
        head = ForecastHead(architecture, using: &generator)
    }

    /// The state [B, D] behind the last patch.
    public func state(of windows: Tensor) -> Tensor { lstm(windows) }

    /// The same: nothing is random in it.
    public func state(of windows: Tensor, using generator: inout SeededGenerator) -> Tensor { lstm(windows) }

    /// The same in ONNX's operators.
    public func exportState(of windows: ONNXValue, to graph: inout ONNXGraph) -> ONNXValue {
        graph.scope("lstm") { lstm.export(windows, to: &$0) }
    }

    /// `lstm` and `head`.
    public mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        try lstm.forEachParameter(named: "lstm", body)
        try head.forEachParameter(named: "head", body)
    }
}

/// The LSTM as a forecaster.
public typealias LSTMForecaster = LearnedForecaster<LSTMForecasterNetwork>
