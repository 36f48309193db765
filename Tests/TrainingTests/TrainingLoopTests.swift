import Kernels
import Layers
import Tensors
import Testing
import Training

@Test func learnsALine() throws {
    let (model, records) = try Line.train(seed: 1)
    #expect(abs(model.weight.scalars[0] - 2) < 0.05)
    #expect(abs(model.weight.scalars[1] + 3) < 0.05)
    #expect(abs(model.bias.scalars[0] - 1) < 0.05)
    #expect(records.count > 10)
}

@Test func theSameSeedGivesTheSameWeights() throws {
    let (first, second, other) = (
        try Line.train(seed: 3).model, try Line.train(seed: 3).model, try Line.train(seed: 4).model
    )
    #expect(first.weight == second.weight)
    #expect(first.weight != other.weight)
}

@Test func theBestWeightsAreKept() throws {
    let (model, records) = try Line.train(seed: 1, learningRate: 3)
    let kept = meanSquaredError(model(Line.inputs), Line.targets).scalar
    #expect(records.allSatisfy { kept <= $0.validationLoss })
}

@Test func aLossThatIsNoNumberStops() {
    var generator = SeededGenerator(seed: 1)
    var model = Linear(inputs: 2, outputs: 1, using: &generator)
    #expect(throws: TrainingError.lossNotFinite(parameter: "weight", epoch: 1, step: 1)) {
        try TrainingLoop(Adam()).run(
            &model, samples: 64, seed: 1, loss: { model, _ in (model(Line.inputs) * .infinity).mean() },
            validationLoss: { _ in 0 })
    }
}

@Test func batchesCoverEverySampleOnce() {
    let batches = Array(Batches(of: 10, size: 4, seed: 7, epoch: 1))
    #expect(batches.map(\.count) == [4, 4, 2])
    #expect(batches.flatMap { $0 }.sorted() == Array(0..<10))
    #expect(batches.flatMap { $0 } != Array(Batches(of: 10, size: 4, seed: 7, epoch: 2)).flatMap { $0 })
}

/// A sample meets others in each epoch: no more of them stay in their batch than by chance, 50 of 1000.
@Test func ordersOfEpochsAndSeedsHaveNothingInCommon() {
    func batches(_ seed: UInt64, _ epoch: Int) -> [Set<Int>] {
        Batches(of: 1000, size: 50, seed: seed, epoch: epoch).map(Set.init)
    }
    for (seed, epoch) in [(0, 1), (1, 1), (7, 5), (UInt64.max, 30)] {
        for (otherSeed, otherEpoch) in [
            (seed, epoch + 1), (seed, epoch + 2), (seed &+ 1, epoch), (seed &+ 1, epoch - 1),
        ] {
            let pairs = zip(batches(seed, epoch), batches(otherSeed, otherEpoch))
            let common = pairs.reduce(0) { $0 + $1.0.intersection($1.1).count }
            #expect(common < 100, "epoch \(epoch) of \(seed), epoch \(otherEpoch) of \(otherSeed)")
        }
    }
}

/// The loss of which step is broken how, and what the error says.
private struct Breakage: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var loss: @Sendable (Tensor, Linear) -> Tensor
    var error: TrainingError
}

private let breakages = [
    Breakage(
        testDescription: "gradient", loss: { loss, model in loss + ((model.bias * model.bias).sum() * 0).sqrt() },
        error: .gradientNotFinite(parameter: "bias", epoch: 2, step: 2)),
    Breakage(
        testDescription: "loss", loss: { loss, model in loss * .nan },
        error: .lossNotFinite(parameter: "weight", epoch: 2, step: 2)),
    Breakage(
        testDescription: "explosion",
        loss: { loss, model in loss * 0 + 3000 + 0 * model.weight.sum() + 7 * model.bias.sum() },
        error: .lossExploded(loss: 3000, limit: 2000, parameter: "bias", epoch: 2, step: 2)),
]

@Test(arguments: breakages)
private func whatBreaksIsNamed(breakage: Breakage) throws {
    var model = Linear(weight: Tensor([0.5, -0.25], shape: [1, 2]), bias: Tensor([0], shape: [1]))
    var steps = 0
    var told: TrainingError?
    do {
        try TrainingLoop(SGD(learningRate: 1e-3), batchSize: 16, explosionFactor: 1000).run(
            &model, samples: 64, seed: 1
        ) {
            model, batch in
            steps += 1
            let loss = model(Line.inputs).mean() * 0 + 2 + (model.weight.sum() + model.bias.sum()) * 0
            return steps == 6 ? breakage.loss(loss, model) : loss
        } validationLoss: { _ in
            1
        }
    } catch let error as TrainingError {
        told = error
    }
    #expect(told == breakage.error)
    #expect(try #require(told).description.contains("epoch 2, step 2"))
    #expect(steps == 6)
}

