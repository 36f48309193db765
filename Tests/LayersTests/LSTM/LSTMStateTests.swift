import Kernels
import Layers
import NumericalChecks
import Tensors
import Testing

private let golden = Result { try GoldenCases.read("recurrent.json", besideTest: #filePath, folder: "../Golden") }

/// All that a run gives back, in one row.
private func everything(_ result: (states: Tensor, final: LSTM.State)) -> Tensor {
    let parts = [result.states, result.final.hidden, result.final.cells]
    return .concatenated(parts.map { $0.reshaped([$0.count]) }, alongAxis: 0)
}

/// A run from inputs x, h, c and then the weights.
private func run(_ inputs: [Tensor], mask: Tensor? = nil) -> Tensor {
    let state = LSTM.State(hidden: inputs[1], cells: inputs[2])
    return everything(LSTM(layers: lstmLayers(inputs[3...])).run(inputs[0], from: state, mask: mask))
}

@Test(arguments: ["one of all", "one layer", "two layers", "three layers", "one row"])
func goingOnFromAStateIsAsInPyTorch(name: String) throws {
    let example = try #require(try golden.get().cases[name])
    expectGolden(example) { run($0) }
}

/// x [B, T, 2], h and c [L, B, 3], and the weights.
private func inputs(batch: Int, steps: Int, layers: Int, _ generator: inout SeededGenerator) -> [Tensor] {
    let weights = (0..<layers).flatMap { layer -> [Shape] in [[12, layer == 0 ? 2 : 3], [12, 3], [12]] }
    let shapes: [Shape] = [[batch, steps, 2], [layers, batch, 3], [layers, batch, 3]] + weights
    return shapes.map { .normal($0, standardDeviation: 0.7, using: &generator) }
}

@Test(arguments: 1...5 as ClosedRange<UInt64>)
func gradientsByStatesAreThoseOfDifferenceQuotients(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for (batch, steps, layers) in [(1, 1, 1), (3, 5, 2), (2, 0, 2)] {
        let all = inputs(batch: batch, steps: steps, layers: layers, &generator)
        let mask = Tensor((0..<batch * steps).map { _ in generator.uniform() < 0.4 ? 0 : 1 }, shape: [batch, steps])
        for mask in [nil, mask] {
            #expect(directionalGradientError(of: { run($0, mask: mask) }, at: all, seed: seed) < 2e-3)
        }
    }
}

@Test func aSequenceInPartsIsTheWholeSequence() {
    var generator = SeededGenerator(seed: 3)
    let all = inputs(batch: 4, steps: 7, layers: 2, &generator)
    let model = LSTM(layers: lstmLayers(all[3...]))
    let mask = Tensor((0..<28).map { _ in generator.uniform() < 0.3 ? 0 : 1 }, shape: [4, 7])
    let whole = model.run(all[0], mask: mask)
    let first = model.run(all[0].slice(0..<3, alongAxis: 1), mask: mask.slice(0..<3, alongAxis: 1))
    let (rest, restMask) = (all[0].slice(3..<7, alongAxis: 1), mask.slice(3..<7, alongAxis: 1))
    let second = model.run(rest, from: first.final, mask: restMask)
    #expect(largestDifference(whole.states.slice(3..<7, alongAxis: 1).scalars, second.states.scalars) < 1e-6)
    #expect(largestDifference(whole.final.hidden.scalars, second.final.hidden.scalars) < 1e-6)
    #expect(largestDifference(whole.final.cells.scalars, second.final.cells.scalars) < 1e-6)
    // Each way to ask gives the same.
    #expect(model.states(rest, from: first.final, mask: restMask) == second.states)
    #expect(
        model(rest, from: first.final, mask: restMask)
            == second.final.hidden.slice(1..<2, alongAxis: 0).reshaped([4, 3]))
    #expect(model.states(all[0], mask: mask) == whole.states)
}

@Test func withoutStepsTheStateStays() {
    var generator = SeededGenerator(seed: 4)
    let all = inputs(batch: 3, steps: 0, layers: 2, &generator)
    let model = LSTM(layers: lstmLayers(all[3...]))
    let state = LSTM.State(hidden: all[1], cells: all[2])
    #expect(model.run(all[0], from: state).final == state)
    #expect(model(all[0], from: state) == all[1].slice(1..<2, alongAxis: 0).reshaped([3, 3]))
}

@Test func changedWeightsAreUsedAtOnce() {
    var generator = SeededGenerator(seed: 5)
    var model = LSTM(inputs: 2, hidden: 3, using: &generator)
    let x = Tensor.normal([2, 4, 2], using: &generator)
    let before = model(x)
    model.layers[0].recurrentWeight = .zeros([12, 3])
    let after = model(x)
    #expect(after != before)
    model.forEachParameter { name, parameter in
        if name.hasSuffix("inputWeight") { parameter.update { span in for place in span.indices { span[place] = 0 } } }
    }
    let emptied = model(x)
    #expect(emptied != after)
    // Only the bias is left: every row is the same.
    #expect(emptied.slice(0..<1, alongAxis: 0) == emptied.slice(1..<2, alongAxis: 0))
}

private struct Interruption: Error {}

@Test(arguments: ["inputWeight", "recurrentWeight"])
func weightsThatChangedBeforeAnErrorAreUsedAtOnce(name: String) {
    var generator = SeededGenerator(seed: 6)
    var model = LSTM(inputs: 2, hidden: 3, using: &generator)
    let x = Tensor.normal([2, 4, 2], using: &generator)
    let before = model(x)
    #expect(throws: Interruption.self) {
        try model.forEachParameter { own, parameter in
            guard own.hasSuffix(name) else { return }
            parameter = parameter * 2
            throw Interruption()
        }
    }
    let after = model(x)
    #expect(after != before)
    #expect(throws: Interruption.self) {
        func change(_ weight: inout Tensor) throws {
            weight.update { $0[0] += 1 }
            throw Interruption()
        }
        if name == "inputWeight" {
            try change(&model.layers[0].inputWeight)
        } else {
            try change(&model.layers[0].recurrentWeight)
        }
    }
    let layer = model.layers[0]
    let fresh = LSTM.Layer(inputWeight: layer.inputWeight, recurrentWeight: layer.recurrentWeight, bias: layer.bias)
    #expect(model(x) != after)
    #expect(model(x) == LSTM(layers: [fresh])(x))
}

