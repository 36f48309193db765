import Files
import Kernels
import Prediction
import Workflows

/// What one tested task was answered.
struct Answer: Sendable {
    var fold: Int
    /// The execution's place in the history.
    var place: Int
    var prediction: ResourcePrediction
}

extension PredictorEvaluator {
    /// The answers of each of `kinds` to each tested row.
    func answers(
        of kinds: [any PredictorTrainer], folds: [Fold], progress: @escaping @Sendable (String) -> Void
    ) async throws -> [[Answer]] {
        switch division {
        case .online:
            let learned = learnedExecutions(executions)
            return try await sideBySide(kinds, pieces: 1, progress: progress) { kind, _ in
                let replay = OnlineReplay(executions: executions, trainer: kind, seed: seed, learned: learned)
                return try replay.run().sorted { $0.key < $1.key }.map {
                    Answer(fold: 0, place: $0.key, prediction: $0.value)
                }
            }
        case .fixed:
            let (learned, tested) = (learnedExecutions(try fixedTraining()), usablePlaces)
            return try await sideBySide(kinds, pieces: 1, progress: progress) { kind, _ in
                try ask(kind.train(on: learned, seed: seed), tested, fold: 0)
            }
        case .groups, .time, .random, .leaveOut, .larger:
            return try await sideBySide(kinds, pieces: folds.count, progress: progress) { kind, fold in
                let training = learnedExecutions(folds[fold].training.map { executions[$0] })
                return try ask(kind.train(on: training, seed: seed), folds[fold].tested, fold: fold)
            }
        }
    }

    /// Every kind on every piece of the protocol.
    private func sideBySide(
        _ kinds: [any PredictorTrainer], pieces: Int, progress: @escaping @Sendable (String) -> Void,
        answers: @escaping @Sendable (any PredictorTrainer, _ piece: Int) throws -> [Answer]
    ) async throws -> [[Answer]] {
        try await withThrowingTaskGroup(of: (kind: Int, piece: Int, answers: [Answer]).self) { group in
            for piece in 0..<pieces {
                for (place, kind) in kinds.enumerated() {
                    group.addTask {
                        let found = try answers(kind, piece)
                        progress(kind.kind)
                        return (place, piece, found)
                    }
                }
            }
            var found = [[[Answer]]](repeating: [[Answer]](repeating: [], count: pieces), count: kinds.count)
            for try await result in group { found[result.kind][result.piece] = result.answers }
            return found.map { Array($0.joined()) }
        }
    }

    /// What `predictor` says of the tasks at `places`.
    func ask(_ predictor: any ResourcePredictor, _ places: [Int], fold: Int) throws -> [Answer] {
        zip(places, try predictor.predict(places.map { executions[$0].task })).map {
            Answer(fold: fold, place: $0, prediction: $1)
        }
    }

    /// What the protocol `fixed` learns from.
    func fixedTraining() throws -> [TaskExecution] {
        guard let trainingHistory else {
            throw InputError("protocol fixed needs a history to train on (--train-on)")
        }
        return trainingHistory
    }

    /// The places of all executions that are learned from and tested.
    var usablePlaces: [Int] { executions.indices.filter { executions[$0].isUsable } }

    /// `training` as it is, or with the outcomes of each type dealt out anew.
    func learnedExecutions(_ training: [TaskExecution]) -> [TaskExecution] {
        guard shufflesLabels else { return training }
        var generator = SeededGenerator(seed: seed ^ (0x5FFF &* UInt64(shuffle)))
        var types: [String: [Int]] = [:]
        for (place, execution) in training.enumerated() where execution.isUsable {
            types[execution.task.taskType, default: []].append(place)
        }
        var shuffled = training
        for (_, places) in types.sorted(by: { $0.key < $1.key }) {
            for (place, source) in zip(places, places.shuffled(using: &generator)) {
                shuffled[place].cpu = training[source].cpu
                shuffled[place].memory = training[source].memory
                shuffled[place].duration = training[source].duration
            }
        }
        return shuffled
    }
}
