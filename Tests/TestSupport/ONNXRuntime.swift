import Files
import Foundation

/// A model as Python's `onnx` and `onnxruntime` see it.
public struct ONNXReading: Decodable, Sendable {
    /// The program that made it.
    public let producer: String
    /// That program's version.
    public let producerVersion: String
    /// The version of the file format.
    public let formatVersion: Int
    /// The version of the operators.
    public let operatorSet: Int
    /// Texts beside the graph.
    public let metadata: [String: String]
    /// Inputs, such as `x: tensor(float) [N, 16]`.
    public let inputs: [String]
    /// Outputs, likewise.
    public let outputs: [String]
    /// The operators of the nodes, in order.
    public let operators: [String]
    /// Names of the initializers, in order.
    public let constants: [String]
}

/// Lets `onnx` check the model in the file `model` with inference of shapes, and ONNX Runtime run it.
///
/// Each of `questions` holds the inputs of one run in safetensors, and each answer its outputs. It needs `TACTUS_PYTHON`:
/// give a test that calls this `.enabled(if: python != nil)`.
public func runONNX(
    _ model: String, questions: [[UInt8]] = []
) throws -> (reading: ONNXReading, answers: [[UInt8]]) {
    try TemporaryFolder.with { folder in
        let files = try questions.enumerated().map { place, question in
            try folder.write(Data(question), to: "\(place)")
        }
        let result = try runPython(script, [model] + files)
        guard result.status == 0 else { throw ONNXRefusal(errors: result.errors) }
        return (
            try JSONDecoder().decode(ONNXReading.self, from: Data(result.output.utf8)),
            try files.map { try readBytes(of: $0 + ".answers") }
        )
    }
}

/// What Python said when it refused a model.
public struct ONNXRefusal: Error {
    /// What it wrote to standard error.
    public let errors: String
}

private let script = """
    import json, sys
    import onnx, onnxruntime
    from safetensors.numpy import load_file, save_file

    path, questions = sys.argv[1], sys.argv[2:]
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 2
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    for question in questions:
        answers = session.run(names, load_file(question))
        save_file(dict(zip(names, answers)), question + ".answers")
    signatures = lambda ports: [f"{p.name}: {p.type} [{', '.join(map(str, p.shape))}]" for p in ports]
    print(json.dumps(dict(
        producer=model.producer_name, producerVersion=model.producer_version, formatVersion=model.ir_version,
        operatorSet=model.opset_import[0].version, metadata={p.key: p.value for p in model.metadata_props},
        inputs=signatures(session.get_inputs()), outputs=signatures(session.get_outputs()),
        operators=[node.op_type for node in model.graph.node],
        constants=[constant.name for constant in model.graph.initializer])))
    """
