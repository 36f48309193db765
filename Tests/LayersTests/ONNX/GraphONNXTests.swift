import Kernels
import Layers
import Tensors
import TestSupport
import Testing

@Suite(.enabled(if: python != nil, "TACTUS_PYTHON is not set"))
struct GraphONNXTests {
    /// Graphs of few and many edges, some of them between the same nodes, with features of nodes [N, 6] and edges [E, 3].
    private static func cases(
        _ normalization: Adjacency.Normalization, selfLoops: Bool, _ generator: inout SeededGenerator
    ) -> [(graph: Adjacency, x: Tensor, edges: Tensor)] {
        [(1, 0), (1, 1), (2, 1), (7, 13), (31, 97)].map { nodes, count in
            let edges = (0..<count).map { _ in
                (source: Int(generator.next() % UInt64(nodes)), target: Int(generator.next() % UInt64(nodes)))
            }
            let graph = Adjacency(
                nodes: nodes, edges: edges, weights: edges.map { _ in generator.uniform() * 2 },
                normalization: normalization, selfLoops: selfLoops)
            return (graph, .normal([nodes, 6], using: &generator), .normal([count, 3], using: &generator))
        }
    }

    private static func inputs(of graph: Adjacency, x: Tensor, edges: Tensor, _ answer: Tensor) -> ONNXCase {
        var question = ONNXCase(["x": x, "edges": edges], answer)
        let elements = graph.elements
        let count = elements.coefficients.count
        question.inputs.set("graph.sources", shape: [count], .int64(elements.sources.map(Int64.init)))
        question.inputs.set("graph.targets", shape: [count], .int64(elements.targets.map(Int64.init)))
        question.inputs.set("graph.coefficients", shape: [count], .float32(elements.coefficients))
        return question
    }

    /// One layer that gathers before its product and one that gathers behind it, over graphs that each call brings.
    @Test(arguments: Adjacency.Normalization.allCases, [false, true])
    func aNetworkOverAnyGraphAnswersAsOurs(normalization: Adjacency.Normalization, selfLoops: Bool) throws {
        var generator = SeededGenerator(seed: 1)
        var wide = GraphConvolution(inputs: 6, edgeInputs: 3, outputs: 9, using: &generator)
        var narrow = GraphConvolution(inputs: 9, edgeInputs: 3, outputs: 4, activation: .tanh, using: &generator)
        (wide.bias, narrow.bias) = (.normal([9], using: &generator), .normal([4], using: &generator))
        var graph = ONNXGraph(name: "convolutions")
        let (x, edges) = (graph.input("x", shape: ["N", 6]), graph.input("edges", shape: ["E", 3]))
        let adjacency = ONNXAdjacency(inputsOf: &graph)
        let heard = adjacency.sums(ofEdges: edges, nodes: x, in: &graph)
        let hidden = graph.scope("wide") { wide.export(x, over: adjacency, edges: heard, to: &$0) }
        let y = graph.scope("narrow") { narrow.export(hidden, over: adjacency, edges: heard, to: &$0) }
        graph.output(y, named: "y", shape: ["N", 4])
        let cases = Self.cases(normalization, selfLoops: selfLoops, &generator).map { graph, x, edges in
            let heard = graph.sums(ofEdges: edges)
            let hidden = wide(x, over: graph, edges: heard)
            return Self.inputs(of: graph, x: x, edges: edges, narrow(hidden, over: graph, edges: heard))
        }
        let (differences, reading) = try compareWithONNX(graph, cases)
        #expect(differences.count == 5 && differences.allSatisfy { $0 < 1e-5 }, "\(differences)")
        #expect(reading.constants.contains("wide.edgeWeight"))
        #expect(reading.inputs.contains("graph.sources: tensor(int64) [graph.M]"))
    }

    @Test func aGraphMayBeAConstant() throws {
        var generator = SeededGenerator(seed: 2)
        let layer = GraphConvolution(inputs: 6, outputs: 5, activation: .sigmoid, using: &generator)
        for (adjacency, x, _) in Self.cases(.symmetric, selfLoops: true, &generator).dropFirst(3) {
            var graph = ONNXGraph(name: "convolution")
            let input = graph.input("x", shape: [.length(adjacency.nodes), 6])
            let y = layer.export(input, over: ONNXAdjacency(adjacency, in: &graph), to: &graph)
            graph.output(y, named: "y", shape: [.length(adjacency.nodes), 5])
            let (differences, _) = try compareWithONNX(graph, [ONNXCase(["x": x], layer(x, over: adjacency))])
            #expect(differences.allSatisfy { $0 < 1e-5 }, "\(differences)")
        }
    }
}
