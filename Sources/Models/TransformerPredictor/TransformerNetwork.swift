import Files
import Kernels
import Layers
import Tensors

/// The shape of a ``TransformerNetwork``.
public struct TransformerArchitecture: ResidualArchitecture {
    /// Past executions of the type, K.
    public var history: Int
    /// Past executions of the run, M.
    public var context: Int
    /// Numbers that stand for one execution inside, D.
    public var width: Int
    /// Heads of attention, among which the width is shared.
    public var heads: Int
    /// Blocks of the encoder.
    public var blocks: Int

    /// The published shape: 8 executions of the type, 4 of the run, a width of 32, 4 heads, 2 blocks.
    public init(history: Int = 8, context: Int = 4, width: Int = 32, heads: Int = 4, blocks: Int = 2) {
        self.history = history
        self.context = context
        self.width = width
        self.heads = heads
        self.blocks = blocks
    }

    /// As a manifest states it, with the 16 inputs and the 3 heads of quantiles.
    public var fields: [String: Int] {
        [
            "history": history, "context": context, "inputs": SequenceEncoder.width, "width": width, "heads": heads,
            "blocks": blocks, "outputs": 3, "quantiles": QuantileHeads.levels.count,
        ]
    }

    /// The shape as a manifest states it.
    public init(_ fields: [String: Int]) throws {
        try Self.checkEnds(of: fields)
        self.init(
            history: try Self.field("history", of: fields, 1...256),
            context: try Self.field("context", of: fields, 0...256),
            width: try Self.field("width", of: fields, 1...1024),
            heads: try Self.field("heads", of: fields, 1...64), blocks: try Self.field("blocks", of: fields, 1...8))
        guard width % heads == 0 else {
            throw InputError("is \(heads), which does not divide a width of \(width)", field: "architecture.heads")
        }
    }
}

/// The encoder of a Transformer (Vaswani et al., "Attention Is All You Need", 2017) over the past executions and the
/// task itself, and three heads of quantiles on what it makes of the task.
///
/// There is no encoding of places: an execution says itself how old it is and how many came after it.
public struct TransformerNetwork: ResidualNetwork {
    /// `transformer`
    public static let kind = "transformer"
    /// In a reason.
    public static let words = "the Transformer"

    var embedding: Linear
    var blocks: [TransformerEncoderBlock]
    var norm: LayerNorm
    var heads: QuantileHeads

    /// Fresh weights.
    public init(_ architecture: TransformerArchitecture, using generator: inout SeededGenerator) {
        let width = architecture.width
        embedding = Linear(inputs: SequenceEncoder.width, outputs: width, using: &generator)
        blocks = (0..<architecture.blocks).map { _ in
            TransformerEncoderBlock(
                width: width, heads: architecture.heads, hidden: 2 * width, activation: .gelu, using: &generator)
        }
        norm = LayerNorm(width: width)
        heads = QuantileHeads(inputs: width)
    }

    /// Scaled residuals [B, 3, Q].
    public func callAsFunction(_ sequences: Sequences) -> Tensor {
        let encoded = blocks.reduce(embedding(sequences.inputs)) { $1($0, mask: sequences.mask) }
        let last = encoded.shape[1] - 1
        return heads(norm(encoded.slice(last, alongAxis: 1)))
    }

    /// The same in ONNX's operators.
    public func export(_ sequences: ONNXValue, mask: ONNXValue, to graph: inout ONNXGraph) -> ONNXValue {
        var x = graph.scope("embedding") { embedding.export(sequences, to: &$0) }
        for (place, block) in blocks.enumerated() {
            x = graph.scope("block\(place)") { block.export(x, mask: mask, to: &$0) }
        }
        let task = graph.node("Gather", x, graph.constant(-1), attributes: ["axis": 1])
        let normalized = graph.scope("norm") { norm.export(task, to: &$0) }
        return graph.scope("heads") { heads.export(normalized, to: &$0) }
    }

    /// `embedding`, `block0` and so on, `norm` and `heads`.
    public mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        try embedding.forEachParameter(named: "embedding", body)
        for place in blocks.indices { try blocks[place].forEachParameter(named: "block\(place)", body) }
        try norm.forEachParameter(named: "norm", body)
        try heads.forEachParameter(named: "heads", body)
    }
}
