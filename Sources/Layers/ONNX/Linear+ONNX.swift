import Tensors

extension Linear: ONNXExportable {
    /// `MatMul` (opset 13) by the transposed weight, `Add` (14) of the bias, and the activation, for x of any rank.
    public func export(_ x: ONNXValue, to graph: inout ONNXGraph) -> ONNXValue {
        let product = graph.node("MatMul", x, graph.constant(weight.transposed(), named: "weight"))
        return activation.export(graph.node("Add", product, graph.constant(bias, named: "bias")), to: &graph)
    }
}

extension Tensor.Activation: ONNXExportable {
    /// `Relu` (opset 14), `Tanh` or `Sigmoid` (13); x itself where there is no function.
    public func export(_ x: ONNXValue, to graph: inout ONNXGraph) -> ONNXValue {
        switch self {
        case .identity: x
        case .relu: graph.node("Relu", x)
        case .tanh: graph.node("Tanh", x)
        case .sigmoid: graph.node("Sigmoid", x)
        }
    }
}
