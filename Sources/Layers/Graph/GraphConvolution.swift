import Kernels
import Tensors

/// A convolution over a graph: each node hears from its neighbours.
///
///     Y = activation(Â X Wᵀ + S Vᵀ + b)
///
/// with node features X [N, I], Â [N, N] of an ``Adjacency``, and S [N, F], what each node hears of its edges' features.
/// Kipf and Welling, "Semi-Supervised Classification with Graph Convolutional Networks", 2017, equation 2; the messages
/// of edges are those of Gilmer et al., "Neural Message Passing for Quantum Chemistry", 2017, in their linear form.
///
/// ```swift
/// let graph = Adjacency(nodes: tasks.count, edges: dependencies)
/// let heard = graph.sums(ofEdges: transfers)                                  // [E, 16] to [N, 16]
/// let hidden = convolution(features, over: graph, edges: heard)               // [N, 32] to [N, 64]
/// ```
public struct GraphConvolution: Module {
    /// W, of shape [O, I].
    public var weight: Tensor
    /// V, of shape [O, F]; nil for a layer that does not hear of edges.
    public var edgeWeight: Tensor?
    /// b, of shape [O].
    public var bias: Tensor
    /// The function applied to the result.
    public let activation: Tensor.Activation

    /// Weights by Xavier (by Kaiming before a ReLU or a GELU), biases 0.
    public init(
        inputs: Int, edgeInputs: Int = 0, outputs: Int, activation: Tensor.Activation = .relu,
        using generator: inout SeededGenerator
    ) {
        weight = activation.initialWeight([outputs, inputs], using: &generator)
        edgeWeight = edgeInputs > 0 ? activation.initialWeight([outputs, edgeInputs], using: &generator) : nil
        bias = .zeros([outputs])
        self.activation = activation
    }

    /// Given weights.
    public init(weight: Tensor, edgeWeight: Tensor? = nil, bias: Tensor, activation: Tensor.Activation = .relu) {
        precondition(
            weight.shape.rank == 2 && bias.shape == [weight.shape[0]]
                && edgeWeight.map { $0.shape.rank == 2 && $0.shape[0] == weight.shape[0] } ?? true,
            "no graph convolution of \(weight.shape), \(edgeWeight.map { "\($0.shape)" } ?? "no edges") and \(bias.shape)"
        )
        self.weight = weight
        self.edgeWeight = edgeWeight
        self.bias = bias
        self.activation = activation
    }

    /// Y [N, O] for X [N, I].
    ///
    /// - Parameter edges: S [N, F], by ``Adjacency/sums(ofEdges:)``, if the layer hears of edges.
    public func callAsFunction(_ x: Tensor, over graph: Adjacency, edges: Tensor? = nil) -> Tensor {
        precondition(
            x.shape.rank == 2 && x.shape[0] == graph.nodes && x.shape[1] == weight.shape[1],
            "a graph convolution with the weight \(weight.shape) of \(x.shape) over \(graph.nodes) nodes")
        precondition(
            edges?.shape == edgeWeight.map { [graph.nodes, $0.shape[1]] },
            "edges \(edges.map { "\($0.shape)" } ?? "nil") for a layer with the edge weight "
                + (edgeWeight.map { "\($0.shape)" } ?? "nil"))
        return convolved(x, graph, edges)
    }

    /// `weight`, `edgeWeight` if there is one, `bias`.
    public mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        try body("weight", &weight)
        if var edgeWeight {
            self.edgeWeight = nil
            defer { self.edgeWeight = edgeWeight }
            try body("edgeWeight", &edgeWeight)
        }
        try body("bias", &bias)
    }
}
