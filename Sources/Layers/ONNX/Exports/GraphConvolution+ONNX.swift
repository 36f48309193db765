import Tensors

extension GraphConvolution {
    /// Y [N, O] for X [N, I] and, if the layer hears of edges, S [N, F] by ``ONNXAdjacency/sums(ofEdges:nodes:in:)``.
    ///
    /// As in the layer, the sum over neighbours is taken on whichever side of W has fewer columns.
    public func export(
        _ x: ONNXValue, over adjacency: ONNXAdjacency, edges: ONNXValue? = nil, to graph: inout ONNXGraph
    ) -> ONNXValue {
        precondition(
            (edges == nil) == (edgeWeight == nil),
            "edges \(edges?.name ?? "nil") for a layer with the edge weight "
                + (edgeWeight.map { "\($0.shape)" } ?? "nil"))
        let transposed = graph.constant(weight.transposed(), named: "weight")
        let gathersFirst = weight.shape[1] <= weight.shape[0]
        let source = gathersFirst ? adjacency.product(with: x, in: &graph) : x
        let product = graph.node("MatMul", source, transposed)
        var sums = gathersFirst ? product : adjacency.product(with: product, in: &graph)
        if let edges, let edgeWeight {
            let heard = graph.node("MatMul", edges, graph.constant(edgeWeight.transposed(), named: "edgeWeight"))
            sums = graph.node("Add", sums, heard)
        }
        return activation.export(graph.node("Add", sums, graph.constant(bias, named: "bias")), to: &graph)
    }
}
