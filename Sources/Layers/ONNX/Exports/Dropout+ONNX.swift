extension Dropout: ONNXExportable {
    /// x itself: a model that answers drops nothing.
    public func export(_ x: ONNXValue, to graph: inout ONNXGraph) -> ONNXValue { x }
}
