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

    /// Changes that are combined, at the most.
    static let most = 24

    let question: OptimizationQuestion
    /// The objectives that count and on which a change has an effect, the most important first; at least one.
    let objectives: [OptimizationQuestion.Objective]
    /// The changes: in turn the best alone by each of ``objectives``.
    let candidates: [Candidate]
    /// Every set that was simulated, in that order; the first is the empty one.
    private(set) var points: [Point]
    private var places: [[Int]: Int?] = [:]
    private let before: Outcome

    /// A search among `tried`, each of which was simulated alone.
    init(_ question: OptimizationQuestion, before: ResourceUse, among tried: [SuggestionTrials.Tried]) {
        self.question = question
        let start = Outcome(use: before, quality: 1)
        let open = tried.filter { question.mayRecommend($0.candidate) }
        let varying = question.stated.filter { objective in
            let figure = start.figure(objective)
            return open.contains { abs($0.outcome.figure(objective) - figure) > max(1e-9 * abs(figure), 1e-12) }
        }
        objectives = varying.isEmpty ? [question.stated[0]] : varying
        let chosen = Self.inTurn(open, by: objectives, of: question.stated)
        (self.before, candidates) = (start, chosen.map(\.candidate))
        points = [Point(set: [], outcome: start)]
        places[[]] = 0
        for (place, tried) in chosen.enumerated() {
            places[[place]] = points.count
            points.append(Point(set: [place], outcome: tried.outcome))
        }
    }

    /// Up to ``most`` of `tried`: the best by the first of `objectives`, the best of the others by the second, and so on.
    private static func inTurn(
        _ tried: [SuggestionTrials.Tried], by objectives: [OptimizationQuestion.Objective],
        of all: [OptimizationQuestion.Objective]
    ) -> [SuggestionTrials.Tried] {
        var lists = objectives.map { objective in
            order(tried.map(\.outcome), by: all.starting(with: objective))[...]
        }
        var taken: Set<Int> = []
        var chosen: [Int] = []
        while chosen.count < min(most, tried.count) {
            for place in lists.indices where chosen.count < most {
                lists[place] = lists[place].drop { taken.contains($0) }
                guard let best = lists[place].popFirst() else { continue }
                taken.insert(best)
                chosen.append(best)
            }
        }
        return chosen.map { tried[$0] }
    }

    /// Places of `outcomes`, the best by `objectives` first.
    private static func order(_ outcomes: [Outcome], by objectives: [OptimizationQuestion.Objective]) -> [Int] {
        let rankings = outcomes.map { $0.ranking(objectives) }
        return outcomes.indices.sorted {
            rankings[$0] != rankings[$1] ? rankings[$0].lexicographicallyPrecedes(rankings[$1]) : $0 < $1
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

    /// By each objective on which changes have an effect, adds one change after the other as long as that helps, the best alone
    /// first.
    mutating func greedy(_ runs: inout SimulatedRuns) throws {
        guard candidates.count > 1 else { return }
        let alone = candidates.indices.map { points[$0 + 1] }
        for objective in objectives {
            let ranking = question.stated.starting(with: objective)
            let order = Self.order(alone.map(\.outcome), by: ranking)
            var best = alone[order[0]]
            for place in order.dropFirst() where runs.hasTime() {
                let set = (best.set + [place]).sorted()
                guard let outcome = try outcome(of: set, &runs) else { continue }
                if outcome.isBetter(than: best.outcome, by: ranking) { best = Point(set: set, outcome: outcome) }
            }
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
