import Tensors

extension Tensor.Activation: ONNXExportable {
    /// `Relu` (opset 14), `Tanh`, `Sigmoid` or, for x Φ(x) = x / 2 · (1 + erf(x / √2)), `Erf` (13); x itself where there
    /// is no function.
    public func export(_ x: ONNXValue, to graph: inout ONNXGraph) -> ONNXValue {
        switch self {
        case .identity: x
        case .relu: graph.node("Relu", x)
        case .tanh: graph.node("Tanh", x)
        case .sigmoid: graph.node("Sigmoid", x)
        case .gelu: Self.gaussianRectifier(x, in: &graph)
        }
    }

    /// ONNX has an operator of its own from opset 20 on.
    private static func gaussianRectifier(_ x: ONNXValue, in graph: inout ONNXGraph) -> ONNXValue {
        let scaled = graph.node("Mul", x, graph.constant(Float(0.5).squareRoot(), named: "scale"))
        let raised = graph.node("Add", graph.node("Erf", scaled), graph.constant(1, named: "one"))
        return graph.node("Mul", graph.node("Mul", x, graph.constant(0.5, named: "half")), raised)
    }
}

extension Activation: ONNXExportable {
    /// The function.
    public func export(_ x: ONNXValue, to graph: inout ONNXGraph) -> ONNXValue { function.export(x, to: &graph) }
}
