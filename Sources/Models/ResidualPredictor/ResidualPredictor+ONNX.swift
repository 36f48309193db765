import Layers
import Workflows

extension ResidualPredictor: NetworkPredictor {
    /// From `sequences` [N, T, 16] and `mask` [N, T] to `residuals` [N, 3, Q].
    public func networkGraph() -> ONNXGraph {
        let steps = ONNXAxis.length(architecture.length)
        var graph = ONNXGraph(name: Network.kind)
        let sequences = graph.input("sequences", shape: ["N", steps, .length(SequenceEncoder.width)])
        let mask = graph.input("mask", shape: ["N", steps])
        let residuals = network.export(sequences, mask: mask, to: &graph)
        graph.output(residuals, named: "residuals", shape: ["N", 3, .length(BaseForecast.levels)])
        return graph
    }

    /// The meaning of inputs and outputs.
    public var networkDocumentation: String {
        """
        Corrects base forecasts of the CPU, memory and duration of a task. A sequence holds up to \(architecture.context) \
        of the last completed executions of the task's run or workflow, of other types, and up to \
        \(architecture.history) of its own type, by completion, and then the task itself, in \
        \(SequenceEncoder.width) numbers each: those of the features from "residual" on, in their order. The mask is 1 \
        for each of them and 0 for the padding in front. The residuals are ln(actual / base forecast) over the type's \
        spread, scale.residual, at the levels \(ForecastLevels.all).
        """
    }

    /// The calibration of each type, and the scale of all for those that it does not know: under `scale` the spread of the
    /// residuals and the centres and spreads of the base forecasts and of the input size, under `targets`, for each kind of
    /// question and target, the gate with the share of the network that is applied, and the conformal correction.
    public func networkScales() throws -> String { try calibrations.text() }
}
