extension QuantileHead: ONNXExportable {
    /// The quantiles [..., Q] of x [..., inputs]: `Slice` (opset 13), `Softplus` (1), `Concat` (13) and `CumSum` (14).
    public func export(_ x: ONNXValue, to graph: inout ONNXGraph) -> ONNXValue {
        let sums = graph.scope("linear") { linear.export(x, to: &$0) }
        guard quantiles.count > 1 else { return sums }
        func columns(_ range: Range<Int>) -> ONNXValue {
            graph.node(
                "Slice", sums, graph.constant([range.lowerBound]), graph.constant([range.upperBound]),
                graph.constant([-1]))
        }
        let increments = graph.node("Softplus", columns(1..<quantiles.count))
        let steps = graph.node("Concat", columns(0..<1), increments, attributes: ["axis": -1])
        return graph.node("CumSum", steps, graph.constant(-1))
    }
}
