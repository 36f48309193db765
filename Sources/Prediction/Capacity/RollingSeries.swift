import Files
import Workflows

/// One series as it comes in, value by value: what a ``RollingForecaster`` has learned of it.
///
/// Every value first settles the forecasts that were made for it, so that losses and errors are those of forecasts made
/// before it was known; then it joins the rows that regressions are fitted on.
struct RollingSeries: Sendable {
    private(set) var history: SeriesHistory
    private let members: [CapacityMember]
    private let features: LagFeatures
    private(set) var tracks: [StepTrack]
    private var fittedAt = 0
    private let forgetting: Double
    /// A vector of features, used again and again.
    private var x: [Double]
    private let columns: [[Int]]

    /// Values between two fits: a quarter of a day.
    private var refitInterval: Int { max(features.period / 4, 1) }

    /// - Parameter steps: steps that are learned, rising; those between them follow from their neighbours.
    init(period: Int, members: [CapacityMember], steps: [Int]) {
        let features = LagFeatures(period: period)
        self.members = members
        self.features = features
        history = SeriesHistory(period: period)
        forgetting = halving(over: Double(max(period, 24)))
        x = [Double](repeating: 0, count: features.count)
        columns = members.compactMap { member in
            guard case .ridge(let lags, let harmonics, _) = member.rule else { return nil }
            return features.places(lags: lags, harmonics: harmonics)
        }
        let (regressions, window) = (columns.count, max(7 * period, 336))
        tracks = steps.map {
            StepTrack(
                step: $0, features: features.count, regressions: regressions, members: members.count, window: window)
        }
    }

    /// Takes in the next value, NaN for a gap; gaps before the first value are passed over.
    mutating func append(_ value: Double) {
        guard history.count > 0 || !value.isNaN else { return }
        for place in tracks.indices {
            let origin = history.count - tracks[place].step
            if origin >= features.firstOrigin, !value.isNaN, !columns.isEmpty {
                features.fill(&x, history, origin: origin, step: tracks[place].step)
                tracks[place].moments.add(x, target: value - history.values[origin])
            }
            tracks[place].settle(value, forgetting: forgetting)
        }
        history.append(value)
        if history.count - fittedAt >= refitInterval { fit() }
        for place in tracks.indices where tracks[place].isReady {
            let points = self.points(tracks[place].step, by: tracks[place], &x)
            let combination = tracks[place].combination(points)
            let gate = tracks[place].gated(to: simple)
            tracks[place].expect(
                .init(
                    members: points, combination: combination, answer: gate.map { points[$0] } ?? combination,
                    volatility: history.volatility))
        }
    }

    private var simple: [Int] { members.indices.filter { members[$0].isSimple } }

    private mutating func fit() {
        fittedAt = history.count
        let rules = members.compactMap { member -> Double? in
            if case .ridge(_, _, let penalty) = member.rule { penalty } else { nil }
        }
        for track in tracks.indices where tracks[track].moments.rows >= max(features.period, 2 * features.count) {
            for (place, penalty) in rules.enumerated() {
                tracks[track].regressions[place] = tracks[track].moments.regression(
                    on: columns[place], penalty: penalty)
            }
        }
    }

    /// What each member says of `step` from the last value on, its regressions being those of `track`.
    private func points(_ step: Int, by track: StepTrack, _ x: inout [Double]) -> [Double] {
        let origin = history.count - 1
        let here = history.values[origin]
        if !columns.isEmpty { features.fill(&x, history, origin: origin, step: step) }
        var regression = 0
        return members.map { member in
            switch member.rule {
            case .last: return here
            case .seasonal:
                let same = origin + step - features.period * ((step - 1) / features.period + 1)
                return same >= 0 ? history.values[same] : here
            case .ridge:
                defer { regression += 1 }
                return here + (track.regressions[regression]?(x) ?? 0)
            }
        }
    }

    /// The quantiles for `step`, and the place of the simple member that answered; nil where nothing can be said yet.
    ///
    /// Between two steps that are learned, both answer with the features of `step`, and their answers and quantiles are
    /// mixed by distance.
    func forecast(_ step: Int) -> (quantiles: [Double], simple: Int?)? {
        guard let above = tracks.first(where: { $0.step >= step && $0.isReady }) ?? tracks.last(where: \.isReady),
            let highOffsets = above.offsets
        else { return nil }
        var x = x
        func answer(_ track: StepTrack) -> (point: Double, simple: Int?) {
            let points = self.points(step, by: track, &x)
            let simple = track.gated(to: self.simple)
            return (simple.map { points[$0] } ?? track.combination(points), simple)
        }
        var (point, simple) = answer(above)
        var offsets = highOffsets
        if above.step > step, let below = tracks.last(where: { $0.step < step && $0.isReady }),
            let lowOffsets = below.offsets
        {
            let share = Double(step - below.step) / Double(above.step - below.step)
            let low = answer(below)
            point = share * point + (1 - share) * low.point
            offsets = zip(offsets, lowOffsets).map { share * $0 + (1 - share) * $1 }
            simple = simple == low.simple ? simple : nil
        }
        var quantiles = offsets.map { point + $0 * history.volatility }
        for place in quantiles.indices.dropFirst() { quantiles[place] = max(quantiles[place], quantiles[place - 1]) }
        return (quantiles, simple)
    }
}
