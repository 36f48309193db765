import Layers
import Tensors
import Workflows

/// The samples of one division as sequences, encoded once.
struct SequenceSet<Network: ResidualNetwork>: Sendable {
    /// Places of samples that the weights are learned from.
    private(set) var training: [Int] = []
    /// Places of samples that judge.
    private(set) var judging: [Int] = []
    /// Seconds since the last completion of the type, at each sample's submission; NaN where there was none.
    private(set) var ages: [Double] = []

    private let length: Int
    private var rows: [Float] = []
    private var mask: [Float] = []
    /// Executions in each sequence, without the padding.
    private var counts: [Int] = []
    /// Residuals over the type's spread [n, 3], 0 where there is none.
    private var targets: [Float] = []
    /// [n, 3]: how much a residual counts. Rare types count more than their share, common ones less: a sample counts
    /// 1 / √(samples of its type), as accuracy is averaged over types.
    private var weights: [Float] = []

    /// - Parameter scales: the scale of each type, and `scale` for one without.
    init(
        _ samples: [ResidualSample], _ division: Division, scales: [String: TypeScale], scale: TypeScale,
        architecture: Network.Architecture
    ) {
        length = architecture.length
        let encoder = SequenceEncoder(length: length)
        var memory = StepMemory(capacity: .max)
        for (sample, base) in zip(samples, division.forecasts) {
            if let base { memory.insert(sample.step(base, memory: &memory), of: sample.task) }
        }
        let byPlace = memory.types.map { scales[$0.type] ?? scale }
        func scaleOfType(_ place: Int?) -> TypeScale { place.map { byPlace[$0] } ?? scale }
        for (place, sample) in samples.enumerated() {
            guard let base = division.forecasts[place] else {
                skip()
                continue
            }
            let question = Question(sample.task, base: base, memory: memory)
            // Its own outcome is not its past, however coarse the clock.
            let moment = min(question.submittedAt, sample.completedAt.nextDown)
            let past = memory.past(of: question, workflow: sample.task.workflow, before: moment, architecture)
            encoder.encode(
                moment.isNaN ? .init(context: [], own: []) : past, question: question, samples: sample.count,
                scale: scaleOfType, rows: &rows, mask: &mask)
            counts.append(moment.isNaN ? 1 : past.count + 1)
            ages.append(past.age(at: moment))
            let residuals = (sample.actual - base.medians) / scaleOfType(question.type).residual
            let weight = 1 / Float(sample.count).squareRoot()
            for target in 0..<3 {
                let residual = residuals[target]
                targets.append(residual.isFinite ? Float(min(max(residual, -5), 5)) : 0)
                weights.append(residual.isFinite ? weight : 0)
            }
            if division.judges[place] { judging.append(place) } else { training.append(place) }
        }
    }

    private mutating func skip() {
        rows.append(contentsOf: repeatElement(0, count: length * SequenceEncoder.width))
        mask.append(contentsOf: repeatElement(0, count: length))
        counts.append(0)
        ages.append(.nan)
        targets.append(contentsOf: [0, 0, 0])
        weights.append(contentsOf: [0, 0, 0])
    }

    /// The sequences of the samples at `places`, as long as the longest of them.
    private func sequences(of places: some Collection<Int>) -> Sequences {
        let kept = places.reduce(1) { max($0, counts[$1]) }
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

    /// The pinball loss of the samples at `places`, over all levels and targets.
    func loss(_ network: Network, of places: some Collection<Int>) -> Tensor {
        let shape: Shape = [places.count, 3]
        let wanted = Tensor(places.flatMap { targets[$0 * 3..<$0 * 3 + 3] }, shape: shape)
        let weight = Tensor(places.flatMap { weights[$0 * 3..<$0 * 3 + 3] }, shape: shape)
        return pinballLoss(network(sequences(of: places)), wanted, quantiles: QuantileHeads.levels, mask: weight)
    }

    private static var chunk: Int { 512 }

    /// The loss of many samples, in chunks.
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

    /// The network's answers for the samples at `places`, [3 Q] each, over the type's spread.
    func outputs(_ network: Network, of places: [Int]) -> [Int: [Double]] {
        var found: [Int: [Double]] = [:]
        let width = 3 * BaseForecast.levels
        for start in stride(from: 0, to: places.count, by: Self.chunk) {
            let chunk = places[start..<min(start + Self.chunk, places.count)]
            let output = network(sequences(of: chunk)).scalars
            for (row, place) in chunk.enumerated() {
                found[place] = output[row * width..<(row + 1) * width].map(Double.init)
            }
        }
        return found
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
