import Tensors

/// Which elements of sequences count, from a mask [B, S] of `float` in which 0 hides an element.
struct ONNXMask {
    /// Whether an element counts, [B, S] of `bool`: whatever is not 0 does.
    let isPresent: ONNXValue

    /// `Cast` (opset 13).
    init(_ mask: ONNXValue, in graph: inout ONNXGraph) {
        isPresent = graph.cast(mask, to: .bool)
    }

    /// x [B, S, D] with zeros in the place of hidden elements, even of what is not a number: `Where` (opset 16).
    func hidingRows(of x: ONNXValue, in graph: inout ONNXGraph) -> ONNXValue {
        graph.node(
            "Where", graph.node("Unsqueeze", isPresent, graph.constant([2])), x, graph.constant(0, named: "zero"))
    }
}
