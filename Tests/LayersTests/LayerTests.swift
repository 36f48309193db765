import Kernels
import Layers
import NumericalChecks
import Tensors
import Testing

/// Two layers, to see names joined.
private struct Network: Module {
    var hidden: Linear
    var output: Linear

    init(_ generator: inout SeededGenerator) {
        hidden = Linear(inputs: 3, outputs: 5, activation: .tanh, using: &generator)
        output = Linear(inputs: 5, outputs: 2, using: &generator)
    }

    func callAsFunction(_ x: Tensor) -> Tensor { output(hidden(x)) }

    mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        try hidden.forEachParameter(named: "hidden", body)
        try output.forEachParameter(named: "output", body)
    }
}

@Test func aModuleHandsOutTheParametersOfItsParts() {
    var generator = SeededGenerator(seed: 1)
    var network = Network(&generator)
    #expect(network.parameterShapes.map(\.name) == ["hidden.weight", "hidden.bias", "output.weight", "output.bias"])
    #expect(network.parameterCount == 15 + 5 + 10 + 2)
    network.forEachParameter { _, parameter in parameter = .zeros(parameter.shape) }
    #expect(network.hidden.weight == .zeros([5, 3]))
    #expect(network(.ones([4, 3])) == .zeros([4, 2]))
}

@Test func gradientsOfAModuleAreThoseOfDifferenceQuotients() {
    var generator = SeededGenerator(seed: 2)
    let network = Network(&generator)
    let x = Tensor.normal([7, 3], using: &generator)
    let weights = [network.hidden.weight, network.hidden.bias, network.output.weight, network.output.bias]
    let error = directionalGradientError(
        of: { weights in
            var copy = network
            (copy.hidden.weight, copy.hidden.bias) = (weights[0], weights[1])
            (copy.output.weight, copy.output.bias) = (weights[2], weights[3])
            return copy(x)
        }, at: weights, seed: 3)
    #expect(error < 2e-3)
    let (_, gradients) = valueAndGradient(of: network) { $0(x).sum() }
    #expect(gradients.parameters.map(\.count) == [15, 5, 10, 2])
}

@Test func aCopyOfAModuleIsItsOwn() {
    var generator = SeededGenerator(seed: 3)
    var online = Network(&generator)
    let target = online
    online.forEachParameter { _, parameter in parameter.update { $0[0] += 1 } }
    #expect(online.hidden.bias != target.hidden.bias)
}

@Test func dropoutKeepsTheMean() {
    var generator = SeededGenerator(seed: 6)
    let x = Tensor.ones([100, 100])
    let y = Dropout(rate: 0.25)(x, using: &generator)
    let dropped = y.scalars.count { $0 == 0 }
    #expect(abs(dropped - 2500) < 150)
    #expect(y.scalars.allSatisfy { $0 == 0 || abs($0 - 4 / 3) < 1e-6 })
    #expect(Dropout(rate: 0)(x, using: &generator) == x)
    #expect(Dropout(rate: 0.25)(x) == x)
    // The way back goes through the same elements.
    var again = SeededGenerator(seed: 6)
    let found = gradients(of: { Dropout(rate: 0.25)($0[0], using: &again) }, at: [x], upstream: x.scalars)
    #expect(found == [y.scalars])
}
