import Kernels
import Workflows

/// Looks for sets of changes that are good together; every set that is looked at is simulated.
struct SetSearch {
    /// A set of changes with what it leads to.
    struct Point {
        /// Places among the changes, in order.
        var set: [Int]
        var outcome: Outcome
    }

    /// Changes that are combined, at the most: those that are best alone.
    static let most = 24

    let question: OptimizationQuestion
    /// The changes, the best alone first.
    let candidates: [Candidate]
    /// Every set that was simulated, in that order; the first is the empty one.
    private(set) var points: [Point]
    private var places: [[Int]: Int?] = [:]
    private let before: Outcome

    /// A search among `tried`, each of which was simulated alone.
    init(_ question: OptimizationQuestion, before: ResourceUse, among tried: [SuggestionTrials.Tried]) {
        self.question = question
        self.before = Outcome(use: before, quality: 1)
        let objectives = question.stated
        let order = tried.indices.filter { question.mayRecommend(tried[$0].candidate) }.sorted {
            let (a, b) = (tried[$0].outcome.ranking(objectives), tried[$1].outcome.ranking(objectives))
            return a != b ? a.lexicographicallyPrecedes(b) : $0 < $1
        }.prefix(Self.most)
        candidates = order.map { tried[$0].candidate }
        points = [Point(set: [], outcome: self.before)]
        places[[]] = 0
        for (place, tried) in order.map({ tried[$0] }).enumerated() {
            places[[place]] = points.count
            points.append(Point(set: [place], outcome: tried.outcome))
        }
    }

    /// What `set`, in order, leads to; nil where it cannot be carried out, or there is no time to try it.
    mutating func outcome(of set: [Int], _ runs: inout SimulatedRuns) throws -> Outcome? {
        if let known = places[set] { return known.map { points[$0].outcome } }
        guard runs.hasTime() else { return nil }
        guard let outcome = try runs.outcome(of: set.flatMap { candidates[$0].edits }) else {
            places[set] = .some(nil)
            return nil
        }
        places[set] = points.count
        points.append(Point(set: set, outcome: outcome))
        return outcome
    }

    /// Adds one change after the other as long as that helps, the best alone first.
    mutating func greedy(_ runs: inout SimulatedRuns) throws {
        guard candidates.count > 1 else { return }
        var best = points[1]
        for place in candidates.indices.dropFirst() where runs.hasTime() {
            let set = best.set + [place]
            guard let outcome = try outcome(of: set, &runs) else { continue }
            if outcome.isBetter(than: best.outcome, by: question.stated) { best = Point(set: set, outcome: outcome) }
        }
    }

    /// How far from the workflow as it is, less being better: the figures that count, each over what it is before, weighed.
    func energy(_ outcome: Outcome, weights: [Double]) -> Double {
        zip(question.stated, weights).reduce(0) { sum, entry in
            let (objective, weight) = entry
            let scale = objective == .quality ? 1 : before.figure(objective)
            return sum + weight * (scale > 0 ? outcome.figure(objective) / scale : 0)
        }
    }

    /// The sets that no other betters in every one of makespan, cost, gigabyte-hours and quality, the fastest first.
    var front: [Point] {
        let all = OptimizationQuestion.Objective.allCases
        return ParetoFront.places(of: points.map { point in all.map(point.outcome.figure) }).map { points[$0] }
    }

    /// Sets that may be recommended, the best first: the knee of the front over the objectives that are stated, among sets
    /// that are no worse than the workflow as it is by the first objective, and behind it all others of these by rank.
    var ranked: [Point] {
        let objectives = question.stated
        let limit = before.figure(objectives[0])
        let open = points.filter { $0.outcome.figure(objectives[0]) <= limit + 1e-9 * abs(limit) }
            .sorted { a, b in
                let (left, right) = (a.outcome.ranking(objectives), b.outcome.ranking(objectives))
                return left != right ? left.lexicographicallyPrecedes(right) : a.set.count < b.set.count
            }
        let values = open.map { point in objectives.map(point.outcome.figure) }
        let front = ParetoFront.places(of: values)
        guard let knee = ParetoFront.knee(of: front.map { values[$0] }) else { return [points[0]] }
        return [open[front[knee]]] + open.indices.filter { $0 != front[knee] }.map { open[$0] }
    }

    /// The first of them.
    var best: Point { ranked[0] }

    /// Sets that are run with resampled durations before one is recommended.
    private static let tested = 4
    /// Runs with resampled durations of each of them.
    private static let samples = 8
    /// The part of the makespan from which a gain is worth a change where only time counts.
    private static let worthwhile = 2e-3
    /// The share of the runs that may become longer.
    private static let mostLosses = 0.25

    /// The set that is recommended, and what it gains with resampled durations: the first of the ranked ones that mostly
    /// does no harm to the makespan where that comes first; none where the best few all do.
    func recommended(_ runs: inout SimulatedRuns) throws -> (point: Point, gain: OptimizationSuggestion.Gain?) {
        let slack = 1e-9 * before.use.makespan
        let timeCounts = question.stated[0] == .makespan
        for point in ranked.prefix(Self.tested) {
            if point.set.isEmpty { break }
            var gains: [Double] = []
            let edits = point.set.flatMap { candidates[$0].edits }
            for sample in 0..<Self.samples where runs.hasTime(for: 2) {
                gains.append(try runs.gain(of: edits, sample: sample))
            }
            // Where there is no time for all of them, the run with the workflow's own durations must do for the others.
            if gains.count < Self.samples { gains.append(before.use.makespan - point.outcome.use.makespan) }
            let losses = Double(gains.count { $0 < -slack }) / Double(gains.count)
            let gain = OptimizationSuggestion.Gain(of: gains)
            let onlyTime = timeCounts && question.stated.count == 1
            if !timeCounts
                || losses <= Self.mostLosses && (!onlyTime || gain.p50 > Self.worthwhile * before.use.makespan)
            {
                return (point, gain)
            }
        }
        return (points[0], nil)
    }
}
