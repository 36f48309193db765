import Files
import Layers

/// The linear forecasts that the networks correct: a line for each horizon, of each series that was learned from and of all.
struct ForecastLines: Sendable, Equatable {
    /// [A, F], for series that were not learned from.
    var pooled: [[Float]]
    /// [A, F] of each series.
    var series: [String: [[Float]]]

    /// The lines of the series called `name`.
    subscript(name: String) -> [[Float]] { series[name] ?? pooled }

    /// Fits the lines on origins whose targets lie before each series' place in `ends`.
    init(
        _ histories: [(name: String, history: DailyHistory)], ends: [Int], architecture: ForecasterArchitecture
    ) throws {
        let width = LineFeatures.count(period: architecture.period)
        let samples = zip(histories, ends).map { Self.samples($0.history, end: $1, architecture: architecture) }
        pooled = try architecture.horizons.indices.map { horizon in
            try RobustLine.fit(together: samples.map { $0[horizon] }, width: width)
        }
        series = [:]
        for (place, (name, _)) in histories.enumerated() {
            series[name] = try zip(samples[place], pooled).map {
                try RobustLine.fit($0, toward: $1, width: width)
            }
        }
    }

    /// Fits the lines of the series `name` again, on all that is known of it.
    mutating func refit(_ name: String, _ history: DailyHistory, architecture: ForecasterArchitecture) throws {
        let width = LineFeatures.count(period: architecture.period)
        let samples = Self.samples(history, end: history.values.count, architecture: architecture)
        series[name] = try zip(samples, pooled).map { try RobustLine.fit($0, toward: $1, width: width) }
    }

    /// What each horizon's line is fitted on: every other origin, or fewer of a long series.
    private static func samples(
        _ history: DailyHistory, end: Int, architecture: ForecasterArchitecture
    ) -> [LineSample] {
        let horizons = architecture.horizons
        var samples = horizons.map { _ in LineSample() }
        let first = architecture.leastValues - 1
        for origin in stride(from: first, to: end - 1, by: max(2, (end - first) / 2000)) {
            let scale = history.scale(at: origin)
            let common = LineFeatures.common(history, at: origin, scale: scale)
            for (horizon, ahead) in horizons.enumerated()
            where origin + ahead < end && history.isMeasured[origin + ahead] {
                samples[horizon].rows += LineFeatures.row(
                    history, at: origin, scale: scale, step: ahead, common: common)
                let change = (history.values[origin + ahead] - history.values[origin]) / scale
                samples[horizon].targets.append(Float(min(max(change, -20), 20)))
            }
        }
        return samples
    }

    /// Given lines.
    init(pooled: [[Float]], series: [String: [[Float]]]) {
        (self.pooled, self.series) = (pooled, series)
    }
}

/// What is known at one origin of a series, as the lines and the networks read it.
struct ForecastQuestion {
    /// What differences are measured in.
    let scale: Double
    /// The lines' forecasts of the change to each horizon, over the scale [A].
    let lines: [Float]
    /// The last day [P].
    let window: [Float]
    /// [C]: see ``ForecasterArchitecture/contextWidth``.
    let context: [Float]

    init(_ history: DailyHistory, at origin: Int, lines: [[Float]], architecture: ForecasterArchitecture) {
        let scale = history.scale(at: origin)
        let common = LineFeatures.common(history, at: origin, scale: scale)
        // Two places behind the end of the common part and the two of yesterday stands the smoother usual change.
        let usual = common.count + 3
        var (answers, changes): ([Float], [Float]) = ([], [])
        for (step, line) in zip(architecture.horizons, lines) {
            let row = LineFeatures.row(history, at: origin, scale: scale, step: step, common: common)
            var answer: Float = 0
            for place in row.indices { answer += row[place] * line[place] }
            answers.append(answer)
            changes.append(row[usual])
        }
        self.scale = scale
        self.lines = answers
        window = history.window(at: origin, scale: scale)
        var context = answers.map { min(max($0, -5), 5) } + changes
        LineFeatures.appendTime(
            history.angle(at: origin), harmonics: ForecasterArchitecture.harmonics, to: &context)
        self.context = context
    }
}
