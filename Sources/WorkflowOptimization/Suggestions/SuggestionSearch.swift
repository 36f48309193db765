import Simulation
import Workflows

/// Simulates candidates alone and together, and keeps what helps.
struct SuggestionSearch {
    /// A set of candidates with what the run uses with them.
    struct Point {
        var candidates: [Int]
        var ids: [String]
        var use: ResourceUse
    }

    private let question: OptimizationQuestion
    private let before: ResourceUse
    private var candidates: [Candidate] = []
    private var alone: [ResourceUse] = []
    private(set) var points: [Point]
    /// The set that is recommended.
    private(set) var best: Point

    init(_ question: OptimizationQuestion, before: ResourceUse) {
        self.question = question
        self.before = before
        best = Point(candidates: [], ids: [], use: before)
        points = [best]
    }

    /// Simulates each candidate alone and drops those that do not help.
    mutating func evaluate(_ all: [Candidate], _ runs: inout SimulatedRuns) throws {
        for candidate in all where !runs.budgetIsOver {
            let use = try runs.use(of: candidate.applied(to: question.document.workflow))
            guard isBetter(use, than: before) else { continue }
            points.append(Point(candidates: [candidates.count], ids: [candidate.id], use: use))
            candidates.append(candidate)
            alone.append(use)
        }
    }

    /// Adds one candidate after the other to the recommended set as long as that helps.
    mutating func combine(_ runs: inout SimulatedRuns) throws {
        let order = candidates.indices.sorted { isBefore(alone[$0], alone[$1]) }
        for candidate in order where !runs.budgetIsOver {
            let set = best.candidates + [candidate]
            let changes = set.flatMap { candidates[$0].changes }
            let use =
                set.count == 1
                ? alone[candidate] : try runs.use(of: Candidate.apply(changes, to: question.document.workflow))
            let point = Point(candidates: set, ids: set.map { candidates[$0].id }, use: use)
            if set.count > 1 { points.append(point) }
            if isBetter(use, than: best.use) { best = point }
        }
    }

    /// The figures that count, the most important first.
    private func figures(_ use: ResourceUse) -> [Double] {
        let stated = question.objectives.isEmpty ? OptimizationQuestion.Objective.allCases : question.objectives
        return stated.map { objective in
            switch objective {
            case .makespan: use.makespan
            case .cost: use.cost
            case .resources: use.gigabyteHours
            case .quality: 0
            }
        } + [use.makespan, use.coreHours, use.gigabyteHours]
    }

    /// Better in one figure by a thousandth and worse in none of those that are more important.
    private func isBetter(_ a: ResourceUse, than b: ResourceUse) -> Bool {
        for (left, right) in zip(figures(a), figures(b)) {
            if left < right * (1 - 1e-3) { return true }
            if left > right * (1 + 1e-9) { return false }
        }
        return false
    }

    private func isBefore(_ a: ResourceUse, _ b: ResourceUse) -> Bool {
        figures(a).lexicographicallyPrecedes(figures(b))
    }

    /// The sets that no other betters in every one of makespan, cost and gigabyte-hours, the fastest first.
    var pareto: [OptimizationPlan.ParetoPoint] {
        func values(_ point: Point) -> [Double] { [point.use.makespan, point.use.cost, point.use.gigabyteHours] }
        var front: [Point] = []
        for (place, point) in points.enumerated() {
            let mine = values(point)
            let isDominated = points.enumerated().contains { other, rival in
                let theirs = values(rival)
                guard zip(theirs, mine).allSatisfy({ $0 <= $1 }) else { return false }
                return theirs != mine || other < place
            }
            if !isDominated { front.append(point) }
        }
        return front.sorted { values($0).lexicographicallyPrecedes(values($1)) }.map {
            OptimizationPlan.ParetoPoint(suggestions: $0.ids, use: $0.use)
        }
    }

    /// What is offered, each with its gain over runs with resampled durations, before and after with the same ones.
    func suggestions(_ runs: inout SimulatedRuns) throws -> [OptimizationSuggestion] {
        let workflow = question.document.workflow
        return try candidates.indices.map { place in
            let candidate = candidates[place]
            let changed = candidate.applied(to: workflow)
            let gain = before.makespan - alone[place].makespan
            var gains = [gain]
            for sample in 0..<SimulatedRuns.samples where !runs.budgetIsOver {
                gains.append(
                    try runs.run(workflow, sample: sample).timetable.makespan
                        - runs.run(changed, sample: sample).timetable.makespan)
            }
            gains.sort()
            func quantile(_ share: Double) -> Double { gains[Int((Double(gains.count - 1) * share).rounded())] }
            let slack = 1e-9 * before.makespan
            let losses = Double(gains.count { $0 < -slack }) / Double(gains.count)
            return OptimizationSuggestion(
                id: candidate.id, type: candidate.type, tasks: candidate.changes.map(\.task), reason: candidate.reason,
                gainSeconds: .init(p05: quantile(0.05), p50: quantile(0.5), p95: quantile(0.95)),
                cost: alone[place].cost - before.cost, risk: max(candidate.risk, losses), verified: gain >= -slack,
                changes: candidate.changes)
        }
    }
}
