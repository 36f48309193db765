import Files
import Kernels
import Layers
import Tensors
import TestSupport
import Testing

@Suite(.enabled(if: python != nil, "TACTUS_PYTHON is not set"))
struct SequentialONNXTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func aSequenceOfLayersAnswersAsOurs(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var network = Sequential {
            LayerNorm(width: 7, epsilon: 1e-3)
            Linear(inputs: 7, outputs: 6, using: &generator)
            Activation(.tanh)
            Dropout(rate: 0.5)
            QuantileHead(inputs: 6, quantiles: [0.05, 0.5, 0.95], using: &generator)
        }
        network.forEachParameter { _, parameter in
            parameter = parameter + Tensor.normal(parameter.shape, using: &generator) * 0.5
        }
        var graph = ONNXGraph(name: "network")
        let x = graph.input("x", shape: ["N", 7])
        graph.output(try network.export(x, to: &graph), named: "y", shape: ["N", 3])
        let cases = [1, 2, 31].map { rows in
            let x = Tensor.normal([rows, 7], using: &generator) * 2 + 1
            return ONNXCase(["x": x], network(x))
        }
        let (differences, reading) = try compareWithONNX(graph, cases)
        #expect(differences.allSatisfy { $0 < 1e-5 }, "\(differences)")
        for (name, _) in network.parameterShapes { #expect(reading.constants.contains(name)) }
    }

    @Test func aHeadOfOneQuantileIsALine() throws {
        var generator = SeededGenerator(seed: 4)
        let head = QuantileHead(inputs: 5, quantiles: [0.5], using: &generator)
        var graph = ONNXGraph(name: "head")
        let x = graph.input("x", shape: ["N", "T", 5])
        graph.output(head.export(x, to: &graph), named: "y", shape: ["N", "T", 1])
        let input = Tensor.normal([2, 3, 5], using: &generator)
        let (differences, _) = try compareWithONNX(graph, [ONNXCase(["x": input], head(input))])
        #expect(differences.allSatisfy { $0 < 1e-5 }, "\(differences)")
    }

    @Test func indicesBecomeRowsWithTheirPlaces() throws {
        var generator = SeededGenerator(seed: 5)
        let words = Embedding(count: 13, width: 6, using: &generator)
        let places = PositionalEncoding(width: 6, longest: 9)
        var graph = ONNXGraph(name: "words")
        let indices = graph.input("indices", .int64, shape: ["N", "T"])
        let rows = graph.scope("words") { words.export(indices, to: &$0) }
        graph.output(places.export(rows, to: &graph), named: "y", shape: ["N", "T", 6])
        let cases = [(1, 1), (1, 9), (3, 2), (5, 7)].map { batch, steps in
            let sequences = (0..<batch).map { _ in (0..<steps).map { _ in Int(generator.next() % 13) } }
            return ONNXCase(indices: sequences, places(words(sequences)))
        }
        let (differences, reading) = try compareWithONNX(graph, cases)
        #expect(differences.allSatisfy { $0 < 1e-5 }, "\(differences)")
        #expect(reading.inputs == ["indices: tensor(int64) [N, T]"])
        #expect(reading.constants.contains("words.weight"))
    }

    @Test func aLayerWithoutAFormInONNXIsRefusedByName() {
        struct Doubling: Layer {
            func callAsFunction(_ x: Tensor) -> Tensor { x + x }
            mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {}
        }
        var graph = ONNXGraph(name: "network")
        let x = graph.input("x", shape: ["N", 7])
        #expect(throws: InputError("a Doubling has no form in ONNX", field: "layer1")) {
            try Sequential([Dropout(rate: 0), Doubling()]).export(x, to: &graph)
        }
    }
}
