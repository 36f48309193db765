import Files
import Kernels
import Layers
import NumericalChecks
import Tensors
import TestSupport
import Testing

/// Runs `graph` in ONNX Runtime and compares its first output with ours, for each question: inputs by name, and the
/// answer to them.
///
/// - Returns: the largest absolute difference of each answer, and how Python reads the model.
func compareWithONNX(
    _ graph: ONNXGraph, _ cases: [(inputs: [String: Tensor], answer: Tensor)]
) throws -> (differences: [Float], reading: ONNXReading) {
    try TemporaryFolder.with { folder in
        try writeAtomically(ONNXModel(graph).encoded(), to: folder("model.onnx"))
        let questions = cases.map { inputs, _ in
            var archive = WeightArchive()
            for (name, input) in inputs.sorted(by: { $0.key < $1.key }) {
                archive.set(name, shape: input.shape.axes, .float32(input.scalars))
            }
            return Safetensors.encode(archive)
        }
        let (reading, answers) = try runONNX(folder("model.onnx"), questions: questions)
        let differences = try zip(answers, cases).map { answer, expected in
            let theirs = try Safetensors.decode(answer).floats(
                graph.outputs[0].name, shape: expected.answer.shape.axes)
            return largestDifference(theirs, expected.answer.scalars)
        }
        return (differences, reading)
    }
}
