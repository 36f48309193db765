import Kernels
import Layers
import Tensors
import Testing

/// Two convolutions.
private struct Network: Module {
    var first: GraphConvolution
    var second: GraphConvolution

    init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        first = GraphConvolution(inputs: 4, outputs: 8, using: &generator)
        second = GraphConvolution(inputs: 8, outputs: 1, activation: .sigmoid, using: &generator)
    }

    func callAsFunction(_ x: Tensor, over graph: Adjacency) -> Tensor { second(first(x, over: graph), over: graph) }

    mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        try first.forEachParameter(named: "first", body)
        try second.forEachParameter(named: "second", body)
    }
}

/// Two communities: edges lie within one nine times out of ten, and features tell them apart five times out of six.
private func planted(nodes: Int, seed: UInt64) -> (graph: Adjacency, x: Tensor, labels: Tensor) {
    var generator = SeededGenerator(seed: seed)
    let community = (0..<nodes).map { $0 % 2 }
    var edges: [(source: Int, target: Int)] = []
    while edges.count < 6 * nodes {
        let (a, b) = (Int.random(in: 0..<nodes, using: &generator), Int.random(in: 0..<nodes, using: &generator))
        guard generator.uniform() < (community[a] == community[b] ? 0.9 : 0.1) else { continue }
        edges += [(a, b), (b, a)]
    }
    let x = Tensor.normal([nodes, 4], using: &generator)
    let hint = Tensor(community.flatMap { [$0 == 0 ? 1 : -1, 0, 0, 0] }, shape: [nodes, 4])
    return (Adjacency(nodes: nodes, edges: edges), x + hint, Tensor(community.map(Float.init), shape: [nodes, 1]))
}

@Test func aGraphNetworkFindsPlantedCommunities() {
    let (graph, x, labels) = planted(nodes: 200, seed: 7)
    var network = Network(seed: 8)
    let loss = { (network: Network) in meanSquaredError(network(x, over: graph), labels) }
    for _ in 0..<150 {
        let (_, gradients) = valueAndGradient(of: network, loss)
        var place = 0
        network.forEachParameter { _, parameter in
            let gradient = gradients.parameters[place]
            parameter.update { BLAS.add(gradient.span, scale: -0.5, into: &$0) }
            place += 1
        }
    }
    #expect(loss(network).scalar < 0.03)
    // Another graph of the same kind, whose features alone tell 84 of 100.
    let unseen = planted(nodes: 100, seed: 9)
    let found = network(unseen.x, over: unseen.graph).scalars
    let right = zip(found, unseen.labels.scalars).filter { ($0 > 0.5) == ($1 > 0.5) }.count
    #expect(right >= 93, "\(right)")
}
