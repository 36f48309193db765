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
        let questions = try cases.enumerated().map { place, question in
            var archive = WeightArchive()
            for (name, input) in question.inputs {
                archive.set(name, shape: input.shape.axes, .float32(input.scalars))
            }
            try writeAtomically(Safetensors.encode(archive), to: folder("\(place)"))
            return folder("\(place)")
        }
        let reading = try runONNX(folder("model.onnx"), questions: questions)
        let differences = try zip(questions, cases).map { question, expected in
            let answers = try Safetensors.decode(try readBytes(of: question + ".answers"))
            let theirs = try answers.floats(graph.outputs[0].name, shape: expected.answer.shape.axes)
            return largestDifference(theirs, expected.answer.scalars)
        }
        return (differences, reading)
    }
}
