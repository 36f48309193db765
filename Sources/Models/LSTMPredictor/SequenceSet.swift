import Layers
import Tensors

/// One execution on the training side, with what the base, that had not seen it, left.
struct LSTMSample: Sendable {
    var type: String
    /// Its place among the executions of its type.
    var rank: Int
    var submittedAt: Double?
    var step: Step
}

/// All samples as sequences, encoded once, and the split into those that are learned from and those that judge.
struct SequenceSet: Sendable {
    /// Places of samples that the weights are learned from.
    private(set) var training: [Int] = []
    /// Places of samples that judge: every fifth block of a type.
    private(set) var validation: [Int] = []

    private let length: Int
    private var rows: [Float] = []
    private var mask: [Float] = []
    /// Residuals over the type's spread [n, 3], 0 where there is none.
    private var targets: [Float] = []
    /// [n, 3]: how much a residual counts. Rare types count more than their share, common ones less: a sample counts
    /// 1 / √(samples of its type), as accuracy is averaged over types.
    private var weights: [Float] = []

    init(_ samples: [LSTMSample], predictor: LSTMPredictor) {
        length = predictor.architecture.history + 1
        let encoder = SequenceEncoder(history: predictor.architecture.history)
        var byType: [String: [Int]] = [:]
        for (place, sample) in samples.enumerated() { byType[sample.type, default: []].append(place) }
        for (place, sample) in samples.enumerated() {
            let own = byType[sample.type] ?? []
            let scale = predictor.calibration(of: sample.type).scale
            var question = sample.step
            question.completedAt = sample.submittedAt ?? .nan
            let past = Self.past(of: sample, among: own, samples: samples, count: predictor.architecture.history)
            encoder.encode(past, question: question, scale: scale, rows: &rows, mask: &mask)
            let weight = 1 / Float(own.count).squareRoot()
            for target in 0..<3 {
                let residual = sample.step.residuals[target] / scale.residual[target]
                targets.append(residual.isFinite ? Float(min(max(residual, -5), 5)) : 0)
                weights.append(residual.isFinite ? weight : 0)
            }
            let block = max(1, min(10, own.count / 10))
            // Without moments there is no past to learn from.
            guard sample.submittedAt != nil, !sample.step.completedAt.isNaN else { continue }
            if own.count >= 5, (sample.rank / block) % 5 == 3 {
                validation.append(place)
            } else {
                training.append(place)
            }
        }
    }

    /// The last `count` executions of the type that had completed when `sample` was submitted, oldest first; none
    /// where the moments are not known.
    private static func past(
        of sample: LSTMSample, among own: [Int], samples: [LSTMSample], count: Int
    ) -> [Step] {
        guard let submitted = sample.submittedAt else { return [] }
        var found: [Step] = []
        var rank = sample.rank - 1
        while rank >= 0, found.count < count {
            let step = samples[own[rank]].step
            if step.completedAt <= submitted { found.append(step) }
            rank -= 1
        }
        return found.reversed()
    }

    /// The sequences of the samples at `places`.
    private func sequences(of places: [Int]) -> Sequences {
        let width = length * SequenceEncoder.width
        var (inputs, steps): ([Float], [Float]) = ([], [])
        inputs.reserveCapacity(places.count * width)
        steps.reserveCapacity(places.count * length)
        for place in places {
            inputs.append(contentsOf: rows[place * width..<(place + 1) * width])
            steps.append(contentsOf: mask[place * length..<(place + 1) * length])
        }
        return Sequences(
            inputs: Tensor(inputs, shape: [places.count, length, SequenceEncoder.width]),
            mask: Tensor(steps, shape: [places.count, length]))
    }

    /// Huber's loss of the samples at `places`.
    func loss(_ network: LSTMNetwork, of places: [Int]) -> Tensor {
        let shape: Shape = [places.count, 3]
        let wanted = Tensor(places.flatMap { targets[$0 * 3..<$0 * 3 + 3] }, shape: shape)
        let weight = Tensor(places.flatMap { weights[$0 * 3..<$0 * 3 + 3] }, shape: shape)
        return huberLoss(network(sequences(of: places)), wanted, delta: 0.5, mask: weight)
    }

    /// The loss of many samples, in chunks.
    func meanLoss(_ network: LSTMNetwork, of places: [Int]) -> Float {
        var (total, weight): (Float, Float) = (0, 0)
        for start in stride(from: 0, to: places.count, by: 512) {
            let chunk = Array(places[start..<min(start + 512, places.count)])
            let own = chunk.flatMap { weights[$0 * 3..<$0 * 3 + 3] }.reduce(0, +)
            total += loss(network, of: chunk).scalar * own
            weight += own
        }
        return weight > 0 ? total / weight : 0
    }

    /// The network's answers for the samples at `places`, over the type's spread.
    func outputs(_ network: LSTMNetwork, of places: [Int]) -> [Int: [Double]] {
        var found: [Int: [Double]] = [:]
        for start in stride(from: 0, to: places.count, by: 512) {
            let chunk = Array(places[start..<min(start + 512, places.count)])
            let output = network(sequences(of: chunk))
            for (row, place) in chunk.enumerated() {
                found[place] = (0..<3).map { Double(output.scalars[row * 3 + $0]) }
            }
        }
        return found
    }
}
