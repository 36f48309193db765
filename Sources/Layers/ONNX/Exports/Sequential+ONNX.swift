import Files

extension Sequential: ONNXExportable {
    /// The layers one behind the other, in scopes `layer0` and so on.
    ///
    /// - Throws: `InputError` that names the layer that is not ``ONNXExportable``.
    public func export(_ x: ONNXValue, to graph: inout ONNXGraph) throws -> ONNXValue {
        try layers.enumerated().reduce(x) { x, part in
            guard let layer = part.element as? any ONNXExportable else {
                throw InputError("a \(type(of: part.element)) has no form in ONNX", field: "layer\(part.offset)")
            }
            return try graph.scope("layer\(part.offset)") { try layer.export(x, to: &$0) }
        }
    }
}