/// With 20 rows a block holds all five steps, with 100 two and with 300 one.
@Test(arguments: [100, 300]) func aLargeBatchFromAStateIsItsParts(batch: Int) {
    var generator = SeededGenerator(seed: 7)
    let all = inputs(batch: batch, steps: 5, layers: 2, &generator)
    let mask = Tensor((0..<batch * 5).map { _ in generator.uniform() < 0.3 ? 0 : 1 }, shape: [batch, 5])
    func inParts(_ inputs: [Tensor]) -> Tensor {
        let model = LSTM(layers: lstmLayers(inputs[3...]))
        let parts = stride(from: 0, to: batch, by: 20).map { first in
            let rows = first..<first + 20
            let state = LSTM.State(
                hidden: inputs[1].slice(rows, alongAxis: 1), cells: inputs[2].slice(rows, alongAxis: 1))
            return model.run(
                inputs[0].slice(rows, alongAxis: 0), from: state, mask: mask.slice(rows, alongAxis: 0))
        }
        return everything(
            (
                .concatenated(parts.map(\.states), alongAxis: 0),
                LSTM.State(
                    hidden: .concatenated(parts.map(\.final.hidden), alongAxis: 1),
                    cells: .concatenated(parts.map(\.final.cells), alongAxis: 1))
            ))
    }
    let whole = run(all, mask: mask)
    #expect(largestDifference(whole.scalars, inParts(all).scalars) < 1e-6)
    let upstream = Tensor.normal(whole.shape, using: &generator).scalars
    let found = gradients(of: { run($0, mask: mask) }, at: all, upstream: upstream)
    let expected = gradients(of: inParts, at: all, upstream: upstream)
    #expect(found.count == expected.count)
    for (one, other) in zip(found, expected) { #expect(largestDifference(one, other) < 5e-6) }
}

@Test func statesOfAnotherShapeAreRefused() async {
    expectRefusal(
        saying: "a state [2, 4, 3] for 1 layers of 3 over [4, 5, 2]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var generator = SeededGenerator(seed: 1)
            let model = LSTM(inputs: 2, hidden: 3, using: &generator)
            _ = model(.zeros([4, 5, 2]), from: LSTM.State(hidden: .zeros([2, 4, 3]), cells: .zeros([2, 4, 3])))
        })
}
