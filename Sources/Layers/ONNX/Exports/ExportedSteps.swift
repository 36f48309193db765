/// Where the present steps of a mask are.
struct ExportedSteps {
    /// 1 where a step is present and else 0, [B, T].
    private let present: ONNXValue
    /// Places of the present steps, in their order, and then of the others: [B, T, 1].
    private let order: ONNXValue
    /// How many are present, [B], as the operator wants it.
    let count: ONNXValue

    /// `TopK` (opset 11) and `ReduceSum` (13).
    init(_ mask: ONNXValue, in graph: inout ONNXGraph) {
        present = graph.cast(ONNXMask(mask, in: &graph).isPresent, to: .int64)
        // A place of its own for each step, so that the order is not the runtime's choice: t, or t + T if it is absent.
        let steps = graph.length(ofAxis: 1, of: mask)
        let absent = graph.node("Mul", steps, graph.node("Sub", graph.constant(1), present))
        let keys = graph.node("Add", absent, graph.places(ofAxis: 1, of: mask))
        let sorted = graph.nodes("TopK", [keys, steps], results: 2, attributes: ["axis": 1, "largest": 0])
        order = graph.node("Unsqueeze", sorted[1], graph.constant([2]))
        let count = graph.node("ReduceSum", present, graph.constant([1]), attributes: ["keepdims": 0])
        self.count = graph.cast(count, to: .int32)
    }

    /// x [B, T, I] with the present steps in front: `GatherND` (opset 13).
    func gather(_ x: ONNXValue, in graph: inout ONNXGraph) -> ONNXValue {
        graph.node("GatherND", x, order, attributes: ["batch_dims": 1])
    }

    /// The states at all steps, [B, T, H], of those before the first and after each present step, [B, 1 + T, H]: step t
    /// takes that of the last present step up to t. `CumSum` (opset 14).
    func spread(_ states: ONNXValue, in graph: inout ONNXGraph) -> ONNXValue {
        let last = graph.node("CumSum", present, graph.constant(1))
        return graph.node(
            "GatherND", states, graph.node("Unsqueeze", last, graph.constant([2])), attributes: ["batch_dims": 1])
    }

    /// `initial` [1, B, H] for sequences without a present step, of which the operator keeps nothing, and else `final`;
    /// nil where all begin with zeros. `Where` (opset 16).
    func kept(_ initial: ONNXValue?, or final: ONNXValue, in graph: inout ONNXGraph) -> ONNXValue? {
        initial.map { initial in
            let isEmpty = graph.node("Not", graph.cast(count, to: .bool))
            return graph.node("Where", graph.node("Unsqueeze", isEmpty, graph.constant([0, 2])), initial, final)
        }
    }
}
