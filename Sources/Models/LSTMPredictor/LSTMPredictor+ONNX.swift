import Layers

extension LSTMNetwork {
    /// Scaled residuals [N, 3] of sequences [N, K + 1, 16] with the mask [N, K + 1], as the call gives them.
    func export(_ sequences: ONNXValue, mask: ONNXValue, to graph: inout ONNXGraph) -> ONNXValue {
        let state = graph.scope("lstm") { lstm.export(sequences, mask: mask, to: &$0) }
        return graph.scope("head") { head.export(state, to: &$0) }
    }
}

extension LSTMPredictor: NetworkPredictor {
    /// From `sequences` [N, K + 1, 16] and `mask` [N, K + 1] to `residuals` [N, 3].
    public func networkGraph() -> ONNXGraph {
        let steps = ONNXAxis.length(architecture.history + 1)
        var graph = ONNXGraph(name: "lstm")
        let sequences = graph.input("sequences", shape: ["N", steps, .length(architecture.inputs)])
        let mask = graph.input("mask", shape: ["N", steps])
        let residuals = network.export(sequences, mask: mask, to: &graph)
        graph.output(residuals, named: "residuals", shape: ["N", .length(architecture.outputs)])
        return graph
    }

    /// The meaning of inputs and outputs.
    public var networkDocumentation: String {
        """
        Corrects base forecasts of the CPU, memory and duration of a task. A sequence holds the last completed executions \
        of the task's type, oldest first, and then the task itself, in \(architecture.inputs) numbers each: those of the \
        features from "residual" on, in their order. The mask is 1 for each of them and 0 for the padding in front. The \
        residuals are ln(actual / base forecast) over the type's spread, scale.residual.
        """
    }

    /// The calibration of each type, and of all pooled for those that it does not know: under `scale` the spread of the
    /// residuals and the centres and spreads of the base forecasts and of the input size, under `gate` the share of the
    /// correction that is applied.
    public func networkScales() throws -> String { try calibrations() }
}
