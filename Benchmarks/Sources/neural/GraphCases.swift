import Kernels
import Layers
import Tensors
import Training

enum GraphCases {
    static var all: [Case] { [100, 1000, 10_000].flatMap { [training(nodes: $0), inference(nodes: $0)] } }

    private static func operations(nodes: Int) -> Double {
        2 * Double(nodes) * Double(32 * 64 + 64 * 32 + 32 * 16 + 16)
    }

    /// Three edges a node between random nodes, each with the weight 1/3.
    private static func prepared(nodes: Int) -> (GraphNetwork, Adjacency, x: Tensor, y: Tensor) {
        var generator = SeededGenerator(seed: 1)
        let edges = (0..<3 * nodes).map { _ in
            (Int.random(in: 0..<nodes, using: &generator), Int.random(in: 0..<nodes, using: &generator))
        }
        let graph = Adjacency(
            nodes: nodes, edges: edges, weights: edges.map { _ in 1 / 3 }, normalization: .none, selfLoops: false)
        return (
            GraphNetwork(using: &generator), graph, .normal([nodes, 32], using: &generator),
            .normal([nodes, 1], using: &generator)
        )
    }

    private static func training(nodes: Int) -> Case {
        Case(
            name: "gcn train nodes \(nodes)", rounds: nodes > 1000 ? 30 : 200, operations: 3 * operations(nodes: nodes),
            prepare: {
                var (model, graph, x, y) = prepared(nodes: nodes)
                var optimizer = Adam(learningRate: 1e-3)
                return {
                    let (_, gradients) = valueAndGradient(of: model) { meanSquaredError($0(x, over: graph), y) }
                    optimizer.update(&model, along: gradients)
                }
            },
            prepareProducts: {
                let shapes = [(64, 32), (32, 64), (16, 32)]
                let forward = shapes.map { MatrixProduct(nodes, $0.0, $0.1) }
                let byWeight = shapes.map { MatrixProduct($0.0, $0.1, nodes) }
                let byInput = shapes.dropFirst().map { MatrixProduct(nodes, $0.1, $0.0) }
                return run(forward + byWeight + byInput)
            })
    }

    private static func inference(nodes: Int) -> Case {
        Case(
            name: "gcn infer nodes \(nodes)", rounds: nodes > 1000 ? 60 : 400, operations: operations(nodes: nodes),
            prepare: {
                let (model, graph, x, _) = prepared(nodes: nodes)
                return { keep(model(x, over: graph)) }
            },
            prepareProducts: { run([(64, 32), (32, 64), (16, 32)].map { MatrixProduct(nodes, $0.0, $0.1) }) })
    }
}
