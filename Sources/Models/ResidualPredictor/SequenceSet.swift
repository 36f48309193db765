import Layers
import Prediction
import Tensors
import Workflows

/// The samples as sequences, encoded once for each kind of question that they were held out for.
struct SequenceSet<Network: ResidualNetwork>: Sendable {
    /// One sample as one kind of question.
    struct Entry: Sendable {
        /// The sample's place.
        var sample: Int
        var context: QuestionContext
        var base: BaseForecast
        /// Seconds since the last completion of the type, at the sample's submission; NaN where there was none.
        var age: Double
        /// Executions in its sequence, without the padding.
        var count: Int
    }

    private(set) var entries: [Entry] = []
    /// Entries that the weights are learned from.
    private(set) var training: [Int] = []
    /// Entries that judge.
    private(set) var judging: [Int] = []

    private let length: Int
    private var rows: [Float] = []
    private var mask: [Float] = []
    /// Residuals over the type's spread [n, 3], 0 where there is none.
    private var targets: [Float] = []
    /// [n, 3]: how much a residual counts. Rare types count more than their share, common ones less: a sample counts
    /// 1 / √(samples of its type), as accuracy is averaged over types.
    private var weights: [Float] = []

    init(
        _ samples: [ResidualSample], _ blind: BlindForecasts, _ division: Division, _ calibrations: Calibrations,
        architecture: Network.Architecture
    ) {
        length = architecture.length
        let encoder = SequenceEncoder(length: length)
        var memory = StepMemory(capacity: .max)
        for (place, sample) in samples.enumerated() {
            guard let base = blind.forecast(place) else { continue }
            memory.insert(sample.step(base, memory: &memory), of: sample.task)
        }
        let scales = memory.types.map { calibrations.scale(ofType: $0.type) }
        func scale(_ type: Int?) -> TypeScale { type.map { scales[$0] } ?? calibrations.scale }
        for (place, sample) in samples.enumerated() {
            for context in QuestionContext.allCases {
                guard let base = blind.forecast(place, context) else { continue }
                let question = Question(sample.task, base: base, memory: memory)
                // Its own outcome is not its past, however coarse the clock.
                let moment =
                    sample.completedAt.isNaN ? .nan : min(question.submittedAt, sample.completedAt.nextDown)
                let past =
                    moment.isNaN
                    ? SequenceEncoder.Past(context: [], own: [])
                    : memory.past(of: question, workflow: sample.task.workflow, before: moment, architecture)
                encoder.encode(
                    past, question: question, samples: sample.count, scale: scale, rows: &rows, mask: &mask)
                append(sample, base, scale: scale(question.type))
                if division.judges[place] { judging.append(entries.count) } else { training.append(entries.count) }
                entries.append(
                    Entry(
                        sample: place, context: context, base: base, age: past.age(at: moment),
                        count: past.count + 1))
            }
        }
    }

    private mutating func append(_ sample: ResidualSample, _ base: BaseForecast, scale: TypeScale) {
        let residuals = (sample.actual - base.medians) / scale.residual
        let weight = 1 / Float(sample.count).squareRoot()
        for target in 0..<3 {
            let residual = residuals[target]
            targets.append(residual.isFinite ? Float(min(max(residual, -5), 5)) : 0)
            weights.append(residual.isFinite ? weight : 0)
        }
    }

    /// The sequences of the entries at `places`, as long as the longest of them.
    private func sequences(of places: some Collection<Int>) -> Sequences {
        let kept = places.reduce(1) { max($0, entries[$1].count) }
        let width = SequenceEncoder.width
        var (inputs, steps): ([Float], [Float]) = ([], [])
        inputs.reserveCapacity(places.count * kept * width)
        steps.reserveCapacity(places.count * kept)
        for place in places {
            let end = (place + 1) * length
            inputs.append(contentsOf: rows[(end - kept) * width..<end * width])
            steps.append(contentsOf: mask[end - kept..<end])
        }
        return Sequences(
            inputs: Tensor(inputs, shape: [places.count, kept, width]),
            mask: Tensor(steps, shape: [places.count, kept]))
    }

    /// The pinball loss of the entries at `places`, over all levels and targets.
    func loss(_ network: Network, of places: some Collection<Int>) -> Tensor {
        let shape: Shape = [places.count, 3]
        let wanted = Tensor(places.flatMap { targets[$0 * 3..<$0 * 3 + 3] }, shape: shape)
        let weight = Tensor(places.flatMap { weights[$0 * 3..<$0 * 3 + 3] }, shape: shape)
        return pinballLoss(network(sequences(of: places)), wanted, quantiles: QuantileHeads.levels, mask: weight)
    }

    private static var chunk: Int { 512 }

    /// The loss of many entries, in chunks.
    func meanLoss(_ network: Network, of places: [Int]) -> Float {
        var (total, weight): (Float, Float) = (0, 0)
        for start in stride(from: 0, to: places.count, by: Self.chunk) {
            let chunk = places[start..<min(start + Self.chunk, places.count)]
            let own = chunk.reduce(0) { $0 + weights[$1 * 3] + weights[$1 * 3 + 1] + weights[$1 * 3 + 2] }
            total += loss(network, of: chunk).scalar * own
            weight += own
        }
        return weight > 0 ? total / weight : 0
    }

    /// What the network says of the entries that judge.
    func judged(_ network: Network, _ samples: [ResidualSample], _ calibrations: Calibrations) -> [JudgedForecast] {
        let width = 3 * BaseForecast.levels
        return stride(from: 0, to: judging.count, by: Self.chunk).flatMap { start in
            let chunk = judging[start..<min(start + Self.chunk, judging.count)]
            let output = network(sequences(of: chunk)).scalars
            return chunk.enumerated().map { row, place in
                let entry = entries[place]
                let spread = calibrations.scale(ofType: samples[entry.sample].type).residual
                return JudgedForecast(
                    place: entry.sample, context: entry.context, base: entry.base,
                    learned: entry.base.moved(by: output[row * width..<(row + 1) * width], spread: spread),
                    actual: samples[entry.sample].actual, age: entry.age)
            }
        }
    }
}

extension StepMemory {
    /// What a network of the shape `architecture` reads before `question`.
    func past(
        of question: Question, workflow: String?, before moment: Double, _ architecture: some ResidualArchitecture
    ) -> SequenceEncoder.Past {
        SequenceEncoder.Past(
            context: context(
                architecture.context, of: workflow, run: question.run, besides: question.type, before: moment),
            own: question.type.map { recent(architecture.history, of: $0, before: moment) } ?? [])
    }
}
