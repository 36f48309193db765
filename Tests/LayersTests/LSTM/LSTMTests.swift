import Kernels
import Layers
import NumericalChecks
import Tensors
import Testing

/// One way to run an LSTM: its sizes and its mask.
private struct Setting: CustomTestStringConvertible {
    let batch: Int
    let steps: Int
    let inputs: Int
    let hidden: Int
    let layers: Int
    let isMasked: Bool

    var testDescription: String {
        "[\(batch), \(steps), \(inputs)] to \(hidden), \(layers) layers\(isMasked ? ", masked" : "")"
    }

    /// The sequences and then the weights.
    func inputs(_ generator: inout SeededGenerator) -> [Tensor] {
        let x = Tensor.normal([batch, steps, inputs], using: &generator)
        let weights = (0..<layers).flatMap { layer -> [Tensor] in
            let shapes: [Shape] = [[4 * hidden, layer == 0 ? inputs : hidden], [4 * hidden, hidden], [4 * hidden]]
            return shapes.map { .normal($0, standardDeviation: 0.7, using: &generator) }
        }
        return [x] + weights
    }

    func mask(_ generator: inout SeededGenerator) -> Tensor? {
        guard isMasked else { return nil }
        return Tensor((0..<batch * steps).map { _ in generator.uniform() < 0.4 ? 0 : 1 }, shape: [batch, steps])
    }

    static let all = [
        Setting(batch: 1, steps: 1, inputs: 1, hidden: 1, layers: 1, isMasked: false),
        Setting(batch: 3, steps: 5, inputs: 2, hidden: 7, layers: 1, isMasked: false),
        Setting(batch: 2, steps: 3, inputs: 5, hidden: 3, layers: 3, isMasked: false),
        Setting(batch: 1, steps: 7, inputs: 3, hidden: 2, layers: 2, isMasked: true),
        Setting(batch: 5, steps: 4, inputs: 1, hidden: 3, layers: 2, isMasked: true),
        // In blocks of three steps, of one step.
        Setting(batch: 83, steps: 7, inputs: 2, hidden: 3, layers: 2, isMasked: true),
        Setting(batch: 257, steps: 3, inputs: 1, hidden: 2, layers: 1, isMasked: false),
    ]
}

