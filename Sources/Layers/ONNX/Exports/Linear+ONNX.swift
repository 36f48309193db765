import Tensors

extension Linear: ONNXExportable {
    /// `MatMul` (opset 13) by the transposed weight, `Add` (14) of the bias, and the activation, for x of any rank.
    public func export(_ x: ONNXValue, to graph: inout ONNXGraph) -> ONNXValue {
        let product = graph.node("MatMul", x, graph.constant(weight.transposed(), named: "weight"))
        return activation.export(graph.node("Add", product, graph.constant(bias, named: "bias")), to: &graph)
    }
}
