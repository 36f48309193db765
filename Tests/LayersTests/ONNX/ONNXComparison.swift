import Files
import Layers
import NumericalChecks
import Tensors
import TestSupport

/// Inputs of a graph, and our answer to them.
struct ONNXCase {
    var inputs = WeightArchive()
    var answer: Tensor

    init(_ inputs: [String: Tensor], _ answer: Tensor) {
        self.answer = answer
        for (name, input) in inputs { self.inputs.set(name, shape: input.shape.axes, .float32(input.scalars)) }
    }

    init(indices: [[Int]], _ answer: Tensor) {
        self.answer = answer
        inputs.set(
            "indices", shape: [indices.count, indices.first?.count ?? 0],
            .int64(indices.flatMap(\.self).map(Int64.init)))
    }
}

/// Runs `graph` in ONNX Runtime and compares its first output with ours.
///
/// - Returns: the largest absolute difference of each answer, and how Python reads the model.
func compareWithONNX(
    _ graph: ONNXGraph, _ cases: [ONNXCase]
) throws -> (differences: [Float], reading: ONNXReading) {
    try TemporaryFolder.with { folder in
        try writeAtomically(ONNXModel(graph).encoded(), to: folder("model.onnx"))
        let questions = try cases.map { try Safetensors.encode($0.inputs) }
        let (reading, answers) = try runONNX(folder("model.onnx"), questions: questions)
        let differences = try zip(answers, cases).map { answer, expected in
            let theirs = try Safetensors.decode(answer).floats(
                graph.outputs[0].name, shape: expected.answer.shape.axes)
            return largestDifference(theirs, expected.answer.scalars)
        }
        return (differences, reading)
    }
}

/// Shapes of masks over [B, T]: padding in front, behind and anywhere, sequences without an element, and none hidden.
func masks(batch: Int, steps: Int, isRandom: () -> Bool) -> [Tensor] {
    func mask(_ isPresent: (_ row: Int, _ step: Int) -> Bool) -> Tensor {
        Tensor((0..<batch * steps).map { isPresent($0 / steps, $0 % steps) ? 1 : 0 }, shape: [batch, steps])
    }
    return [
        mask { row, step in step >= row % (steps + 1) }, mask { row, step in step < row % (steps + 1) },
        mask { _, _ in isRandom() }, mask { _, _ in false }, mask { _, _ in true },
        // Whatever is not 0 counts.
        Tensor((0..<batch * steps).map { [-1, 0, 0.25][$0 % 3] }, shape: [batch, steps]),
    ]
}
