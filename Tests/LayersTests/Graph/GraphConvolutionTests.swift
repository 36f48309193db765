import Foundation
import Kernels
import Layers
import NumericalChecks
import Tensors
import Testing

/// The graphs of the golden file.
private struct GoldenGraphs: Decodable {
    struct Graph: Decodable {
        let source: [Int]
        let target: [Int]
        let weights: [Float]
        let normalization: String
        let selfLoops: Bool
    }

    let graphs: [String: Graph]

    static func read() throws -> [String: Graph] {
        let place = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "../Golden/graphs.json")
        return try JSONDecoder().decode(GoldenGraphs.self, from: Data(contentsOf: place)).graphs
    }
}

private let golden = Result { try GoldenCases.read("graphs.json", besideTest: #filePath, folder: "../Golden") }
private let goldenGraphs = Result { try GoldenGraphs.read() }

/// A convolution from x, e, W, V and b.
private func convolution(_ inputs: [Tensor], over graph: Adjacency) -> Tensor {
    let layer = GraphConvolution(weight: inputs[2], edgeWeight: inputs[3], bias: inputs[4], activation: .tanh)
    return layer(inputs[0], over: graph, edges: graph.sums(ofEdges: inputs[1]))
}

@Test(arguments: ["one node", "wider", "narrower", "row", "row with loops", "plain", "sparse"])
func graphConvolutionsAreThoseOfPyTorch(name: String) throws {
    let example = try #require(try golden.get().cases[name])
    let given = try #require(try goldenGraphs.get()[name])
    let graph = Adjacency(
        nodes: example.inputs[0].tensor.shape[0], edges: Array(zip(given.source, given.target)), weights: given.weights,
        normalization: try #require(Adjacency.Normalization(rawValue: given.normalization)), selfLoops: given.selfLoops)
    expectGolden(example) { convolution($0, over: graph) }
}

/// Random edges among `nodes` nodes.
private func graph(
    nodes: Int, edges: Int, _ normalization: Adjacency.Normalization, _ generator: inout SeededGenerator
) -> Adjacency {
    let ends = (0..<edges).map { _ in
        (Int.random(in: 0..<nodes, using: &generator), Int.random(in: 0..<nodes, using: &generator))
    }
    let weights = ends.map { _ in generator.uniform() + 0.1 }
    return Adjacency(nodes: nodes, edges: ends, weights: weights, normalization: normalization)
}

/// Sizes: nodes, edges, inputs, edge features, outputs; wider and narrower, one and primes.
private let sizes = [(1, 1, 1, 1, 1), (5, 7, 2, 3, 5), (7, 13, 5, 1, 2), (11, 0, 3, 2, 3), (0, 0, 2, 2, 3)]

private func inputs(_ size: (Int, Int, Int, Int, Int), _ generator: inout SeededGenerator) -> [Tensor] {
    let (nodes, edges, width, features, outputs) = size
    let shapes: [Shape] = [[nodes, width], [edges, features], [outputs, width], [outputs, features], [outputs]]
    return shapes.map { .normal($0, using: &generator) }
}

@Test(arguments: 1...5 as ClosedRange<UInt64>)
func gradientsOfConvolutionsAreThoseOfDifferenceQuotients(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for size in sizes {
        for normalization in Adjacency.Normalization.allCases {
            let graph = graph(nodes: size.0, edges: size.1, normalization, &generator)
            let error = directionalGradientError(
                of: { convolution($0, over: graph) }, at: inputs(size, &generator), seed: seed)
            #expect(error < 2e-3, "\(size), \(normalization)")
        }
    }
}

/// The layer from tensor operations on a dense matrix, edge by edge: the oracle of the fused one.
private func composed(_ inputs: [Tensor], over graph: Adjacency) -> Tensor {
    let (x, e, w, v, b) = (inputs[0], inputs[1], inputs[2], inputs[3], inputs[4])
    let (nodes, edges) = (graph.nodes, graph.edges.count)
    var (coming, going) = ([Float](repeating: 1, count: nodes), [Float](repeating: 1, count: nodes))
    for (edge, weight) in zip(graph.edges, graph.weights) {
        coming[edge.target] += weight
        going[edge.source] += weight
    }
    func element(_ row: Int, _ column: Int, _ weight: Float) -> Float {
        switch graph.normalization {
        case .none: weight
        case .row: weight / coming[row]
        case .symmetric: weight / (coming[row] * going[column]).squareRoot()
        }
    }
    var (dense, ends) = ([Float](repeating: 0, count: nodes * nodes), [Float](repeating: 0, count: nodes * edges))
    for node in 0..<nodes { dense[node * nodes + node] += element(node, node, 1) }
    for (place, edge) in graph.edges.enumerated() {
        let value = element(edge.target, edge.source, graph.weights[place])
        dense[edge.target * nodes + edge.source] += value
        ends[edge.target * edges + place] += value
    }
    let heard = Tensor(dense, shape: [nodes, nodes]).matmul(x).matmul(w, transposed: true)
    return (heard + Tensor(ends, shape: [nodes, edges]).matmul(e).matmul(v, transposed: true) + b).tanh()
}

@Test(arguments: 1...5 as ClosedRange<UInt64>)
func aFusedConvolutionEqualsItsParts(seed: UInt64) {
    var generator = SeededGenerator(seed: seed &+ 20)
    for size in sizes {
        for normalization in Adjacency.Normalization.allCases {
            let graph = graph(nodes: size.0, edges: size.1, normalization, &generator)
            let all = inputs(size, &generator)
            let fused = convolution(all, over: graph)
            #expect(fused.shape == [size.0, size.4])
            #expect(largestDifference(fused.scalars, composed(all, over: graph).scalars) < 2e-6)
            let upstream = fused.scalars.map { _ in generator.normal() }
            let found = gradients(of: { convolution($0, over: graph) }, at: all, upstream: upstream)
            let expected = gradients(of: { composed($0, over: graph) }, at: all, upstream: upstream)
            for (one, other) in zip(found, expected) { #expect(largestDifference(one, other) < 5e-6) }
        }
    }
}

@Test func weightsOfAnySizeAreNormalized() {
    for size in [1e-30, 1, 1e30, 2e38] as [Float] {
        func coefficients(_ normalization: Adjacency.Normalization) -> [Float] {
            Adjacency(
                nodes: 3, edges: [(0, 2), (1, 2)], weights: [size, size], normalization: normalization, selfLoops: false
            ).elements.coefficients
        }
        #expect(coefficients(.none) == [size, size])
        #expect(coefficients(.row) == [0.5, 0.5])
        #expect(largestDifference(coefficients(.symmetric), [0.707_106_8, 0.707_106_8]) < 1e-6)
    }
}

@Test func reversedMessagesGoBack() {
    let graph = Adjacency(nodes: 3, edges: [(0, 1), (0, 2)], weights: [1, 3], normalization: .row, selfLoops: false)
    let layer = GraphConvolution(weight: .ones([1, 1]), bias: .zeros([1]), activation: .identity)
    let x = Tensor([8, 2, 10], shape: [3, 1])
    #expect(layer(x, over: graph).scalars == [0, 8, 8])
    // Node 0 hears the mean of both by their weights, (2 + 3 · 10) / 4.
    #expect(layer(x, over: graph.reversed).scalars == [8, 0, 0])
    #expect(graph.reversed.reversed.edges.map(\.source) == [0, 0])
}

@Test func parametersOfConvolutionsHaveNames() {
    var generator = SeededGenerator(seed: 1)
    var layer = GraphConvolution(inputs: 32, edgeInputs: 16, outputs: 64, using: &generator)
    #expect(layer.parameterShapes.map(\.name) == ["weight", "edgeWeight", "bias"])
    #expect(layer.parameterShapes.map(\.shape) == [[64, 32], [64, 16], [64]])
    layer.forEachParameter { _, parameter in parameter = .ones(parameter.shape) }
    #expect(layer.edgeWeight == .ones([64, 16]))
    let plain = GraphConvolution(inputs: 2, outputs: 3, using: &generator)
    #expect(plain.parameterShapes.map(\.name) == ["weight", "bias"])
}

@Test func edgesThatDoNotFitAreRefused() async {
    expectRefusal(
        saying: "an edge from 0 to 3 among 3 nodes",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Adjacency(nodes: 3, edges: [(0, 3)])
        })
}
