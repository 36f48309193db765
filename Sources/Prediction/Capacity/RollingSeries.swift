import Files
import Workflows

/// One series as it comes in, value by value: what a ``RollingForecaster`` has learned of it.
///
/// Every value first settles the forecasts that were made for it, so that losses and errors are those of forecasts made
/// before it was known; then it joins the rows that members learn from.
struct RollingSeries: Sendable {
    private(set) var history: SeriesHistory
    private let features: LagFeatures
    private(set) var tracks: [StepTrack]
    /// Whether any member reads features.
    private let learns: Bool
    private var fittedAt = 0
    /// A vector of features, used again and again.
    private var x: [Double]

    /// Values between two fits: a quarter of a day.
    private var refitInterval: Int { max(features.period / 4, 1) }

    /// - Parameter steps: steps that are learned, rising; those between them follow from their neighbours.
    init(period: Int, members: [CapacityMember], steps: [Int]) {
        let features = LagFeatures(period: period)
        self.features = features
        history = SeriesHistory(period: period)
        x = [Double](repeating: 0, count: features.count)
        learns = members.contains { !$0.isSimple }
        let window = max(7 * period, 336)
        tracks = steps.map { step in
            StepTrack(
                step: step, features: features.values, members: members.filter { $0.answers(step, period: period) },
                period: period, window: window)
        }
    }

    /// Takes in the next value, NaN for a gap; gaps before the first value are passed over.
    mutating func append(_ value: Double) {
        guard history.count > 0 || !value.isNaN else { return }
        for place in tracks.indices {
            let origin = history.count - tracks[place].step
            if learns, origin >= features.firstOrigin, !value.isNaN {
                features.fillValues(&x, history, origin: origin, step: tracks[place].step)
                tracks[place].moments.add(x, target: value - history.values[origin])
            }
            tracks[place].settle(value)
        }
        history.append(value)
        if learns, history.count - fittedAt >= refitInterval { fit() }
        for place in tracks.indices where tracks[place].isReady {
            let points = self.points(tracks[place].step, by: tracks[place], &x)
            tracks[place].expect(
                .init(
                    members: points, answer: tracks[place].combination(points), volatility: history.volatility))
        }
    }

    /// What each member says of `step` from the last value on, with what it has learned in `track`.
    private func points(_ step: Int, by track: StepTrack, _ x: inout [Double]) -> [Double] {
        let origin = history.count - 1
        let here = history.values[origin]
        if learns { features.fill(&x, history, origin: origin, step: step) }
        let relative = x.indices.map { treeFeature(x, $0) }
        return zip(track.members, track.learned).map { member, learned in
            switch learned {
            case .regression(let regression): return here + regression(x)
            case .trees(let trees): return here + trees(relative)
            case .stackedTrees(let trees, on: let regression): return here + trees(relative + [regression(x)])
            case .nothing, nil:
                let same = origin + step - features.period * ((step - 1) / features.period + 1)
                return member.rule == .seasonal && same >= 0 ? history.values[same] : here
            }
        }
    }

    /// The feature at `place` as trees read it.
    private func treeFeature(_ x: [Double], _ place: Int) -> Double {
        features.isValue(place) ? x[place] - x[0] : x[place]
    }

    /// The quantiles for each of `steps`; nil where nothing can be said yet.
    ///
    /// Between two steps that are learned, both answer with the features of the step asked for, and their answers and
    /// quantiles are mixed by distance.
    func forecasts(_ steps: [Int]) -> [[Double]?] {
        let ready = tracks.filter(\.isReady)
        // Of each track at most once: they come of all its errors, in order.
        var known = [[Double]??](repeating: nil, count: ready.count)
        func errors(_ place: Int) -> [Double]? {
            if let found = known[place] { return found }
            let found = ready[place].offsets
            known[place] = .some(found)
            return found
        }
        var x = x
        return steps.map { step in
            func answer(_ track: StepTrack) -> Double {
                track.combination(points(step, by: track, &x))
            }
            guard let above = ready.firstIndex(where: { $0.step >= step }) ?? ready.indices.last,
                var offsets = errors(above)
            else { return nil }
            var point = answer(ready[above])
            if ready[above].step > step, above > 0, let lowOffsets = errors(above - 1) {
                let below = ready[above - 1]
                let share = Double(step - below.step) / Double(ready[above].step - below.step)
                point = share * point + (1 - share) * answer(below)
                offsets = zip(offsets, lowOffsets).map { share * $0 + (1 - share) * $1 }
            }
            var quantiles = offsets.map { point + $0 * history.volatility }
            for place in quantiles.indices.dropFirst() {
                quantiles[place] = max(quantiles[place], quantiles[place - 1])
            }
            return quantiles
        }
    }
}

// MARK: Learning

extension RollingSeries {
    /// Rows that trees are grown on at the most: the last ones.
    private static let treeRows = 6048
    /// λ of ridge regressions on standardised features.
    private static let penalty = 0.01

    private mutating func fit() {
        fittedAt = history.count
        let least = max(features.period, features.daily)
        for place in tracks.indices where tracks[place].moments.rows >= least {
            let track = tracks[place]
            for (member, rule) in track.members.map(\.rule).enumerated() {
                switch rule {
                case .last, .seasonal: break
                case .ridge:
                    tracks[place].learned[member] = regression(track).map(LearnedRule.regression)
                case .trees where growsTrees(track):
                    tracks[place].treeRows = track.moments.rows
                    tracks[place].learned[member] = .trees(trees(track.step))
                case .stackedTrees where growsTrees(track):
                    tracks[place].treeRows = track.moments.rows
                    tracks[place].learned[member] = regression(track).map {
                        .stackedTrees(trees(track.step, on: $0), on: $0)
                    }
                case .trees, .stackedTrees: break
                }
            }
        }
    }

    /// Whether trees are grown, anew when there is a tenth more, and a day or as much as changes a tree of many leaves.
    private func growsTrees(_ track: StepTrack) -> Bool {
        track.treeRows == 0
            || track.moments.rows >= max(track.treeRows + max(features.period, 96), track.treeRows * 11 / 10)
    }

    private func regression(_ track: StepTrack) -> LaggedRegression? {
        track.moments.regression(on: Array(0..<features.values), penalty: Self.penalty)
    }

    /// Trees on the features that tell of days, or on all of them and what `regression` says.
    private func trees(_ step: Int, on regression: LaggedRegression? = nil) -> LagTrees {
        let last = history.count - 1 - step
        let origins = max(features.firstOrigin, last + 1 - Self.treeRows)...last
        let read = regression == nil ? features.daily : features.count
        var columns = [[Double]](repeating: [], count: regression == nil ? read : read + 1)
        var targets: [Double] = []
        var x = x
        for origin in origins {
            features.fill(&x, history, origin: origin, step: step)
            for place in 0..<read { columns[place].append(treeFeature(x, place)) }
            if let regression { columns[read].append(regression(x)) }
            targets.append(history.values[origin + step] - history.values[origin])
        }
        return LagTrees(columns, targets: targets, seed: UInt64(step))
    }
}
