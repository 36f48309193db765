import Tensors

/// A computation in ONNX's operators, built node by node.
///
/// ```swift
/// var graph = ONNXGraph(name: "regression")
/// let x = graph.input("x", shape: ["N", 8])
/// let y = try graph.scope("hidden") { try hidden.export(x, to: &$0) }
/// graph.output(y, named: "y", shape: ["N", 1])
/// let file = ONNXModel(graph).encoded()
/// ```
///
/// Operators are those of ``ONNXModel/operatorSet``. A name that a node or a constant would share with an earlier one
/// gets a number behind it; names of inputs and outputs are kept as they are given.
public struct ONNXGraph: Sendable {
    struct Node: Sendable {
        var operation: String
        var inputs: [String]
        var outputs: [String]
        var attributes: [(name: String, value: ONNXAttribute)]
    }

    enum Elements: Sendable {
        case floats([Float])
        case integers([Int64])
    }

    struct Constant: Sendable {
        var name: String
        var shape: [Int]
        var elements: Elements
    }

    /// The graph's name.
    public let name: String
    /// What goes in.
    public private(set) var inputs: [ONNXSignature] = []
    /// What comes out.
    public private(set) var outputs: [ONNXSignature] = []
    /// In an order in which they can be computed.
    private(set) var nodes: [Node] = []
    private(set) var constants: [Constant] = []
    private var scopes: [String] = []
    /// How often each name was asked for.
    private var uses: [String: Int] = [:]

    /// A graph without a node.
    public init(name: String) {
        precondition(!name.isEmpty, "a graph of ONNX has a name")
        self.name = name
    }

    /// Adds an input.
    public mutating func input(
        _ name: String, _ element: ONNXElement = .float, shape: [ONNXAxis]
    ) -> ONNXValue {
        claim(name)
        inputs.append(ONNXSignature(name: name, element: element, shape: shape))
        return ONNXValue(name: name)
    }

    /// Makes `value` an output.
    public mutating func output(
        _ value: ONNXValue, named name: String, _ element: ONNXElement = .float, shape: [ONNXAxis]
    ) {
        claim(name)
        nodes.append(Node(operation: "Identity", inputs: [value.name], outputs: [name], attributes: []))
        outputs.append(ONNXSignature(name: name, element: element, shape: shape))
    }

    /// Adds a constant: a weight.
    public mutating func constant(_ tensor: Tensor, named name: String) -> ONNXValue {
        constant(Constant(name: unique(name), shape: tensor.shape.axes, elements: .floats(tensor.scalars)))
    }

    /// Adds a constant row of whole numbers, such as axes or a shape.
    public mutating func constant(_ integers: [Int]) -> ONNXValue {
        constant(
            Constant(name: unique("constant"), shape: [integers.count], elements: .integers(integers.map(Int64.init))))
    }

    /// Adds a constant whole number, without axes.
    public mutating func constant(_ integer: Int) -> ONNXValue {
        constant(Constant(name: unique("constant"), shape: [], elements: .integers([Int64(integer)])))
    }

    private mutating func constant(_ constant: Constant) -> ONNXValue {
        constants.append(constant)
        return ONNXValue(name: constant.name)
    }

    /// Adds a node of one result: `operation` as ONNX calls it; nil stands for an optional input that is left out.
    public mutating func node(
        _ operation: String, _ inputs: ONNXValue?..., attributes: KeyValuePairs<String, ONNXAttribute> = [:]
    ) -> ONNXValue {
        nodes(operation, inputs, results: 1, attributes: attributes)[0]
    }

    /// Adds a node of several results.
    public mutating func nodes(
        _ operation: String, _ inputs: [ONNXValue?], results: Int,
        attributes: KeyValuePairs<String, ONNXAttribute> = [:]
    ) -> [ONNXValue] {
        let names = (0..<results).map { _ in unique(operation) }
        nodes.append(
            Node(
                operation: operation, inputs: inputs.map { $0?.name ?? "" }, outputs: names,
                attributes: attributes.map { ($0.key, $0.value) }))
        return names.map(ONNXValue.init)
    }

    /// Lets `body` add a part: names of its constants and nodes begin with `name` and a dot, as those of a module's
    /// parameters do.
    public mutating func scope<Result>(
        _ name: String, _ body: (inout ONNXGraph) throws -> Result
    ) rethrows -> Result {
        scopes.append(name)
        defer { scopes.removeLast() }
        return try body(&self)
    }

    private mutating func claim(_ name: String) {
        precondition(uses.updateValue(1, forKey: name) == nil, "the graph holds the name \"\(name)\" already")
    }

    private mutating func unique(_ name: String) -> String {
        let name = (scopes + [name]).joined(separator: ".")
        var candidate = name
        while uses[candidate] != nil {
            uses[name, default: 1] += 1
            candidate = "\(name)_\(uses[name, default: 1])"
        }
        uses[candidate] = 1
        return candidate
    }
}
