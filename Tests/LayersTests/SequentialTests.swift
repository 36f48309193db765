import Kernels
import Layers
import NumericalChecks
import Tensors
import Testing

private func network(_ generator: inout SeededGenerator) -> Sequential {
    Sequential {
        Linear(inputs: 3, outputs: 8, activation: .tanh, using: &generator)
        Dropout(rate: 0.5)
        LayerNorm(width: 8)
        Activation(.sigmoid)
        Linear(inputs: 8, outputs: 2, using: &generator)
    }
}

@Test func aSequenceAppliesItsLayersInOrder() throws {
    var generator = SeededGenerator(seed: 1)
    let network = network(&generator)
    let x = Tensor.normal([5, 3], using: &generator)
    let first = try #require(network.layers[0] as? Linear)
    let last = try #require(network.layers[4] as? Linear)
    #expect(network(x) == last(LayerNorm(width: 8)(first(x)).sigmoid()))
    #expect(network(x).shape == [5, 2])
    let nothing = Sequential {}
    #expect(nothing(x) == x)
}

@Test func aSequenceNamesParametersByTheirPlaces() {
    var generator = SeededGenerator(seed: 2)
    var network = network(&generator)
    let names = ["layer0.weight", "layer0.bias", "layer2.weight", "layer2.bias", "layer4.weight", "layer4.bias"]
    #expect(network.parameterShapes.map(\.name) == names)
    #expect(network.parameterShapes.map(\.shape) == [[8, 3], [8], [8], [8], [2, 8], [2]])
    let copy = network
    network.forEachParameter { _, parameter in parameter.update { $0[0] += 1 } }
    let x = Tensor.normal([5, 3], using: &generator)
    #expect(network(x) != copy(x))
    let outer = Sequential {
        copy
        Linear(inputs: 2, outputs: 1, using: &generator)
    }
    #expect(outer.parameterShapes.map(\.name) == names.map { "layer0.\($0)" } + ["layer1.weight", "layer1.bias"])
}

@Test func aSequenceIsWrittenWithConditionsAndLoops() {
    var generator = SeededGenerator(seed: 3)
    for isDeep in [true, false] {
        let network = Sequential {
            Linear(inputs: 2, outputs: 4, using: &generator)
            for _ in 0..<(isDeep ? 3 : 0) {
                Linear(inputs: 4, outputs: 4, activation: .relu, using: &generator)
                Dropout(rate: 0.1)
            }
            if isDeep {
                LayerNorm(width: 4)
            } else {
                Activation(.relu)
            }
            if !isDeep { Activation(.tanh) }
        }
        #expect(network.layers.count == (isDeep ? 8 : 3))
        #expect((network.layers[isDeep ? 7 : 1] is LayerNorm) == isDeep)
    }
}

@Test func onlyTrainingIsRandomAndTheSeedDecidesIt() {
    var generator = SeededGenerator(seed: 4)
    let network = network(&generator)
    let x = Tensor.normal([5, 3], using: &generator)
    var (first, same, other) = (SeededGenerator(seed: 5), SeededGenerator(seed: 5), SeededGenerator(seed: 6))
    let trained = network(x, using: &first)
    #expect(trained == network(x, using: &same))
    #expect(trained != network(x, using: &other))
    #expect(trained != network(x))
    #expect(network(x) == network(x))
    // One generator goes through all layers: what one draws, the next does not draw again.
    #expect(first == same && first != SeededGenerator(seed: 5))
    let twice = Sequential {
        Dropout(rate: 0.5)
        Dropout(rate: 0.5)
    }
    let kept = twice(.ones([4000]), using: &first).scalars.count { $0 == 4 }
    #expect(abs(kept - 1000) < 150)
}

@Test func gradientsOfASequenceAreThoseOfDifferenceQuotients() {
    for seed in 1...5 as ClosedRange<UInt64> {
        var generator = SeededGenerator(seed: seed)
        let network = network(&generator)
        let inputs = network.parameterShapes.map { Tensor.normal($0.shape, using: &generator) }
        let x = Tensor.normal([7, 3], using: &generator)
        let error = directionalGradientError(
            of: { inputs in
                var (copy, place) = (network, 0)
                copy.forEachParameter { _, parameter in
                    parameter = inputs[place]
                    place += 1
                }
                var generator = SeededGenerator(seed: 7)
                return copy(x, using: &generator)
            }, at: inputs, seed: seed)
        #expect(error < 2e-3, "seed \(seed)")
    }
}

@Test func anActivationIsALinearLayersOwn() {
    var generator = SeededGenerator(seed: 8)
    let x = Tensor.normal([3, 5], using: &generator)
    let plain = Linear(inputs: 5, outputs: 7, using: &generator)
    for function in Tensor.Activation.allCases {
        let fused = Linear(weight: plain.weight, bias: plain.bias, activation: function)
        #expect(largestDifference(Activation(function)(plain(x)).scalars, fused(x).scalars) < 1e-6, "\(function)")
    }
}

@Test func aLinearLayerTakesRowsOfAnyNumberOfAxes() {
    var generator = SeededGenerator(seed: 9)
    let layer = Linear(inputs: 3, outputs: 5, activation: .relu, using: &generator)
    let x = Tensor.normal([24, 3], using: &generator)
    let y = layer(x)
    for shape in [[2, 12, 3], [2, 3, 4, 3], [24, 1, 3]] as [Shape] {
        #expect(layer(x.reshaped(shape)) == y.reshaped(Shape(shape.axes.dropLast() + [5])))
    }
    #expect(layer(x.slice(0..<1, alongAxis: 0).reshaped([3])) == layer(x.slice(0..<1, alongAxis: 0)).reshaped([5]))
    #expect(layer(.zeros([0, 4, 3])).shape == [0, 4, 5])
    #expect(layer.inputs == 3 && layer.outputs == 5)
}
