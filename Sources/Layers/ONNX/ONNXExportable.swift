/// A module that can say what it computes in ONNX's operators.
///
/// The export reads like the call: values of a graph stand in the place of tensors.
///
/// ```swift
/// func callAsFunction(_ x: Tensor) -> Tensor { output(hidden(x)) }
///
/// func export(_ x: ONNXValue, to graph: inout ONNXGraph) throws -> ONNXValue {
///     let state = try graph.scope("hidden") { try hidden.export(x, to: &$0) }
///     return try graph.scope("output") { try output.export(state, to: &$0) }
/// }
/// ```
public protocol ONNXExportable {
    /// Adds what the module computes of `x` when it answers (what is random in training is left out), and returns the
    /// result.
    ///
    /// - Throws: `InputError` that says what cannot be expressed.
    func export(_ x: ONNXValue, to graph: inout ONNXGraph) throws -> ONNXValue
}
