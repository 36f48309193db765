import Kernels
import Layers
import Tensors

/// Layers in which every task hears from its parents, its children and the mean of all, and a linear head.
///
///     h ← ReLU(W₀ h + Â h W₁ᵀ + S V₁ᵀ + Â' h W₂ᵀ + S' V₂ᵀ + W₃ mean(h) + b)
///
/// with Â that of ``GraphInput/forwards``, Â' that of ``GraphInput/backwards``, and S and S' the edges' features
/// (``GraphConvolution``). The mean over the graph is the global attribute of Battaglia et al., "Relational inductive biases,
/// deep learning, and graph networks", 2018, section 3: without it no task knows how much there is to do elsewhere.
struct GCNNetwork: Module {
    private(set) var layers: GCNLayers
    /// From the last layer to K numbers for each task; zeros before training.
    private(set) var head: Linear

    init(
        _ architecture: GCNArchitecture, inputs: Int = NodeFeatures.count, outputs: Int,
        using generator: inout SeededGenerator
    ) {
        layers = GCNLayers(architecture, inputs: inputs, using: &generator)
        let units = architecture.hidden[architecture.hidden.count - 1]
        head = Linear(weight: .zeros([outputs, units]), bias: .zeros([outputs]))
    }

    /// K numbers for each task, [N, K].
    func callAsFunction(_ input: GraphInput) -> Tensor { head(layers(input)) }

    mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        try layers.forEachParameter(body)
        try head.forEachParameter(named: "head", body)
    }
}

/// The layers of a ``GCNNetwork``, one behind the other.
struct GCNLayers: Module {
    private(set) var layers: [GCNLayer]

    init(_ architecture: GCNArchitecture, inputs: Int, using generator: inout SeededGenerator) {
        var inputs = inputs
        layers = []
        for units in architecture.hidden {
            layers.append(GCNLayer(architecture, inputs: inputs, outputs: units, using: &generator))
            inputs = units
        }
    }

    /// What the last layer says of each task, [N, H].
    func callAsFunction(_ input: GraphInput) -> Tensor { layers.reduce(input.nodes) { $1($0, input) } }

    mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        for place in layers.indices { try layers[place].forEachParameter(named: "layer\(place)", body) }
    }
}

/// One layer of a ``GCNNetwork``.
struct GCNLayer: Module {
    private var own: Linear
    private var fromParents: GraphConvolution?
    private var fromChildren: GraphConvolution?
    private var fromAll: Linear?

    init(_ architecture: GCNArchitecture, inputs: Int, outputs: Int, using generator: inout SeededGenerator) {
        // Uniform within 1/√I, so that the sum of four parts is not too large at the start.
        func weight(_ inputs: Int) -> Tensor {
            .uniform([outputs, inputs], bound: 1 / Float(inputs).squareRoot(), using: &generator)
        }
        func convolution() -> GraphConvolution {
            GraphConvolution(
                weight: weight(inputs), edgeWeight: weight(EdgeFeatures.count), bias: .zeros([outputs]),
                activation: .identity)
        }
        own = Linear(weight: weight(inputs), bias: .zeros([outputs]))
        if architecture.hasMessages { (fromParents, fromChildren) = (convolution(), convolution()) }
        if architecture.hasContext { fromAll = Linear(weight: weight(inputs), bias: .zeros([outputs])) }
    }

    func callAsFunction(_ x: Tensor, _ input: GraphInput) -> Tensor {
        var sum = own(x)
        if let fromParents { sum = sum + fromParents(x, over: input.forwards, edges: input.edgesIn) }
        if let fromChildren { sum = sum + fromChildren(x, over: input.backwards, edges: input.edgesOut) }
        if let fromAll { sum = sum + fromAll(x.mean(alongAxis: 0, keepingAxis: true)) }
        return sum.relu()
    }

    mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        try own.forEachParameter(named: "own", body)
        try fromParents?.forEachParameter(named: "fromParents", body)
        try fromChildren?.forEachParameter(named: "fromChildren", body)
        try fromAll?.forEachParameter(named: "fromAll", body)
    }
}
