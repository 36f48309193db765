import Kernels
import Layers
import NumericalChecks
import Tensors
import Testing

private func moments(_ x: Tensor) -> (mean: Float, variance: Float) {
    let mean = x.mean().scalar
    return (mean, x.squared().mean().scalar - mean * mean)
}

/// Uniform elements stay under √3 standard deviations and come near; normal ones go well over.
private func expectDistribution(_ x: Tensor, _ distribution: InitialDistribution, variance: Float) {
    let found = moments(x)
    #expect(abs(found.variance / variance - 1) < 0.1)
    #expect(abs(found.mean) < 0.1 * variance.squareRoot())
    let largest = x.scalars.reduce(0) { max($0, abs($1)) } / variance.squareRoot()
    switch distribution {
    case .uniform: #expect(largest <= 1.7321 && largest > 1.7)
    case .normal: #expect(largest > 2.5)
    }
}

@Test(arguments: InitialDistribution.allCases)
func firstWeightsHaveTheirVariance(distribution: InitialDistribution) {
    var generator = SeededGenerator(seed: 4)
    let shape: Shape = [60, 40]
    expectDistribution(.xavier(shape, distribution, using: &generator), distribution, variance: 2 / 100)
    expectDistribution(
        .xavier(shape, distribution, gain: Tensor.Activation.tanh.gain, using: &generator), distribution,
        variance: 25 / 9 * 2 / 100)
    expectDistribution(.kaiming(shape, distribution, using: &generator), distribution, variance: 2 / 40)
    expectDistribution(
        .kaiming(shape, distribution, fan: .outputs, gain: 1, using: &generator), distribution, variance: 1 / 60)
    // PyTorch's fans of more than two axes: the field of 3 times 5 belongs to both.
    let field: Shape = [16, 8, 3, 5]
    expectDistribution(.xavier(field, distribution, using: &generator), distribution, variance: 2 / (24 * 15))
    expectDistribution(.kaiming(field, distribution, using: &generator), distribution, variance: 2 / (8 * 15))
    expectDistribution(
        .kaiming(field, distribution, fan: .outputs, using: &generator), distribution, variance: 2 / (16 * 15))
}

@Test func uniformElementsHaveTheirBound() {
    var generator = SeededGenerator(seed: 5)
    expectDistribution(.uniform([50, 50], bound: 3, using: &generator), .uniform, variance: 3)
}

@Test func gainsAreThoseOfPyTorch() {
    #expect(Tensor.Activation.identity.gain == 1 && Tensor.Activation.sigmoid.gain == 1)
    #expect(Tensor.Activation.tanh.gain == Float(5) / 3)
    for function in [Tensor.Activation.relu, .gelu] { #expect(abs(function.gain - 1.414_213_6) < 1e-6) }
}

@Test(arguments: [[7, 3], [3, 7], [5, 5], [1, 1], [1, 11], [13, 1], [4, 2, 3], [7, 2, 1, 2]] as [Shape])
func orthogonalWeightsAreOrthonormal(shape: Shape) {
    var generator = SeededGenerator(seed: 5)
    let weight = Tensor.orthogonal(shape, using: &generator)
    #expect(weight.shape == shape)
    let (rows, columns) = (shape[0], shape.count / shape[0])
    let matrix = weight.reshaped([rows, columns])
    let gram = rows >= columns ? matrix.matmul(matrix, transposingSelf: true) : matrix.matmul(matrix, transposed: true)
    let order = min(rows, columns)
    let unit = (0..<order * order).map { $0 % (order + 1) == 0 ? 1 : 0 as Float }
    #expect(largestDifference(gram.scalars, unit) < 1e-6)
    #expect(Tensor.orthogonal(shape, using: &generator) != weight || shape.count == 1)
    var (one, other) = (SeededGenerator(seed: 6), SeededGenerator(seed: 6))
    let doubled = Tensor.orthogonal(shape, gain: 2, using: &one)
    #expect(doubled == Tensor.orthogonal(shape, using: &other) * 2)
}

@Test(arguments: Tensor.Activation.allCases)
func layersBeforeAFunctionBeginAlike(activation: Tensor.Activation) {
    var (one, other) = (SeededGenerator(seed: 9), SeededGenerator(seed: 9))
    let convolution = GraphConvolution(inputs: 40, outputs: 60, activation: activation, using: &one)
    #expect(convolution.weight == Linear(inputs: 40, outputs: 60, activation: activation, using: &other).weight)
    let variance: Float = [.relu, .gelu].contains(activation) ? 2 / 40 : 2 / 100
    expectDistribution(convolution.weight, .uniform, variance: variance)
}

@Test func theSeedDecidesFirstWeights() {
    var (one, other) = (SeededGenerator(seed: 7), SeededGenerator(seed: 7))
    #expect(Tensor.xavier([5, 3], .normal, using: &one) == .xavier([5, 3], .normal, using: &other))
    #expect(Tensor.kaiming([5, 3], using: &one) == .kaiming([5, 3], using: &other))
    #expect(Tensor.kaiming([5, 3], using: &one) != .kaiming([5, 3], .normal, using: &other))
    var generator = SeededGenerator(seed: 8)
    let embedding = Embedding(count: 60, width: 40, using: &generator)
    expectDistribution(embedding.weight, .normal, variance: 1)
}
