import Foundation
import Layers
import Tensors
import Testing
import Training

/// What PyTorch made; see `Golden/make.py`.
private struct GoldenTraining: Decodable {
    struct Clipped: Decodable {
        var norm: Double?
        var gradients: [[Float]]
    }

    var start: [[Float]]
    var gradients: [[[Float]]]
    var optimizers: [String: [[[Float]]]]
    var losses: [Float]
    var schedules: [String: [Double]]
    var clipping: [String: Clipped]
}

private let golden = Result {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    return try JSONDecoder().decode(
        GoldenTraining.self, from: Data(contentsOf: folder.appendingPathComponent("Golden/training.json")))
}

private let optimizers: [String: any Optimizer] = [
    "sgd": SGD(learningRate: 0.1), "sgd decay": SGD(learningRate: 0.1, weightDecay: 0.05),
    "sgd momentum": SGD(learningRate: 0.1, momentum: 0.9),
    "sgd momentum decay": SGD(learningRate: 0.1, momentum: 0.9, weightDecay: 0.05),
    "sgd nesterov": SGD(learningRate: 0.1, momentum: 0.9, isNesterov: true, weightDecay: 0.05),
    "adam": Adam(learningRate: 0.05),
    "adam fast": Adam(learningRate: 0.05, meanDecay: 0.5, squareDecay: 0.9, epsilon: 1e-3),
    "adamw": AdamW(learningRate: 0.05, weightDecay: 0.1),
    "adamw fast": AdamW(learningRate: 0.05, weightDecay: 0.2, meanDecay: 0.8, squareDecay: 0.95, epsilon: 1e-5),
    "rmsprop": RMSProp(learningRate: 0.02),
    "rmsprop momentum": RMSProp(learningRate: 0.02, squareDecay: 0.9, epsilon: 1e-4, momentum: 0.8),
]

/// The two parameters of the golden file, [3, 5] and [7].
private struct Pair: Module, Equatable {
    var first: Tensor
    var second: Tensor

    init(_ values: [[Float]]) {
        (first, second) = (Tensor(values[0], shape: [3, 5]), Tensor(values[1], shape: [7]))
    }

    mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        try body("first", &first)
        try body("second", &second)
    }
}

private func largestDifference(_ model: Pair, _ expected: [[Float]]) -> Float {
    zip(model.first.scalars + model.second.scalars, expected[0] + expected[1]).map { abs($0 - $1) / max(1, abs($1)) }
        .max() ?? .infinity
}

@Test(arguments: optimizers.keys.sorted())
func stepsAreThoseOfPyTorch(name: String) throws {
    let golden = try golden.get()
    func check(_ optimizer: some Optimizer) throws {
        var (optimizer, model) = (optimizer, Pair(golden.start))
        let expected = try #require(golden.optimizers[name])
        #expect(expected.count == golden.gradients.count && expected.count == 8)
        for (step, gradient) in golden.gradients.enumerated() {
            optimizer.update(&model, along: Gradients(gradient))
            #expect(largestDifference(model, expected[step]) < 3e-6, "step \(step + 1)")
        }
        #expect(optimizer.state.step == 8)
    }
    let optimizer = try #require(optimizers[name])
    try check(optimizer)
}

@Test func everyGoldenOptimizerAndScheduleIsTried() throws {
    #expect(try Set(golden.get().optimizers.keys) == Set(optimizers.keys))
    #expect(try Set(golden.get().schedules.keys) == Set(schedules.keys))
}

@Test(arguments: optimizers.keys.sorted())
func anOptimizerGoesOnFromItsState(name: String) throws {
    let golden = try golden.get()
    func check(_ optimizer: some Optimizer) {
        for stop in 0...3 {
            var (whole, model) = (optimizer, Pair(golden.start))
            for gradient in golden.gradients.prefix(stop) { whole.update(&model, along: Gradients(gradient)) }
            var (resumed, second) = (optimizer, model)
            resumed.state = whole.state
            #expect(resumed == whole)
            #expect(whole.state.slots.map(\.name) == whole.slotNames)
            for gradient in golden.gradients.dropFirst(stop) {
                whole.update(&model, along: Gradients(gradient))
                resumed.update(&second, along: Gradients(gradient))
            }
            #expect(model == second)
        }
    }
    let optimizer = try #require(optimizers[name])
    check(optimizer)
}

