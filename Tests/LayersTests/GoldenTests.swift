import Layers
import NumericalChecks
import Tensors
import Testing

private let golden = Result { try GoldenCases.read("layers.json", besideTest: #filePath) }

/// What the golden file's cases are called, and what each is.
private let operations: [String: @Sendable ([Tensor], Tensor?) -> Tensor] = [
    "lstm one of all": lastState, "lstm last": lastState, "lstm states": states, "lstm two layers": lastState,
    "lstm three layers states": states, "lstm padding": lastState, "lstm holes": lastState,
    "lstm holes states": states,
    "squared": { meanSquaredError($0[0], $0[1], mask: $1) },
    "squared masked": { meanSquaredError($0[0], $0[1], mask: $1) },
    "squared weighted": { meanSquaredError($0[0], $0[1], mask: $1) },
    "absolute": { meanAbsoluteError($0[0], $0[1], mask: $1) },
    "absolute masked": { meanAbsoluteError($0[0], $0[1], mask: $1) },
    "huber": { huberLoss($0[0], $0[1], mask: $1) },
    "huber narrow": { huberLoss($0[0], $0[1], delta: 0.25, mask: $1) },
    "huber masked": { huberLoss($0[0], $0[1], mask: $1) },
    "pinball low": { pinballLoss($0[0], $0[1], quantile: 0.05, mask: $1) },
    "pinball high": { pinballLoss($0[0], $0[1], quantile: 0.95, mask: $1) },
    "pinball masked": { pinballLoss($0[0], $0[1], quantile: 0.95, mask: $1) },
]

@Sendable private func lastState(_ inputs: [Tensor], _ mask: Tensor?) -> Tensor {
    LSTM(layers: lstmLayers(inputs[1...]))(inputs[0], mask: mask)
}

@Sendable private func states(_ inputs: [Tensor], _ mask: Tensor?) -> Tensor {
    LSTM(layers: lstmLayers(inputs[1...])).states(inputs[0], mask: mask)
}

@Test(arguments: operations.keys.sorted())
func valuesAndGradientsAreThoseOfPyTorch(name: String) throws {
    let example = try #require(try golden.get().cases[name])
    let operation = try #require(operations[name])
    let mask = example.mask?.tensor
    expectGolden(example) { operation($0, mask) }
}

@Test func everyGoldenCaseIsTried() throws {
    #expect(try Set(golden.get().cases.keys) == Set(operations.keys))
}
