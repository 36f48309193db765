import Foundation
import Kernels
import Layers
import Tensors
import TestSupport
import Testing

@Suite(.enabled(if: python != nil, "TACTUS_PYTHON is not set"))
struct LinearONNXTests {
    @Test(arguments: Tensor.Activation.allCases)
    func aLinearLayerAnswersAsOurs(activation: Tensor.Activation) throws {
        var generator = SeededGenerator(seed: 1)
        var layer = Linear(inputs: 7, outputs: 5, activation: activation, using: &generator)
        layer.bias = .normal([5], using: &generator)
        var graph = ONNXGraph(name: "linear")
        let x = graph.input("x", shape: ["N", 7])
        graph.output(layer.export(x, to: &graph), named: "y", shape: ["N", 5])
        let cases = [1, 2, 31].map { rows in
            let x = Tensor.normal([rows, 7], using: &generator)
            return ONNXCase(["x": x], layer(x))
        }
        let (differences, reading) = try compareWithONNX(graph, cases)
        #expect(differences.allSatisfy { $0 < 1e-5 }, "\(differences)")
        #expect(reading.constants.starts(with: ["weight", "bias"]))
    }

    @Test func aLinearLayerTakesSequences() throws {
        var generator = SeededGenerator(seed: 3)
        let layer = Linear(inputs: 7, outputs: 5, activation: .gelu, using: &generator)
        var graph = ONNXGraph(name: "linear")
        let x = graph.input("x", shape: ["N", "T", 7])
        graph.output(layer.export(x, to: &graph), named: "y", shape: ["N", "T", 5])
        let cases = [1, 3].map { batch in
            let x = Tensor.normal([batch, 11, 7], using: &generator) * 3
            return ONNXCase(["x": x], layer(x))
        }
        let (differences, _) = try compareWithONNX(graph, cases)
        #expect(differences.allSatisfy { $0 < 1e-5 }, "\(differences)")
    }

    @Test func layersOfANetworkHaveTheNamesOfItsParts() throws {
        var generator = SeededGenerator(seed: 2)
        let first = Linear(inputs: 3, outputs: 4, activation: .tanh, using: &generator)
        let second = Linear(inputs: 4, outputs: 4, activation: .relu, using: &generator)
        var graph = ONNXGraph(name: "network")
        let x = graph.input("x", shape: ["N", 3])
        // The second layer twice, so that its names are asked for twice.
        let y = graph.scope("network") { graph in
            let hidden = graph.scope("first") { first.export(x, to: &$0) }
            let once = graph.scope("second") { second.export(hidden, to: &$0) }
            return graph.scope("second") { second.export(once, to: &$0) }
        }
        graph.output(y, named: "y", shape: ["N", 4])
        let input = Tensor.normal([5, 3], using: &generator)
        let (differences, reading) = try compareWithONNX(graph, [ONNXCase(["x": input], second(second(first(input))))])
        #expect(differences.allSatisfy { $0 < 1e-5 }, "\(differences)")
        #expect(
            reading.constants == [
                "network.first.weight", "network.first.bias", "network.second.weight", "network.second.bias",
                "network.second.weight_2", "network.second.bias_2",
            ])
        #expect(
            reading.operators == [
                "MatMul", "Add", "Tanh", "MatMul", "Add", "Relu", "MatMul", "Add", "Relu", "Identity",
            ])
    }

    @Test func aModelSaysWhatItIs() throws {
        try TemporaryFolder.with { folder in
            var graph = ONNXGraph(name: "nothing")
            let x = graph.input("x", shape: ["N", "T", 2])
            graph.output(x, named: "y", shape: ["N", "T", 2])
            let model = ONNXModel(
                graph, producerVersion: "1.2.3", documentation: "Nothing is done.",
                metadata: ["b": "2", "a": "é\n\"1\""])
            try folder.write(Data(model.encoded()), to: "model.onnx")
            let reading = try runONNX(folder("model.onnx")).reading
            #expect(reading.producer == "tactus" && reading.producerVersion == "1.2.3")
            #expect(reading.formatVersion == 8 && reading.operatorSet == 17 && ONNXModel.operatorSet == 17)
            #expect(reading.metadata == ["a": "é\n\"1\"", "b": "2"])
            #expect(reading.inputs == ["x: tensor(float) [N, T, 2]"])
            #expect(reading.outputs == ["y: tensor(float) [N, T, 2]"])
            #expect(reading.operators == ["Identity"] && reading.constants == [])
        }
    }
}
