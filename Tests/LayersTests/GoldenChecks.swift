import NumericalChecks
import Tensors
import Testing

/// Values and gradients of `operation` on a golden case are PyTorch's.
func expectGolden(
    _ example: GoldenCases.Case, gradientTolerance: Float = 5e-6, sourceLocation: SourceLocation = #_sourceLocation,
    _ operation: ([Tensor]) -> Tensor
) {
    let (output, gradients) = example.differences(of: operation)
    #expect(output < 2e-6, sourceLocation: sourceLocation)
    #expect(gradients.count == example.inputs.count, sourceLocation: sourceLocation)
    #expect(gradients.allSatisfy { $0 < gradientTolerance }, "\(gradients)", sourceLocation: sourceLocation)
}
