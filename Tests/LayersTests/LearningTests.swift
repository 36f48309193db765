import Kernels
import Layers
import Tensors
import Testing

/// An LSTM and a linear head on its last state, or on each of its states.
private struct Network: Module {
    var lstm: LSTM
    var head: Linear

    init(hidden: Int, layers: Int, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        lstm = LSTM(inputs: 1, hidden: hidden, layers: layers, using: &generator)
        head = Linear(inputs: hidden, outputs: 1, using: &generator)
    }

    mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        try lstm.forEachParameter(named: "lstm", body)
        try head.forEachParameter(named: "head", body)
    }
}

/// The loss after `steps` steps of Adam at the given rate.
func train<Model: Module>(_ network: inout Model, steps: Int, rate: Float, loss: (Model) -> Tensor) -> Float {
    var means = network.parameterShapes.map { [Float](repeating: 0, count: $0.shape.count) }
    var squares = means
    var (last, meanWeight, squareWeight): (Float, Float, Float) = (.infinity, 1, 1)
    for _ in 0..<steps {
        let (value, gradients) = valueAndGradient(of: network, loss)
        (meanWeight, squareWeight, last) = (meanWeight * 0.9, squareWeight * 0.999, value)
        var place = 0
        network.forEachParameter { _, parameter in
            parameter.update { weights in
                for index in 0..<weights.count {
                    let g = gradients.parameters[place][index]
                    means[place][index] += 0.1 * (g - means[place][index])
                    squares[place][index] += 0.001 * (g * g - squares[place][index])
                    let size = (squares[place][index] / (1 - squareWeight)).squareRoot() + 1e-8
                    weights[index] -= rate * means[place][index] / (1 - meanWeight) / size
                }
            }
            place += 1
        }
    }
    return last
}

@Test func anLSTMLearnsToAddUpAMaskedSequence() {
    var generator = SeededGenerator(seed: 1)
    let x = Tensor.uniform([16, 6, 1], bound: 1, using: &generator)
    let mask = Tensor((0..<96).map { _ in generator.uniform() < 0.3 ? 0 : 1 }, shape: [16, 6])
    let sums = (x.reshaped([16, 6]) * mask).sum(alongAxis: 1, keepingAxis: true)
    var network = Network(hidden: 6, layers: 1, seed: 2)
    let before = meanSquaredError(network.head(network.lstm(x, mask: mask)), sums).scalar
    let after = train(&network, steps: 150, rate: 0.02) { network in
        meanSquaredError(network.head(network.lstm(x, mask: mask)), sums)
    }
    #expect(before > 0.5)
    #expect(after < 0.01)
}

@Test func anLSTMLearnsToRepeatWhatItReadTwoStepsAgo() {
    var generator = SeededGenerator(seed: 3)
    let x = Tensor.uniform([12, 7, 1], bound: 1, using: &generator)
    let delayed = Tensor.concatenated([.zeros([12, 2, 1]), x.slice(0..<5, alongAxis: 1)], alongAxis: 1)
    var network = Network(hidden: 8, layers: 2, seed: 4)
    func loss(_ network: Network) -> Tensor {
        meanSquaredError(network.head(network.lstm.states(x).reshaped([84, 8])), delayed.reshaped([84, 1]))
    }
    let before = loss(network).scalar
    let after = train(&network, steps: 150, rate: 0.03) { loss($0) }
    #expect(before > 0.15)
    #expect(after < 0.02)
}
