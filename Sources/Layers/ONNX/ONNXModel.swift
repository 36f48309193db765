import Files

/// A file of ONNX, the exchange format of trained networks: a graph, who made it, and texts beside it.
///
/// ONNX, "Open Neural Network Exchange Intermediate Representation Specification".
public struct ONNXModel: Sendable {
    /// The version of ONNX's operators that graphs are written in: the first with `LayerNormalization`, read by ONNX 1.12
    /// and ONNX Runtime 1.12, of 2022, and later ones.
    public static let operatorSet = 17
    /// The version of the file format that came with it.
    static let formatVersion = 8

    /// What is computed.
    public var graph: ONNXGraph
    /// The program that made it.
    public var producer: String
    /// The program's version.
    public var producerVersion: String
    /// What it is, in a sentence or more.
    public var documentation: String
    /// Texts beside the graph, by name: ONNX's `metadata_props`.
    public var metadata: [String: String]

    /// A file of `graph`.
    public init(
        _ graph: ONNXGraph, producer: String = "tactus", producerVersion: String = "", documentation: String = "",
        metadata: [String: String] = [:]
    ) {
        self.graph = graph
        self.producer = producer
        self.producerVersion = producerVersion
        self.documentation = documentation
        self.metadata = metadata
    }

    /// The file: the fields of `ModelProto`. The same model gives the same bytes.
    public func encoded() -> [UInt8] {
        var message = ProtobufWriter()
        message.field(1, varint: Self.formatVersion)
        message.field(2, string: producer)
        message.field(3, string: producerVersion)
        message.field(6, string: documentation)
        message.field(7) { graph.write(to: &$0) }
        message.field(8) { $0.field(2, varint: Self.operatorSet) }
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            message.field(14) { entry in
                entry.field(1, string: key)
                entry.field(2, string: value)
            }
        }
        return message.bytes
    }
}
