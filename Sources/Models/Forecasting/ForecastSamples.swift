import Kernels
import Layers
import Tensors

/// Origins of all series as a network reads them, with what came.
struct ForecastSamples {
    private let architecture: ForecasterArchitecture
    /// [n, P]
    private var windows: [Float] = []
    /// [n, C]
    private var contexts: [Float] = []
    /// What the lines left at each horizon over the scale [n, A], and 0 where nothing came.
    private(set) var residuals: [Float] = []
    /// Whether something came [n, A].
    private(set) var mask: [Float] = []
    /// The scale of each origin.
    private(set) var scales: [Double] = []

    var count: Int { scales.count }

    init(_ architecture: ForecasterArchitecture) { self.architecture = architecture }

    /// Adds origins of one series.
    ///
    /// - Parameter targets: places of values that count as what came.
    mutating func append(
        _ history: DailyHistory, lines: [[Float]], origins: StrideTo<Int>, targets: Range<Int>
    ) {
        for origin in origins {
            let came = architecture.horizons.map { targets.contains(origin + $0) && history.isMeasured[origin + $0] }
            guard came.contains(true) else { continue }
            let question = ForecastQuestion(history, at: origin, lines: lines, architecture: architecture)
            windows += question.window
            contexts += question.context
            for (place, step) in architecture.horizons.enumerated() {
                mask.append(came[place] ? 1 : 0)
                guard came[place] else {
                    residuals.append(0)
                    continue
                }
                let change = (history.values[origin + step] - history.values[origin]) / question.scale
                residuals.append(Float(min(max(change, -20), 20)) - question.lines[place])
            }
            scales.append(question.scale)
        }
    }

    /// Whether something came, at the horizon `horizon` of the sample `sample`.
    func isKnown(_ sample: Int, _ horizon: Int) -> Bool { mask[sample * architecture.horizons.count + horizon] != 0 }

    /// What the lines left there.
    func residual(_ sample: Int, _ horizon: Int) -> Float { residuals[sample * architecture.horizons.count + horizon] }

    /// What the residuals of each horizon are measured in: their mean magnitude; 1 where none is known.
    var spreads: [Float] {
        let width = architecture.horizons.count
        return (0..<width).map { horizon in
            let known = (0..<count).filter { isKnown($0, horizon) }
            let total = known.reduce(Float(0)) { $0 + abs(residual($1, horizon)) }
            return known.isEmpty ? 1 : max(total / Float(known.count), 1e-6)
        }
    }

    /// What networks read of the samples at `places`.
    func inputs(of places: some Collection<Int>) -> (windows: Tensor, context: Tensor) {
        let (period, context) = (architecture.period, architecture.contextWidth)
        var (days, others): ([Float], [Float]) = ([], [])
        days.reserveCapacity(places.count * period)
        others.reserveCapacity(places.count * context)
        for place in places {
            days += windows[place * period..<(place + 1) * period]
            others += contexts[place * context..<(place + 1) * context]
        }
        return (
            Tensor(days, shape: [places.count, architecture.patches, architecture.patchLength]),
            Tensor(others, shape: [places.count, context])
        )
    }

    /// What they should answer [B, A], over `spreads`, and whether it is known [B, A].
    func targets(of places: some Collection<Int>, spreads: [Float]) -> (residuals: Tensor, mask: Tensor) {
        let width = architecture.horizons.count
        var (wanted, known): ([Float], [Float]) = ([], [])
        for place in places {
            for horizon in 0..<width {
                wanted.append(residuals[place * width + horizon] / spreads[horizon])
                known.append(mask[place * width + horizon])
            }
        }
        let shape: Shape = [places.count, width]
        return (Tensor(wanted, shape: shape), Tensor(known, shape: shape))
    }
}