private let schedules: [String: LearningRateSchedule] = [
    "constant": .constant, "step": .step(every: .epochs(3), factor: 0.5), "cosine": .cosine(over: .epochs(19)),
    "cosine floor": .cosine(over: .epochs(19), floor: 0.1), "warm-up": .warmUp(over: .epochs(4), from: 0.1),
    "warm-up, step": .warmUp(over: .epochs(4), from: 0.1, then: .step(every: .epochs(5))),
    "warm-up, cosine": .warmUp(over: .epochs(4), from: 0.1, then: .cosine(over: .epochs(15))),
    "plateau": .reduceOnPlateau(factor: 0.5, patience: 2),
    "plateau cooldown": .reduceOnPlateau(factor: 0.2, patience: 1, threshold: 0.01, cooldown: 2, floor: 0.02),
]

@Test(arguments: schedules.keys.sorted())
func ratesAreThoseOfPyTorch(name: String) throws {
    let golden = try golden.get()
    let expected = try #require(golden.schedules[name])
    var rate = ScheduledLearningRate(0.5, try #require(schedules[name]))
    #expect(expected.count == 20)
    for (epoch, value) in expected.enumerated() {
        #expect(abs(Double(rate(updates: 7 * epoch, epochs: epoch)) - value) < 1e-7, "epoch \(epoch)")
        rate.judge(loss: golden.losses[epoch])
    }
}

@Test func lengthsAreOfUpdatesOrOfEpochs() {
    let byUpdates = LearningRateSchedule.warmUp(
        over: .updates(10), from: 0, then: .step(every: .updates(5), factor: 0.5))
    #expect(
        [0, 5, 9, 10, 14, 15, 20].map { byUpdates.factor(updates: $0, epochs: 99) } == [0, 0.5, 0.9, 1, 1, 0.5, 0.25])
    // A warm-up in updates does not move what follows in epochs.
    let mixed = LearningRateSchedule.warmUp(over: .updates(10), from: 0, then: .step(every: .epochs(2), factor: 0.5))
    #expect(mixed.factor(updates: 5, epochs: 3) == 0.5)
    #expect(mixed.factor(updates: 10, epochs: 3) == 0.5)
    #expect(mixed.factor(updates: 10, epochs: 4) == 0.25)
    #expect(LearningRateSchedule.cosine(over: .epochs(4), floor: 0.5).factor(updates: 0, epochs: 100) == 0.5)
}

@Test func aWarmUpMayEndInAReductionOnAPlateau() {
    var rate = ScheduledLearningRate(
        1, .warmUp(over: .epochs(2), from: 0.5, then: .reduceOnPlateau(factor: 0.1, patience: 0, floor: 0.05)))
    let rates = (0..<6).map { epoch in
        defer { rate.judge(loss: 1) }
        return rate(updates: 0, epochs: epoch)
    }
    #expect(rates == [0.5, 0.75, 0.1, 0.05, 0.05, 0.05])
}

@Test func clippingIsThatOfPyTorch() throws {
    let golden = try golden.get()
    for (name, example) in golden.clipping {
        var gradients = Gradients(golden.gradients[2])
        if name == "value" {
            gradients.clip(toMagnitude: 1.5)
        } else {
            let norm = gradients.clip(toNorm: name == "norm" ? 2 : 1000)
            #expect(abs(Double(norm) - (example.norm ?? 0)) < 1e-5)
        }
        for (own, expected) in zip(gradients.parameters, example.gradients) {
            #expect(own.count == expected.count)
            #expect(zip(own, expected).allSatisfy { abs($0 - $1) < 2e-6 }, "\(name)")
        }
    }
    #expect(golden.clipping.count == 3)
}
