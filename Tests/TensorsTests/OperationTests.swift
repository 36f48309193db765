import Kernels
import NumericalChecks
import Tensors
import Testing

private let golden = Result { try GoldenCases.read("operations.json", besideTest: #filePath) }

@Test(arguments: OperationCase.all)
func valuesAndGradientsAreThoseOfPyTorch(operation: OperationCase) throws {
    let example = try #require(try golden.get().cases[operation.name])
    #expect(example.inputs.map(\.tensor.shape) == operation.shapes)
    let (output, gradients) = example.differences(of: operation.apply)
    #expect(output < 2e-6)
    #expect(gradients.count == operation.shapes.count)
    #expect(gradients.allSatisfy { $0 < 2e-6 }, "\(gradients)")
}

@Test func everyGoldenCaseIsTried() throws {
    #expect(try Set(golden.get().cases.keys) == Set(OperationCase.all.map(\.name)))
}

@Test(arguments: OperationCase.all)
func gradientsAreThoseOfDifferenceQuotients(operation: OperationCase) {
    for seed in 1...5 as ClosedRange<UInt64> {
        let error = directionalGradientError(of: operation.apply, at: operation.inputs(seed: seed), seed: seed &+ 100)
        #expect(error < 2e-3, "seed \(seed)")
    }
}

@Test(arguments: Tensor.Activation.allCases)
func aFusedLinearMapEqualsItsParts(activation: Tensor.Activation) {
    func composed(_ inputs: [Tensor]) -> Tensor {
        let sum = inputs[0].matmul(inputs[1].transposed()) + inputs[2]
        switch activation {
        case .identity: return sum
        case .relu: return sum.relu()
        case .tanh: return sum.tanh()
        case .sigmoid: return sum.sigmoid()
        case .gelu: return sum.gelu()
        }
    }
    func fused(_ inputs: [Tensor]) -> Tensor {
        inputs[0].linear(weight: inputs[1], bias: inputs[2], activation: activation)
    }
    for (seed, rows) in zip(1...5 as ClosedRange<UInt64>, [1, 2, 3, 7, 13]) {
        var generator = SeededGenerator(seed: seed)
        let shapes: [Shape] = [[rows, 5], [3, 5], [3], [rows, 3]]
        let inputs = shapes.map { Tensor.normal($0, using: &generator) }
        let upstream = inputs[3].scalars
        #expect(largestDifference(fused(inputs).scalars, composed(inputs).scalars) < 1e-6)
        let pairs = zip(
            gradients(of: fused, at: Array(inputs[..<3]), upstream: upstream),
            gradients(of: composed, at: Array(inputs[..<3]), upstream: upstream))
        for (one, other) in pairs { #expect(largestDifference(one, other) < 1e-6) }
    }
}