@Test func aBrokenParameterIsNamedFirst() {
    var model = Linear(weight: Tensor([1, 1], shape: [1, 2]), bias: Tensor([.nan], shape: [1]))
    #expect(throws: TrainingError.lossNotFinite(parameter: "bias", epoch: 1, step: 1)) {
        try TrainingLoop(Adam()).run(
            &model, samples: 64, seed: 1, loss: { model, batch in Line.loss(model, batch) }, validationLoss: { _ in 0 })
    }
}

@Test(arguments: [1, 3, 5, 16, 64])
func partsOfABatchAddUpToIt(size: Int) throws {
    func train(_ microBatchSize: Int?) throws -> (model: Linear, losses: [Float]) {
        var model = Line.model(seed: 5)
        let loop = TrainingLoop(
            SGD(learningRate: 0.05, momentum: 0.5), epochs: 3, batchSize: 16, microBatchSize: microBatchSize,
            clipping: .none)
        var largest = 0
        let records = try loop.run(&model, samples: 64, seed: 2) { model, batch in
            largest = max(largest, batch.count)
            return Line.loss(model, batch)
        } validationLoss: {
            Line.validationLoss($0)
        }
        #expect(largest == min(microBatchSize ?? 16, 16))
        return (model, records.map(\.trainingLoss))
    }
    let (whole, parts) = (try train(nil), try train(size))
    for (a, b) in zip(
        whole.model.weight.scalars + whole.model.bias.scalars + whole.losses,
        parts.model.weight.scalars + parts.model.bias.scalars + parts.losses)
    {
        #expect(abs(a - b) < 1e-5)
    }
    #expect(whole.model.weight != Line.model(seed: 5).weight)
}

@Test func theScheduleAndTheBoundReachTheSteps() throws {
    let log = Recorder()
    var model = Line.model(seed: 1)
    let loop = TrainingLoop(
        SGD(learningRate: 0.5), schedule: .warmUp(over: .updates(4), from: 0, then: .step(every: .epochs(2))),
        epochs: 3, batchSize: 16, clipping: .norm(1e-3), patience: 9)
    let records = try loop.run(
        &model, samples: 64, seed: 1, session: TrainingSession(logs: [log]), loss: { Line.loss($0, $1) },
        validationLoss: { Line.validationLoss($0) })
    #expect(
        log.steps.map(\.learningRate) == [0, 0.125, 0.25, 0.375] + Array(repeating: 0.5, count: 4)
            + Array(repeating: 0.05, count: 4))
    #expect(log.steps.map(\.updates) == Array(1...12) && log.steps.map(\.step) == [1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4])
    #expect(log.epochs == records && records.map(\.updates) == [4, 8, 12])
    #expect(log.steps.allSatisfy { $0.gradientNorm > 0.1 })
    let moved = zip(model.weight.scalars, Line.model(seed: 1).weight.scalars).map { abs($0 - $1) }.max() ?? 0
    #expect(moved > 0 && moved < 5e-3)
    let mean = log.steps.prefix(4).reduce(0) { $0 + Double($1.loss) } / 4
    #expect(abs(Double(records[0].trainingLoss) - mean) < 1e-6)
}

@Test func progressIsToldOfEveryStepAndEpoch() throws {
    let told = Told()
    var model = Line.model(seed: 1)
    try TrainingLoop(Adam(), epochs: 2, batchSize: 48).run(
        &model, samples: 64, seed: 1, session: TrainingSession(progress: { told.add($0) }),
        loss: { Line.loss($0, $1) }, validationLoss: { _ in 0.25 })
    let news = told.news
    #expect(news.map(\.updates) == [0, 1, 2, 2, 3, 4, 4])
    #expect(news.allSatisfy { $0.totalUpdates == 4 })
    #expect(news.map(\.epoch) == [1, 1, 1, 2, 2, 2, 2])
    #expect(news.map(\.isFinished) == [false, false, false, false, false, false, true])
    #expect(news.map(\.validationLoss) == [nil, nil, nil, 0.25, 0.25, 0.25, 0.25])
    #expect(news.map { $0.trainingLoss == nil } == [true, false, false, true, false, false, true])
}
