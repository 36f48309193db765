import Files
import Kernels
import Layers
import Synchronization
import Tensors
import Training

/// y = 2 a - 3 b + 1 on a grid, and a model that learns it.
enum Line {
    private static let points: [(Float, Float)] = (0..<64).map { index in
        let (column, row) = (Float(index % 8), Float(index / 8))
        return (column / 4 - 1, row / 4 - 1)
    }
    static let inputs = Tensor(points.flatMap { [$0.0, $0.1] }, shape: [64, 2])
    static let targets = Tensor(points.map { point -> Float in 2 * point.0 - 3 * point.1 + 1 }, shape: [64, 1])

    static func rows(_ tensor: Tensor, _ places: ArraySlice<Int>) -> Tensor {
        let width = tensor.shape[1]
        return Tensor(
            places.flatMap { tensor.scalars[$0 * width..<($0 + 1) * width] }, shape: [places.count, width])
    }

    static func model(seed: UInt64) -> Linear {
        var generator = SeededGenerator(seed: seed)
        return Linear(inputs: 2, outputs: 1, using: &generator)
    }

    static func loss(_ model: Linear, _ places: ArraySlice<Int>) -> Tensor {
        meanSquaredError(model(rows(inputs, places)), rows(targets, places))
    }

    static func validationLoss(_ model: Linear) -> Float { meanSquaredError(model(inputs), targets).scalar }

    static func train(seed: UInt64, learningRate: Float = 0.05) throws -> (model: Linear, records: [EpochRecord]) {
        var model = model(seed: seed)
        let loop = TrainingLoop(Adam(learningRate: learningRate), epochs: 60, batchSize: 16, patience: 10)
        let records = try loop.run(
            &model, samples: 64, seed: seed, loss: { loss($0, $1) }, validationLoss: { validationLoss($0) })
        return (model, records)
    }
}

/// A log that keeps what it is told.
final class Recorder: RunLog {
    private let told = Mutex<(configurations: [JSONObject], steps: [StepRecord], epochs: [EpochRecord])>(([], [], []))

    var configurations: [JSONObject] { told.withLock { $0.configurations } }
    var steps: [StepRecord] { told.withLock { $0.steps } }
    var epochs: [EpochRecord] { told.withLock { $0.epochs } }

    func begin(_ configuration: JSONObject, updates: Int) { told.withLock { $0.configurations.append(configuration) } }
    func add(_ step: StepRecord) { told.withLock { $0.steps.append(step) } }
    func add(_ epoch: EpochRecord) { told.withLock { $0.epochs.append(epoch) } }
}

/// What progress was told.
final class Told: Sendable {
    private let kept = Mutex<[TrainingProgress]>([])

    var news: [TrainingProgress] { kept.withLock { $0 } }
    func add(_ progress: TrainingProgress) { kept.withLock { $0.append(progress) } }
}
