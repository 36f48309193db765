import Files
import Foundation
import Kernels
import Layers
import NumericalChecks
import Registry
import TestSupport
import Tensors
import Testing

@testable import Models

@Suite(.enabled(if: python != nil, "TACTUS_PYTHON is not set"))
struct NetworkPredictorTests {
    private static func champion() throws -> ModelVersion {
        try ModelRegistry(path: repository + "/models").load(CheckedName("predictor"), 1)
    }

    /// Sequences with any number of steps behind their padding, as the encoder makes them, and with any mask.
    private static func sequences(
        batch: Int, _ architecture: LSTMArchitecture, anyMask: Bool, _ generator: inout SeededGenerator
    ) -> Sequences {
        let steps = architecture.history + 1
        let mask = (0..<batch).flatMap { _ in
            let padding = Int(generator.next() % UInt64(steps))
            return (0..<steps).map { step -> Float in
                anyMask ? (generator.uniform() < 0.5 ? 1 : 0) : (step < padding ? 0 : 1)
            }
        }
        return Sequences(
            inputs: .normal([batch, steps, architecture.inputs], using: &generator),
            mask: Tensor(mask, shape: [batch, steps]))
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func theChampionsNetworkAnswersInONNXRuntimeAsHere(seed: UInt64) throws {
        let version = try Self.champion()
        let predictor = try LSTMPredictor(
            version.weights, architecture: LSTMArchitecture(version.manifest.architecture))
        var generator = SeededGenerator(seed: seed)
        let cases = [1, 2, 7, 64, 131].flatMap { batch in
            [false, true].map {
                Self.sequences(batch: batch, predictor.architecture, anyMask: $0, &generator)
            }
        }
        let questions = try cases.map { sequences in
            var archive = WeightArchive()
            archive.set("sequences", shape: sequences.inputs.shape.axes, .float32(sequences.inputs.scalars))
            archive.set("mask", shape: sequences.mask.shape.axes, .float32(sequences.mask.scalars))
            return try Safetensors.encode(archive)
        }
        try TemporaryFolder.with { folder in
            let model = try Catalog.onnx(of: version, producerVersion: "test")
            try writeAtomically(model.encoded(), to: folder("model.onnx"))
            let (reading, answers) = try runONNX(folder("model.onnx"), questions: questions)
            #expect(reading.inputs == ["sequences: tensor(float) [N, 9, 16]", "mask: tensor(float) [N, 9]"])
            #expect(reading.outputs == ["residuals: tensor(float) [N, 3]"])
            #expect(answers.count == cases.count)
            for (answer, sequences) in zip(answers, cases) {
                let ours = predictor.network(sequences)
                #expect(ours.scalars.contains { abs($0) > 0.01 })
                let theirs = try Safetensors.decode(answer).floats("residuals", shape: ours.shape.axes)
                #expect(largestDifference(theirs, ours.scalars) < 1e-5)
            }
        }
    }

    @Test func theFileSaysWhatFeedsTheNetwork() throws {
        let version = try Self.champion()
        let model = try Catalog.onnx(of: version, producerVersion: "test")
        // The graph's ports are those that the manifest promises.
        #expect(model.graph.inputs.map(ModelManifest.Signature.init) == version.manifest.inputs)
        #expect(model.graph.outputs.map(ModelManifest.Signature.init) == version.manifest.outputs)
        #expect(model.metadata["name"] == "predictor" && model.metadata["version"] == "1")
        #expect(model.metadata["kind"] == "lstm" && model.metadata["manifest"] == version.digest)
        #expect(model.metadata["weights"] == version.manifest.files["weights.safetensors"])
        let features = try JSONDecoder().decode(
            [ModelManifest.Feature].self, from: Data((model.metadata["features"] ?? "").utf8))
        #expect(features == version.manifest.features)
        #expect(model.metadata["scales"] == (try version.weights.text("calibrations")))
        #expect(try Catalog.onnx(of: version, producerVersion: "test").encoded() == model.encoded())
    }
}
