import Tensors

/// An ``Adjacency`` in an ``ONNXGraph``: the elements of Â, one behind the other. Those of the edges come first, in their
/// order, and then those of the self-loops.
public struct ONNXAdjacency: Sendable {
    /// Where each element's edge begins, [M] of `int64`.
    public var sources: ONNXValue
    /// Where it ends, [M] of `int64`.
    public var targets: ONNXValue
    /// Âᵢⱼ for the edge from j to i, [M] of `float`.
    public var coefficients: ONNXValue

    /// Given elements.
    public init(sources: ONNXValue, targets: ONNXValue, coefficients: ONNXValue) {
        (self.sources, self.targets, self.coefficients) = (sources, targets, coefficients)
    }

    /// Three inputs of `graph`, called `<name>.sources`, `<name>.targets` and `<name>.coefficients`: each call has a graph
    /// of its own, whose ``Adjacency/elements`` they take.
    public init(inputsOf graph: inout ONNXGraph, named name: String = "graph") {
        let axis = ONNXAxis.dynamic("\(name).M")
        sources = graph.input("\(name).sources", .int64, shape: [axis])
        targets = graph.input("\(name).targets", .int64, shape: [axis])
        coefficients = graph.input("\(name).coefficients", shape: [axis])
    }

    /// Constants of `graph`: all calls are over the same one.
    public init(_ adjacency: Adjacency, in graph: inout ONNXGraph) {
        let elements = adjacency.elements
        sources = graph.constant(elements.sources)
        targets = graph.constant(elements.targets)
        coefficients = graph.constant(
            Tensor(elements.coefficients, shape: [elements.coefficients.count]), named: "coefficients")
    }

    /// What each node hears of its edges' features: S [N, F] for features [E, F], as ``Adjacency/sums(ofEdges:)``.
    ///
    /// - Parameter nodes: any value with one row for each node.
    public func sums(ofEdges features: ONNXValue, nodes: ONNXValue, in graph: inout ONNXGraph) -> ONNXValue {
        let edges = graph.length(ofAxis: 0, of: features)
        func ofEdges(_ elements: ONNXValue) -> ONNXValue {
            graph.node("Slice", elements, graph.constant([0]), edges)
        }
        return Self.sums(
            of: features, times: ofEdges(coefficients), into: ofEdges(targets), nodes: nodes, in: &graph)
    }

    /// Â X [N, I] for X [N, I]: `Gather` (opset 13).
    func product(with x: ONNXValue, in graph: inout ONNXGraph) -> ONNXValue {
        Self.sums(
            of: graph.node("Gather", x, sources), times: coefficients, into: targets, nodes: x, in: &graph)
    }

    /// Sums of `rows` [M, W] times their coefficients, by target: [N, W]. `ScatterElements` (opset 16).
    private static func sums(
        of rows: ONNXValue, times coefficients: ONNXValue, into targets: ONNXValue, nodes: ONNXValue,
        in graph: inout ONNXGraph
    ) -> ONNXValue {
        let second = graph.constant([1])
        let messages = graph.node("Mul", rows, graph.node("Unsqueeze", coefficients, second))
        let places = graph.node(
            "Expand", graph.node("Unsqueeze", targets, second), graph.node("Shape", messages))
        let shape = graph.node(
            "Concat", graph.length(ofAxis: 0, of: nodes), graph.length(ofAxis: 1, of: messages),
            attributes: ["axis": 0])
        let zeros = graph.node("Expand", graph.constant(0, named: "zero"), shape)
        return graph.node(
            "ScatterElements", zeros, places, messages, attributes: ["axis": 0, "reduction": "add"])
    }
}

extension Adjacency {
    /// The elements of Â, those of the edges first and then those of the self-loops, as ``ONNXAdjacency`` takes them.
    public var elements: (sources: [Int], targets: [Int], coefficients: [Float]) {
        let loops = Array(0..<(selfLoops ? nodes : 0))
        return (edges.map(\.source) + loops, edges.map(\.target) + loops, coefficients)
    }
}
