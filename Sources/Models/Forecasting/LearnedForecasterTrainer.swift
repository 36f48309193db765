import Files
import Kernels
import Layers
import Prediction
import Tensors
import Training
import Workflows

/// Trains a ``LearnedForecaster``: lines in closed form, then networks on what the lines leave.
///
/// The first four fifths of each series are learned from. The rest says when to stop, how much of the networks' correction
/// each series and horizon takes, and how wide the intervals must be; then the lines are fitted again, on all values.
public struct LearnedForecasterTrainer<Network: ForecasterNetwork>: ForecasterTrainer {
    /// The kind of model.
    public var kind: String { Network.kind }
    /// The shape; nil for the kind's own.
    public var architecture: ForecasterArchitecture?
    /// Epochs, batches, step size.
    public var loop: TrainingLoop<AdamW>
    /// From one origin that is learned from to the next.
    public var stride: Int
    /// What goes on beside the training.
    public var session: TrainingSession

    /// The share of each series' values that is learned from; the rest judges.
    public static var learningShare: Double { 0.8 }

    /// A trainer with the given parts.
    public init(
        architecture: ForecasterArchitecture? = nil,
        loop: TrainingLoop<AdamW> = TrainingLoop(
            AdamW(learningRate: 0.002, weightDecay: 0.05),
            schedule: .warmUp(over: .epochs(1), from: 0.1, then: .cosine(over: .epochs(11))), epochs: 12,
            batchSize: 64, patience: 4),
        stride: Int = 3, session: TrainingSession = TrainingSession()
    ) {
        self.architecture = architecture
        self.loop = loop
        self.stride = stride
        self.session = session
    }

    /// Whether `series` can be learned from; see ``PublishableForecasterTrainer/check(_:)``.
    public func check(_ series: [MetricSeries]) throws {
        _ = try checkedArchitecture(for: series)
        for series in series { _ = try series.filledValues() }
    }

    /// A forecaster that has learned from `series`.
    public func train(on series: [MetricSeries], seed: UInt64) throws -> any CapacityForecaster {
        try trainForecaster(on: series, seed: seed)
    }

    /// The same, with its type.
    public func trainForecaster(on series: [MetricSeries], seed: UInt64) throws -> LearnedForecaster<Network> {
        let architecture = try checkedArchitecture(for: series)
        let histories = try series.map { (name: $0.name, history: try DailyHistory($0)) }
        let ends = histories.map { Int(Double($0.history.values.count) * Self.learningShare) }
        var generator = SeededGenerator(seed: seed)
        var networks = ForecasterEnsemble<Network>(architecture, using: &generator)
        let lines = try ForecastLines(histories, ends: ends, architecture: architecture)

        var training = ForecastSamples(architecture)
        var judging = histories.map { _ in ForecastSamples(architecture) }
        for (place, (name, history)) in histories.enumerated() {
            let (first, end, count) = (architecture.leastValues - 1, ends[place], history.values.count)
            training.append(
                history, lines: lines[name], origins: Swift.stride(from: first, to: end - 1, by: stride),
                targets: 0..<end)
            judging[place].append(
                history, lines: lines[name],
                origins: Swift.stride(from: max(first, end - architecture.period), to: count - 1, by: 1),
                targets: end..<count)
        }
        let spreads = training.spreads
        let start = Self.quantiles(of: training, spreads: spreads)
        for place in networks.members.indices { networks.members[place].head.start(at: start) }
        try train(&networks, on: training, judging: judging, spreads: spreads, seed: generator.next())

        var forecaster = LearnedForecaster(
            architecture: architecture, networks: networks,
            lines: try ForecastLines(
                histories, ends: histories.map(\.history.values.count), architecture: architecture),
            spreads: spreads, calibrations: [:], pooled: .none(horizons: architecture.horizons.count))
        forecaster.calibrate(histories.map(\.name), judging)
        for series in series { forecaster.rules.observe(series, from: 0) }
        return forecaster
    }

    private func train(
        _ networks: inout ForecasterEnsemble<Network>, on training: ForecastSamples, judging: [ForecastSamples],
        spreads: [Float], seed: UInt64
    ) throws {
        let levels = ForecastLevels.all.map { Float($0) }
        try loop.run(
            &networks, samples: training.count, seed: seed, session: session,
            drawingLoss: { networks, batch, generator in
                let (windows, context) = training.inputs(of: batch)
                let (residuals, mask) = training.targets(of: batch, spreads: spreads)
                let losses = networks.members.map {
                    pinballLoss($0(windows, context, using: &generator), residuals, quantiles: levels, mask: mask)
                }
                return losses.dropFirst().reduce(losses[0]) { $0 + $1 } * (1 / Float(losses.count))
            },
            validationLoss: { networks in
                // Each series counts the same.
                let losses = judging.filter { $0.count > 0 }.map { samples in
                    let (residuals, mask) = samples.targets(of: 0..<samples.count, spreads: spreads)
                    let answers = Tensor(
                        networks.answers(to: samples),
                        shape: [samples.count, spreads.count, levels.count])
                    return pinballLoss(answers, residuals, quantiles: levels, mask: mask).scalar
                }
                return losses.isEmpty ? 0 : losses.reduce(0, +) / Float(losses.count)
            })
    }

