extension FeedForward: ONNXExportable {
    /// Both layers.
    public func export(_ x: ONNXValue, to graph: inout ONNXGraph) -> ONNXValue {
        let hidden = graph.scope("hidden") { self.hidden.export(x, to: &$0) }
        return graph.scope("output") { output.export(hidden, to: &$0) }
    }
}

extension TransformerEncoderBlock: ONNXExportable {
    /// y for x [B, T, D]; each element counts.
    public func export(_ x: ONNXValue, to graph: inout ONNXGraph) -> ONNXValue {
        export(x, mask: nil, to: &graph)
    }

    /// y for x [B, T, D], under a mask [B, T] of `float` if one is given.
    public func export(
        _ x: ONNXValue, mask: ONNXValue?, isCausal: Bool = false, to graph: inout ONNXGraph
    ) -> ONNXValue {
        let x = mask.map { ONNXMask($0, in: &graph).hidingRows(of: x, in: &graph) } ?? x
        func attended(_ x: ONNXValue) -> ONNXValue {
            graph.scope("attention") { attention.export(x, mask: mask, isCausal: isCausal, to: &$0) }
        }
        func attentionNormalized(_ x: ONNXValue) -> ONNXValue {
            graph.scope("attentionNorm") { attentionNorm.export(x, to: &$0) }
        }
        func fedForward(_ x: ONNXValue) -> ONNXValue {
            graph.scope("feedForward") { feedForward.export(x, to: &$0) }
        }
        func feedForwardNormalized(_ x: ONNXValue) -> ONNXValue {
            graph.scope("feedForwardNorm") { feedForwardNorm.export(x, to: &$0) }
        }
        switch normPlacement {
        case .before:
            let u = graph.node("Add", x, attended(attentionNormalized(x)))
            return graph.node("Add", u, fedForward(feedForwardNormalized(u)))
        case .after:
            let u = attentionNormalized(graph.node("Add", x, attended(x)))
            return feedForwardNormalized(graph.node("Add", u, fedForward(u)))
        }
    }
}
