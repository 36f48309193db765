import CAllocations
import Kernels
import Layers
import Tensors
import Training

/// A network with a layer of each kind, and one step of its training.
struct EveryLayer: Module {
    var words: Embedding
    var block: TransformerEncoderBlock
    var memory: LSTM
    var graph: GraphConvolution
    var head: Sequential

    init(using generator: inout SeededGenerator) {
        words = Embedding(count: 5, width: 4, using: &generator)
        block = TransformerEncoderBlock(width: 4, heads: 2, hidden: 4, dropout: 0.1, using: &generator)
        memory = LSTM(inputs: 4, hidden: 3, layers: 2, using: &generator)
        graph = GraphConvolution(inputs: 3, outputs: 4, using: &generator)
        head = Sequential {
            LayerNorm(width: 4)
            Dropout(rate: 0.1)
            Linear(inputs: 4, outputs: 2, activation: .tanh, using: &generator)
            QuantileHead(inputs: 2, quantiles: [0.1, 0.9], using: &generator)
        }
    }

    /// Two quantiles for each sequence; the sequences are the nodes of a graph.
    func callAsFunction(
        _ sequences: [[Int]], mask: Tensor, over sources: Adjacency, using generator: inout SeededGenerator
    ) -> Tensor {
        let seen = block(words(sequences), mask: mask, isCausal: true, using: &generator)
        return head(graph(memory(seen, mask: mask), over: sources), using: &generator)
    }

    mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        try words.forEachParameter(named: "words", body)
        try block.forEachParameter(named: "block", body)
        try memory.forEachParameter(named: "memory", body)
        try graph.forEachParameter(named: "graph", body)
        try head.forEachParameter(named: "head", body)
    }
}

/// A training that goes on and on, and the memory that it holds meanwhile.
enum Leak {
    /// Steps after which it prints a line of JSON; whole epochs, so that both are at the same place of one.
    private static let (few, many) = (1000, 10_000)

    static func run() {
        var generator = SeededGenerator(seed: 4)
        var model = EveryLayer(using: &generator)
        var optimizer = AdamW()
        let graph = Adjacency(nodes: 3, edges: [(0, 1), (1, 2), (2, 0)])
        let mask = Tensor([1, 1, 1, 1, 1, 0, 1, 0, 0], shape: [3, 3])
        let targets = Tensor([1, 0, -1], shape: [3])
        var step = 0
        while step < many {
            for batch in Batches(of: 12, size: 3, seed: 5, epoch: step) {
                let sequences = batch.map { [$0 % 5, $0 % 3, $0 % 4] }
                var (_, gradients) = valueAndGradient(of: model) { model in
                    let quantiles = model(sequences, mask: mask, over: graph, using: &generator)
                    return pinballLoss(quantiles, targets, quantiles: [0.1, 0.9])
                }
                gradients.clip(toNorm: 1)
                optimizer.update(&model, along: gradients)
                step += 1
            }
            if step == few || step == many { print(report(step)) }
        }
    }

    private static func report(_ step: Int) -> String {
        "{\"steps\":\(step),\"alive\":\(allocations_alive()),\"residentKilobytes\":\(resident_kilobytes())}"
    }
}