    /// The shape for `series`, which must be of one interval, long enough, and each of its own name.
    private func checkedArchitecture(for series: [MetricSeries]) throws -> ForecasterArchitecture {
        guard let first = series.first else { throw InputError("there is no series to learn from") }
        guard ForecasterArchitecture.periods.contains(first.dailyPeriod) else {
            throw InputError(
                "has \(first.dailyPeriod) values a day; \(ForecasterArchitecture.periods.lowerBound) to "
                    + "\(ForecasterArchitecture.periods.upperBound) can be learned from", field: first.name)
        }
        let architecture = architecture ?? Network.architecture(period: first.dailyPeriod)
        var names: Set<String> = []
        for series in series {
            guard series.dailyPeriod == architecture.period else {
                throw InputError(
                    "has \(series.dailyPeriod) values a day, and another series \(architecture.period); --series NAME "
                        + "learns from one alone", field: series.name)
            }
            let least = Int(
                (Double(architecture.leastValues + architecture.period / 4) / Self.learningShare).rounded(.up))
            guard series.values.count >= least else {
                throw InputError(
                    "has \(series.values.count) values; a forecaster learns from \(least) or more", field: series.name)
            }
            guard names.insert(series.name).inserted else {
                throw InputError("is there twice", field: series.name)
            }
        }
        return architecture
    }

    /// The quantiles of all residuals over their spreads.
    private static func quantiles(of samples: ForecastSamples, spreads: [Float]) -> [Float] {
        var known: [Float] = []
        for sample in 0..<samples.count {
            for horizon in spreads.indices where samples.isKnown(sample, horizon) {
                known.append(samples.residual(sample, horizon) / spreads[horizon])
            }
        }
        known.sort()
        return ForecastLevels.all.map { level in
            known.isEmpty ? 0 : known[min(Int(level * Double(known.count)), known.count - 1)]
        }
    }
}

extension ForecasterEnsemble {
    /// Quantiles of all `samples` [n, A, Q], in chunks.
    func answers(to samples: ForecastSamples) -> [Float] {
        var all: [Float] = []
        for start in stride(from: 0, to: samples.count, by: 256) {
            let (windows, context) = samples.inputs(of: start..<min(start + 256, samples.count))
            all += self(windows, context).scalars
        }
        return all
    }
}

extension LearnedForecaster {
    /// Learns shares and offsets from held-out samples of each series.
    mutating func calibrate(_ names: [String], _ judging: [ForecastSamples]) {
        let steps = architecture.horizons
        let series = judging.map {
            CalibrationSamples($0, answers: networks.answers(to: $0), spreads: spreads)
        }
        let costs = series.map(\.costs)
        let common = steps.indices.map { horizon in
            costs[0][horizon].indices.map { candidate in
                costs.reduce(0) { $0 + $1[horizon][candidate] } / Double(costs.count)
            }
        }
        pooled.shares = CalibrationSamples.shares(common)
        let offsets = series.map { $0.offsets(shares: pooled.shares) }
        pooled.offsets = steps.indices.map { horizon in
            let known = offsets.compactMap { $0[horizon] }
            return ForecastLevels.all.indices.map { level in
                known.isEmpty ? 0 : known.reduce(0) { $0 + $1[level] } / Double(known.count)
            }
        }
        for (place, name) in names.enumerated() {
            let own = series[place]
            let shares = CalibrationSamples.shares(
                steps.indices.map { horizon in
                    let weight = own.costWeight(horizon)
                    return zip(costs[place][horizon], common[horizon]).map { weight * $0 + (1 - weight) * $1 }
                })
            let ownOffsets = own.offsets(shares: shares)
            calibrations[name] = ForecastCalibration(
                shares: shares,
                offsets: steps.indices.map { horizon in
                    let weight = own.offsetWeight(horizon, step: steps[horizon])
                    guard let mine = ownOffsets[horizon] else { return pooled.offsets[horizon] }
                    return zip(mine, pooled.offsets[horizon]).map { weight * $0 + (1 - weight) * $1 }
                })
        }
    }
}
