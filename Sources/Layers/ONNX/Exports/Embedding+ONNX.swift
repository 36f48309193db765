extension Embedding: ONNXExportable {
    /// The rows [..., D] of `indices` [...] of `int64`, each from 0 to N - 1: `Gather` (opset 13).
    public func export(_ indices: ONNXValue, to graph: inout ONNXGraph) -> ONNXValue {
        graph.node("Gather", graph.constant(weight, named: "weight"), indices)
    }
}

extension PositionalEncoding: ONNXExportable {
    /// x [B, T, D] and the first T rows of the table: `Slice` (opset 13) and `Add` (14).
    public func export(_ x: ONNXValue, to graph: inout ONNXGraph) -> ONNXValue {
        let steps = graph.length(ofAxis: 1, of: x)
        let places = graph.node("Slice", graph.constant(table, named: "table"), graph.constant([0]), steps)
        return graph.node("Add", x, places)
    }
}
