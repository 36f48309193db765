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
    private var scratch: Scratch

    /// Room for the features of a forecast and for what the members say, used again and again.
    private struct Scratch: Sendable {
        /// As regressions read them [count].
        var x: [Double]
        /// As trees read them, and what a regression says [count + 1].
        var relative: [Double]
        var said: [Double] = []

        init(features: Int) {
            x = [Double](repeating: 0, count: features)
            relative = [Double](repeating: 0, count: features + 1)
        }
    }

    /// Values between two fits: a quarter of a day.
    private var refitInterval: Int { max(features.period / 4, 1) }

    /// - Parameter steps: steps that are learned, rising; those between them follow from their neighbours.
    init(period: Int, members: [CapacityMember], steps: [Int]) {
        let features = LagFeatures(period: period)
        self.features = features
        history = SeriesHistory(period: period)
        scratch = Scratch(features: features.count)
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
                features.fillValues(&scratch.x, history, origin: origin, step: tracks[place].step)
                tracks[place].moments.add(scratch.x, target: value - history.values[origin])
            }
            tracks[place].settle(value)
        }
        history.append(value)
        if learns, history.count - fittedAt >= refitInterval { fit() }
        // Taken out and put back, so that it is not copied.
        var scratch = Scratch(features: 0)
        swap(&scratch, &self.scratch)
        for place in tracks.indices where tracks[place].isReady {
            ask(tracks[place], step: tracks[place].step, &scratch)
            tracks[place].expect(
                scratch.said, answer: tracks[place].combination(scratch.said), volatility: history.volatility)
        }
        swap(&scratch, &self.scratch)
    }

    /// Writes into `scratch.said` what each member says of `step` from the last value on, with what it has learned in `track`.
    private func ask(_ track: StepTrack, step: Int, _ scratch: inout Scratch) {
        let origin = history.count - 1
        let here = history.values[origin]
        if learns {
            features.fill(&scratch.x, history, origin: origin, step: step)
            for place in scratch.x.indices { scratch.relative[place] = features.forTrees(scratch.x, place) }
        }
        scratch.said.removeAll(keepingCapacity: true)
        for (member, learned) in track.learned.enumerated() {
            switch learned {
            case .regression(let regression): scratch.said.append(here + regression(scratch.x))
            case .trees(let trees): scratch.said.append(here + trees(scratch.relative))
            case .stackedTrees(let trees, on: let regression):
                scratch.relative[features.count] = regression(scratch.x)
                scratch.said.append(here + trees(scratch.relative))
            case .nothing, nil:
                let same = origin + step - features.period * ((step - 1) / features.period + 1)
                scratch.said.append(
                    track.members[member].rule == .seasonal && same >= 0 ? history.values[same] : here)
            }
        }
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
        var scratch = scratch
        return steps.map { step in
            func answer(_ track: StepTrack) -> Double {
                ask(track, step: step, &scratch)
                return track.combination(scratch.said)
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
        var growing: [Int] = []
        for place in tracks.indices where tracks[place].moments.rows >= least {
            // Where nothing has varied yet there is no regression, nor trees that stand on one.
            var canStack = true
            for member in tracks[place].members.indices where tracks[place].members[member].rule == .ridge {
                tracks[place].learned[member] = Self.regression(tracks[place], features).map(
                    LearnedRule.regression)
                canStack = canStack && tracks[place].learned[member] != nil
            }
            if canStack, growsTrees(tracks[place]) { growing.append(place) }
        }
        // Those with most rows and members stand first.
        let grown = concurrentMap(growing.map { tracks[$0] }) { [history, features] track in
            Self.trees(track, history, features)
        }
        for (place, trees) in zip(growing, grown) {
            tracks[place].treeRows = tracks[place].moments.rows
            for (member, learned) in trees { tracks[place].learned[member] = learned }
        }
    }

    /// Whether trees are grown: anew each day up to two hours ahead, where what came last tells most of what comes next; beyond,
    /// when there is half as much again, or a quarter of what they are grown on at the most. Either way with at least a day
    /// more, or as much as changes a tree of many leaves.
    private func growsTrees(_ track: StepTrack) -> Bool {
        guard track.members.contains(where: \.growsTrees) else { return false }
        let isNear = track.members.contains(.trees)
        let more = isNear ? features.period : min(track.treeRows / 2, Self.treeRows / 4)
        return track.treeRows == 0 || track.moments.rows - track.treeRows >= max(features.period, 96, more)
    }

    private static func regression(_ track: StepTrack, _ features: LagFeatures) -> LaggedRegression? {
        track.moments.regression(on: Array(0..<features.values), penalty: penalty)
    }

    /// What the members of `track` that grow trees learn from `history`, by their places: those that are stacked on all
    /// features and what a regression says, others on those that tell of days.
    private static func trees(
        _ track: StepTrack, _ history: SeriesHistory, _ features: LagFeatures
    ) -> [(member: Int, learned: LearnedRule?)] {
        let isStacked = track.members.contains { $0.rule == .stackedTrees }
        let regression = isStacked ? regression(track, features) : nil
        let last = history.count - 1 - track.step
        let origins = max(features.firstOrigin, last + 1 - treeRows)...last
        let read = isStacked ? features.count : features.daily
        var columns = [[Double]](
            repeating: [Double](repeating: 0, count: origins.count), count: regression == nil ? read : read + 1)
        var targets = [Double](repeating: 0, count: origins.count)
        var x = [Double](repeating: 0, count: features.count)
        for (row, origin) in origins.enumerated() {
            features.fill(&x, history, origin: origin, step: track.step)
            for place in 0..<read { columns[place][row] = features.forTrees(x, place) }
            if let regression { columns[read][row] = regression(x) }
            targets[row] = history.values[origin + track.step] - history.values[origin]
        }
        let binned = BinnedFeatures(columns)
        func grown(reading count: Int) -> LagTrees {
            LagTrees(binned, reading: count, targets: targets, seed: UInt64(track.step))
        }
        return track.members.enumerated().filter(\.element.growsTrees).map { member, rule in
            guard rule.rule == .stackedTrees else { return (member, .trees(grown(reading: features.daily))) }
            return (member, regression.map { .stackedTrees(grown(reading: read + 1), on: $0) })
        }
    }
}