@Test(arguments: Setting.all)
private func theFusedOneEqualsItsParts(setting: Setting) {
    for seed in 1...5 as ClosedRange<UInt64> {
        var generator = SeededGenerator(seed: seed)
        let (inputs, mask) = (setting.inputs(&generator), setting.mask(&generator))
        func fused(_ inputs: [Tensor]) -> Tensor {
            LSTM(layers: lstmLayers(inputs[1...])).states(inputs[0], mask: mask)
        }
        func composed(_ inputs: [Tensor]) -> Tensor {
            ComposedLSTM(layers: lstmLayers(inputs[1...])).states(inputs[0], mask: mask)
        }
        #expect(fused(inputs).shape == [setting.batch, setting.steps, setting.hidden])
        #expect(largestDifference(fused(inputs).scalars, composed(inputs).scalars) < 1e-6)
        let upstream = fused(inputs).scalars.map { _ in generator.normal() }
        let found = gradients(of: fused, at: inputs, upstream: upstream)
        let expected = gradients(of: composed, at: inputs, upstream: upstream)
        #expect(found.count == expected.count)
        for (one, other) in zip(found, expected) { #expect(largestDifference(one, other) < 5e-6) }
    }
}

@Test(arguments: Setting.all)
private func gradientsAreThoseOfDifferenceQuotients(setting: Setting) {
    for seed in 1...5 as ClosedRange<UInt64> {
        var generator = SeededGenerator(seed: seed &+ 50)
        let (inputs, mask) = (setting.inputs(&generator), setting.mask(&generator))
        let error = directionalGradientError(
            of: { LSTM(layers: lstmLayers($0[1...]))($0[0], mask: mask) }, at: inputs, seed: seed)
        #expect(error < 2e-3, "seed \(seed)")
    }
}

@Test func trackingDoesNotChangeTheAnswer() {
    var generator = SeededGenerator(seed: 5)
    let model = LSTM(inputs: 3, hidden: 5, layers: 2, using: &generator)
    let x = Tensor.normal([4, 6, 3], using: &generator)
    var tracked = Tensor(0)
    _ = valueAndGradient(of: model) { model in
        tracked = model(x).detached()
        return tracked.sum()
    }
    // Other loops: see LSTMCell.
    #expect(largestDifference(tracked.scalars, model(x).scalars) < 1e-6)
    #expect(model(x) == model.states(x).slice(5..<6, alongAxis: 1).reshaped([4, 5]))
}

@Test func whatIsMaskedHasNoInfluence() {
    var generator = SeededGenerator(seed: 6)
    let model = LSTM(inputs: 2, hidden: 3, layers: 2, using: &generator)
    let short = Tensor.normal([1, 3, 2], using: &generator)
    let noise = Tensor.normal([1, 2, 2], standardDeviation: 100, using: &generator)
    let before = Tensor.concatenated([noise, short], alongAxis: 1)
    let after = Tensor.concatenated([short, noise], alongAxis: 1)
    let expected = model(short)
    #expect(
        largestDifference(model(before, mask: Tensor([0, 0, 1, 1, 1], shape: [1, 5])).scalars, expected.scalars) < 1e-6)
    #expect(
        largestDifference(model(after, mask: Tensor([1, 1, 1, 0, 0], shape: [1, 5])).scalars, expected.scalars) < 1e-6)
    #expect(model(before, mask: .zeros([1, 5])) == .zeros([1, 3]))
    // Nor what is not a number.
    let gaps = Tensor(before.scalars.enumerated().map { $0 < 4 ? .nan : $1 }, shape: [1, 5, 2])
    #expect(
        largestDifference(model(gaps, mask: Tensor([0, 0, 1, 1, 1], shape: [1, 5])).scalars, expected.scalars) < 1e-6)
    let (_, wanted) = valueAndGradient(of: model) { $0(short).sum() }
    for answer in [{ $0(gaps, mask: $1) }, { $0.run(gaps, mask: $1).final.hidden.slice(1, alongAxis: 0) }]
        as [(LSTM, Tensor) -> Tensor]
    {
        let (_, found) = valueAndGradient(of: model) { answer($0, Tensor([0, 0, 1, 1, 1], shape: [1, 5])).sum() }
        for (one, other) in zip(found.parameters, wanted.parameters) { #expect(largestDifference(one, other) < 1e-6) }
    }
}

@Test func sequencesWithoutStepsOrRowsAreAllowed() {
    var generator = SeededGenerator(seed: 7)
    let model = LSTM(inputs: 2, hidden: 3, layers: 2, using: &generator)
    #expect(model(.zeros([4, 0, 2])) == .zeros([4, 3]))
    #expect(model.states(.zeros([4, 0, 2])).shape == [4, 0, 3])
    #expect(model(.zeros([0, 5, 2])).shape == [0, 3])
    for x in [Tensor.zeros([4, 0, 2]), .zeros([0, 5, 2])] {
        let (_, gradients) = valueAndGradient(of: model) { model in
            let (states, final) = model.run(x, mask: .ones([x.shape[0], x.shape[1]]))
            return states.sum() + final.hidden.sum() + final.cells.sum()
        }
        #expect(gradients.parameters.allSatisfy { $0.allSatisfy { $0 == 0 } })
    }
}

@Test func parametersHaveNames() {
    var generator = SeededGenerator(seed: 8)
    let model = LSTM(inputs: 2, hidden: 3, layers: 2, using: &generator)
    let expected: [(String, Shape)] = [
        ("layer0.inputWeight", [12, 2]), ("layer0.recurrentWeight", [12, 3]), ("layer0.bias", [12]),
        ("layer1.inputWeight", [12, 3]), ("layer1.recurrentWeight", [12, 3]), ("layer1.bias", [12]),
    ]
    #expect(model.parameterShapes.map(\.name) == expected.map(\.0))
    #expect(model.parameterShapes.map(\.shape) == expected.map(\.1))
    #expect(model.parameterCount == 24 + 36 + 12 + 36 + 36 + 12)
    #expect(model.inputs == 2 && model.hidden == 3)
}
