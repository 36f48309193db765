extension LayerNorm: ONNXExportable {
    /// `LayerNormalization` (opset 17) over the innermost axis.
    public func export(_ x: ONNXValue, to graph: inout ONNXGraph) -> ONNXValue {
        graph.node(
            "LayerNormalization", x, graph.constant(weight, named: "weight"), graph.constant(bias, named: "bias"),
            attributes: ["axis": -1, "epsilon": .float(epsilon)])
    }
}
