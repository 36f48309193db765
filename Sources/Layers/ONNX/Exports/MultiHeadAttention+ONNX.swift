import Tensors

extension MultiHeadAttention: ONNXExportable {
    /// Y for X [B, T, D] over itself; each element counts.
    public func export(_ x: ONNXValue, to graph: inout ONNXGraph) -> ONNXValue {
        export(x, mask: nil, to: &graph)
    }

    /// Y for X [B, T, D] over itself, under a mask [B, T] of `float` if one is given.
    public func export(
        _ x: ONNXValue, mask: ONNXValue?, isCausal: Bool = false, to graph: inout ONNXGraph
    ) -> ONNXValue {
        let mask = mask.map { ONNXMask($0, in: &graph) }
        let x = mask?.hidingRows(of: x, in: &graph) ?? x
        return export(x, over: x, mask, isCausal: isCausal, to: &graph)
    }

    /// Y for X [B, T, D] over a context [B, S, D'], under a mask [B, S] of `float` if one is given.
    public func export(
        _ x: ONNXValue, over context: ONNXValue, mask: ONNXValue? = nil, to graph: inout ONNXGraph
    ) -> ONNXValue {
        let mask = mask.map { ONNXMask($0, in: &graph) }
        return export(x, over: mask?.hidingRows(of: context, in: &graph) ?? context, mask, isCausal: false, to: &graph)
    }

    /// The equations of the layer, heads one behind the other: `Reshape`, `Transpose`, `MatMul`, `Softmax` (opset 13).
    private func export(
        _ x: ONNXValue, over context: ONNXValue, _ mask: ONNXMask?, isCausal: Bool, to graph: inout ONNXGraph
    ) -> ONNXValue {
        func split(_ projected: ONNXValue, axes: ONNXAttribute) -> ONNXValue {
            let apart = graph.node("Reshape", projected, graph.constant([0, 0, heads, width / heads]))
            return graph.node("Transpose", apart, attributes: ["perm": axes])
        }
        let queries = split(graph.scope("query") { query.export(x, to: &$0) }, axes: [0, 2, 1, 3])
        let keys = split(graph.scope("key") { key.export(context, to: &$0) }, axes: [0, 2, 3, 1])
        let values = split(graph.scope("value") { value.export(context, to: &$0) }, axes: [0, 2, 1, 3])
        let scale = graph.constant(1 / Float(width / heads).squareRoot(), named: "scale")
        let scores = graph.node("MatMul", graph.node("Mul", queries, scale), keys)
        let visible = Self.visible(mask, causalOver: isCausal ? x : nil, in: &graph)
        let heard = graph.node("MatMul", Self.weights(scores, visible, in: &graph), values)
        let together = graph.node("Transpose", heard, attributes: ["perm": [0, 2, 1, 3]])
        let joined = graph.node("Reshape", together, graph.constant([0, 0, width]))
        return graph.scope("output") { output.export(joined, to: &$0) }
    }

    /// Which keys count for which queries, of a shape that spreads to [B, heads, T, S]; nil if all do. `GreaterOrEqual`
    /// (opset 16) and `And` (7).
    private static func visible(
        _ mask: ONNXMask?, causalOver x: ONNXValue?, in graph: inout ONNXGraph
    ) -> ONNXValue? {
        let present = mask.map { graph.node("Unsqueeze", $0.isPresent, graph.constant([1, 2])) }
        guard let x else { return present }
        let places = graph.places(ofAxis: 1, of: x)
        let earlier = graph.node("GreaterOrEqual", graph.node("Unsqueeze", places, graph.constant([1])), places)
        return present.map { graph.node("And", $0, earlier) } ?? earlier
    }

    /// The softmax over the keys that count, zeros where none does.
    private static func weights(_ scores: ONNXValue, _ visible: ONNXValue?, in graph: inout ONNXGraph) -> ONNXValue {
        guard let visible else { return graph.node("Softmax", scores) }
        // The least number and not minus infinity, whose softmax over a row without a key is no number.
        let least = graph.constant(-Float.greatestFiniteMagnitude, named: "least")
        let weights = graph.node("Softmax", graph.node("Where", visible, scores, least))
        return graph.node("Where", visible, weights, graph.constant(0, named: "zero"))
    }
}
