import Files
import Foundation
import Kernels
import Layers
import NumericalChecks
import Registry
import TestSupport
import Tensors
import Testing
import Workflows

@testable import Models

/// Sequences with any number of steps behind their padding, as the encoder makes them, or with any mask that has the task.
private func sequences(
    batch: Int, steps: Int, anyMask: Bool, _ generator: inout SeededGenerator
) -> Sequences {
    let mask = (0..<batch).flatMap { _ in
        let padding = Int(generator.next() % UInt64(steps))
        return (0..<steps).map { step -> Float in
            step == steps - 1 ? 1 : anyMask ? (generator.uniform() < 0.5 ? 1 : 0) : (step < padding ? 0 : 1)
        }
    }
    return Sequences(
        inputs: .normal([batch, steps, SequenceEncoder.width], using: &generator),
        mask: Tensor(mask, shape: [batch, steps]))
}

/// A version of `kind` in a registry of its own.
private func published(_ kind: String, in folder: TemporaryFolder) throws -> ModelVersion {
    let (trainer, rows) = (small(kind), series(Array(wave.prefix(160))))
    let predictor = try #require(followers[kind])
    let registry = ModelRegistry(path: folder("models"))
    let name = try CheckedName("predictor")
    let manifest = ModelManifest(
        name: name, kind: kind, architecture: trainer.architectureFields, hyperparameters: trainer.hyperparameters,
        seed: 1, features: trainer.features, inputs: trainer.inputs, outputs: trainer.outputs,
        dataset: .init(rows: rows.count, firstAt: 0, lastAt: 1, sha256: "0"), metrics: [], parentVersion: nil,
        commit: nil, created: 1)
    let version = try registry.publish(
        manifest, weights: predictor.archive(), golden: GoldenAnswers.archive(of: predictor, executions: rows),
        metrics: "{}", card: "# \(kind)")
    return try registry.load(name, version)
}

/// What a network of `kind` with weights of its own answers.
private func outputs(_ predictor: any PublishablePredictor, _ sequences: Sequences) throws -> Tensor {
    if let predictor = predictor as? LSTMPredictor { return predictor.network(sequences) }
    return try #require(predictor as? TransformerPredictor).network(sequences)
}

@Suite(.enabled(if: python != nil, "TACTUS_PYTHON is not set"))
struct NetworkPredictorTests {
    @Test(arguments: networkKinds)
    func theNetworkAnswersInONNXRuntimeAsHere(kind: String) throws {
        try TemporaryFolder.with { folder in
            let version = try published(kind, in: folder)
            let predictor = try Catalog.load(version)
            var generator = SeededGenerator(seed: 7)
            let cases = [1, 2, 7, 131].flatMap { batch in
                [false, true].map { sequences(batch: batch, steps: 7, anyMask: $0, &generator) }
            }
            let questions = try cases.map { sequences in
                var archive = WeightArchive()
                archive.set("sequences", shape: sequences.inputs.shape.axes, .float32(sequences.inputs.scalars))
                archive.set("mask", shape: sequences.mask.shape.axes, .float32(sequences.mask.scalars))
                return try Safetensors.encode(archive)
            }
            let model = try Catalog.onnx(of: version, producerVersion: "test")
            try writeAtomically(model.encoded(), to: folder("model.onnx"))
            let (reading, answers) = try runONNX(folder("model.onnx"), questions: questions)
            #expect(reading.inputs == ["sequences: tensor(float) [N, 7, 16]", "mask: tensor(float) [N, 7]"])
            #expect(reading.outputs == ["residuals: tensor(float) [N, 3, 9]"])
            #expect(answers.count == cases.count)
            for (answer, sequences) in zip(answers, cases) {
                let ours = try outputs(predictor, sequences)
                #expect(ours.shape == [sequences.inputs.shape[0], 3, 9])
                #expect(ours.scalars.contains { abs($0) > 0.01 })
                let theirs = try Safetensors.decode(answer).floats("residuals", shape: ours.shape.axes)
                #expect(largestDifference(theirs, ours.scalars) < 2e-5)
            }
        }
    }

    @Test(arguments: networkKinds)
    func theFileSaysWhatFeedsTheNetwork(kind: String) throws {
        try TemporaryFolder.with { folder in
            let version = try published(kind, in: folder)
            let model = try Catalog.onnx(of: version, producerVersion: "test")
            // The graph's ports are those that the manifest promises.
            #expect(model.graph.inputs.map(ModelManifest.Signature.init) == version.manifest.inputs)
            #expect(model.graph.outputs.map(ModelManifest.Signature.init) == version.manifest.outputs)
            #expect(model.metadata["name"] == "predictor" && model.metadata["version"] == "1")
            #expect(model.metadata["kind"] == kind && model.metadata["manifest"] == version.digest)
            #expect(model.metadata["weights"] == version.manifest.files["weights.safetensors"])
            let features = try JSONDecoder().decode(
                [ModelManifest.Feature].self, from: Data((model.metadata["features"] ?? "").utf8))
            #expect(features == version.manifest.features)
            #expect(model.metadata["scales"] == (try version.weights.text("calibrations")))
            #expect(try Catalog.onnx(of: version, producerVersion: "test").encoded() == model.encoded())
        }
    }
}

@Test func headsBeginWithADistributionAndNeverCross() {
    var generator = SeededGenerator(seed: 3)
    var heads = QuantileHeads(inputs: 5)
    let states = Tensor.normal([4, 5], using: &generator)
    let start = heads(states)
    #expect(start.shape == [4, 3, 9])
    for (place, value) in start.scalars.enumerated() {
        #expect(abs(Double(value) - QuantileHeads.start[place % 9]) < 1e-5)
    }
    // The median absolute deviation of that distribution, over 1.4826: ± ln 3 of a logistic one.
    #expect(abs(QuantileHeads.start[4] * 1.4826 - 1) < 1e-9 && QuantileHeads.start[3] == 0)
    heads.forEachParameter { _, parameter in parameter = .normal(parameter.shape, using: &generator) }
    let answers = heads(states)
    for row in 0..<12 {
        let levels = Array(answers.scalars[row * 9..<row * 9 + 9])
        #expect(zip(levels, levels.dropFirst()).allSatisfy { $0 < $1 })
    }
    // The heads stand in the order of the targets.
    let memory = heads.heads[1](states)
    for row in 0..<4 {
        let own = Array(memory.scalars[row * 9..<row * 9 + 9])
        #expect(own == Array(answers.scalars[row * 27 + 9..<row * 27 + 18]))
    }
}

/// Padding in front, and how much of it there is, changes no answer.
@Test(arguments: networkKinds)
func paddingIsNotRead(kind: String) throws {
    let predictor = try #require(followers[kind])
    var generator = SeededGenerator(seed: 5)
    let bare = Tensor.normal([1, 3, 16], using: &generator)
    let answer = try outputs(predictor, Sequences(inputs: bare, mask: .ones([1, 3])))
    for padding in 1...4 {
        let rubbish = Tensor(repeating: .nan, shape: [1, padding, 16])
        let mask = Tensor([Float](repeating: 0, count: padding) + [1, 1, 1], shape: [1, padding + 3])
        let padded = try outputs(
            predictor, Sequences(inputs: .concatenated([rubbish, bare], alongAxis: 1), mask: mask))
        #expect(largestDifference(padded.scalars, answer.scalars) < 1e-5)
    }
}
