import Kernels
import Layers
import Tensors

// The networks whose times Benchmarks/ compares, which links to this file, and whose allocations are counted here.

/// An LSTM, 16 inputs, 2 layers of 64, 3 outputs from the last state.
struct Predictor: Module {
    var lstm: LSTM
    var head: Linear

    init(using generator: inout SeededGenerator) {
        lstm = LSTM(inputs: 16, hidden: 64, layers: 2, using: &generator)
        head = Linear(inputs: 64, outputs: 3, using: &generator)
    }

    func callAsFunction(_ x: Tensor) -> Tensor { head(lstm(x)) }

    mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        try lstm.forEachParameter(named: "lstm", body)
        try head.forEachParameter(named: "head", body)
    }
}

/// 128 to 128 to 128 to 64, with ReLU between: the network of a double DQN.
struct ValueNetwork: Module {
    var first: Linear
    var second: Linear
    var third: Linear

    init(using generator: inout SeededGenerator) {
        first = Linear(inputs: 128, outputs: 128, activation: .relu, using: &generator)
        second = Linear(inputs: 128, outputs: 128, activation: .relu, using: &generator)
        third = Linear(inputs: 128, outputs: 64, using: &generator)
    }

    func callAsFunction(_ x: Tensor) -> Tensor { third(second(first(x))) }

    mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        try first.forEachParameter(named: "first", body)
        try second.forEachParameter(named: "second", body)
        try third.forEachParameter(named: "third", body)
    }
}

/// Three graph convolutions, 32 to 64 to 32 to 16, and a score for each node.
struct GraphNetwork: Module {
    var first: GraphConvolution
    var second: GraphConvolution
    var third: GraphConvolution
    var head: Linear

    init(using generator: inout SeededGenerator) {
        first = GraphConvolution(inputs: 32, outputs: 64, using: &generator)
        second = GraphConvolution(inputs: 64, outputs: 32, using: &generator)
        third = GraphConvolution(inputs: 32, outputs: 16, using: &generator)
        head = Linear(inputs: 16, outputs: 1, using: &generator)
    }

    func callAsFunction(_ x: Tensor, over graph: Adjacency) -> Tensor {
        head(third(second(first(x, over: graph), over: graph), over: graph))
    }

    mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        try first.forEachParameter(named: "first", body)
        try second.forEachParameter(named: "second", body)
        try third.forEachParameter(named: "third", body)
        try head.forEachParameter(named: "head", body)
    }
}
