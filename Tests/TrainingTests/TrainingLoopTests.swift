import Kernels
import Layers
import Tensors
import Testing
import Training

/// y = 2 a - 3 b + 1 on a grid.
private let points: [(Float, Float)] = (0..<64).map { index in
    let (column, row) = (Float(index % 8), Float(index / 8))
    return (column / 4 - 1, row / 4 - 1)
}
private let inputs = Tensor(points.flatMap { [$0.0, $0.1] }, shape: [64, 2])
private let targets = Tensor(points.map { point -> Float in 2 * point.0 - 3 * point.1 + 1 }, shape: [64, 1])

private func rows(_ tensor: Tensor, _ places: ArraySlice<Int>) -> Tensor {
    let width = tensor.shape[1]
    return Tensor(
        places.flatMap { tensor.scalars[$0 * width..<($0 + 1) * width] }, shape: [places.count, width])
}

private func train(seed: UInt64, learningRate: Float = 0.05) throws -> (model: Linear, records: [EpochRecord]) {
    var generator = SeededGenerator(seed: seed)
    var model = Linear(inputs: 2, outputs: 1, using: &generator)
    let loop = TrainingLoop(epochs: 60, batchSize: 16, learningRate: learningRate, patience: 10)
    let records = try loop.run(
        &model, samples: 64, seed: seed, loss: { meanSquaredError($0(rows(inputs, $1)), rows(targets, $1)) },
        validationLoss: { meanSquaredError($0(inputs), targets).scalar })
    return (model, records)
}

@Test func learnsALine() throws {
    let (model, records) = try train(seed: 1)
    #expect(abs(model.weight.scalars[0] - 2) < 0.05)
    #expect(abs(model.weight.scalars[1] + 3) < 0.05)
    #expect(abs(model.bias.scalars[0] - 1) < 0.05)
    #expect(records.count > 10)
}

@Test func theSameSeedGivesTheSameWeights() throws {
    let (first, second, other) = (try train(seed: 3).model, try train(seed: 3).model, try train(seed: 4).model)
    #expect(first.weight == second.weight)
    #expect(first.weight != other.weight)
}

@Test func theBestWeightsAreKept() throws {
    let (model, records) = try train(seed: 1, learningRate: 3)
    let kept = meanSquaredError(model(inputs), targets).scalar
    #expect(records.allSatisfy { kept <= $0.validationLoss })
}

@Test func aLossThatIsNoNumberStops() {
    var generator = SeededGenerator(seed: 1)
    var model = Linear(inputs: 2, outputs: 1, using: &generator)
    #expect(throws: TrainingError.lossNotFinite(epoch: 1, step: 1)) {
        try TrainingLoop().run(
            &model, samples: 64, seed: 1, loss: { model, _ in (model(inputs) * .infinity).mean() },
            validationLoss: { _ in 0 })
    }
}

@Test func adamFollowsItsFormula() {
    // One parameter, two steps by hand: g = 1, then g = 3.
    var model = Linear(weight: Tensor([1], shape: [1, 1]), bias: Tensor([0], shape: [1]))
    var adam = Adam(learningRate: 0.1)
    adam.update(&model, along: Gradients([[1], [0]]))
    #expect(abs(model.weight.scalars[0] - 0.9) < 1e-6)
    adam.update(&model, along: Gradients([[3], [0]]))
    let mean = 0.39 / 0.19
    let square = 0.009999 / 0.001999
    let expected = 0.9 - 0.1 * mean / square.squareRoot()
    #expect(abs(Double(model.weight.scalars[0]) - expected) < 1e-5)
}

@Test func batchesCoverEverySampleOnce() {
    let batches = Array(Batches(of: 10, size: 4, seed: 7, epoch: 1))
    #expect(batches.map(\.count) == [4, 4, 2])
    #expect(batches.flatMap { $0 }.sorted() == Array(0..<10))
    #expect(batches.flatMap { $0 } != Array(Batches(of: 10, size: 4, seed: 7, epoch: 2)).flatMap { $0 })
}
