import Foundation
import Kernels
import Layers
import Prediction
import Training
import Workflows

@testable import Models

/// One type whose durations are those of `values`, one after the other in time.
func series(_ values: [Double], process: String = "p", workflow: String = "w", start: Double = 0) -> [TaskExecution] {
    values.enumerated().map { place, value in
        let moment = start + Double(place) * 10
        return TaskExecution(
            task: TaskSpec(workflow: workflow, process: process, submittedAt: moment + 9),
            taskID: "\(place)",
            startedAt: moment + 9, completedAt: moment + 9.5, cpu: 1, memory: 1e6, duration: value)
    }
}

/// A slow wave: the next value is near the last ones and far from the median.
let wave = (0..<200).map { place -> Double in
    let phase = Double(place % 40) / 40
    return phase < 0.5 ? 10 + 180 * phase : 190 - 180 * phase
}

/// Values around 100 that know nothing of each other.
func noise(_ count: Int, seed: UInt64, spread: Double = 0.5) -> [Double] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
        // Twelve uniform numbers make a normal one.
        100 * exp(spread * ((0..<12).reduce(0) { sum, _ in sum + Double(generator.uniform()) } - 6))
    }
}

private let loop = TrainingLoop(
    AdamW(learningRate: 0.02, weightDecay: 0), epochs: 10, batchSize: 32, patience: 6)

let smallLSTM = LSTMPredictorTrainer(
    base: .median, architecture: LSTMArchitecture(history: 4, context: 2, hidden: 8, layers: 1), loop: loop)

let smallTransformer = TransformerPredictorTrainer(
    base: .median, architecture: TransformerArchitecture(history: 4, context: 2, width: 16, heads: 2, blocks: 1),
    loop: TrainingLoop(AdamW(learningRate: 0.01, weightDecay: 0), epochs: 10, batchSize: 32, patience: 25))

/// A trainer of a kind that stands on a network, as the catalog makes them but small.
func small(
    _ kind: String, epochs: Int = 10, session: TrainingSession = TrainingSession()
) -> any PublishableTrainer {
    switch kind {
    case "lstm":
        var trainer = smallLSTM
        trainer.session = session
        trainer.loop.epochs = epochs
        return trainer
    default:
        var trainer = smallTransformer
        trainer.session = session
        trainer.loop.epochs = epochs
        return trainer
    }
}

/// The kinds that stand on a network.
let networkKinds = ["lstm", "transformer"]

/// A predictor of `kind` from its archive.
func read(_ archive: WeightArchive, _ kind: String) throws -> any PublishablePredictor {
    switch kind {
    case "lstm": try LSTMPredictor(archive, architecture: smallLSTM.architecture)
    default: try TransformerPredictor(archive, architecture: smallTransformer.architecture)
    }
}

/// Predictors that have learned the first 160 values of the wave; those who ask share them.
let followers = networkKinds.reduce(into: [String: any PublishablePredictor]()) { found, kind in
    found[kind] = try? small(kind).trainPublishable(on: Array(series(wave).prefix(160)), seed: 1)
}
