import Simulation
import Workflows

/// Simulates candidates alone and together, and keeps what helps.
struct SuggestionSearch {
    /// A set of candidates with what the run uses with them.
    struct Point {
        var candidates: [Int]
        var use: ResourceUse
    }

    /// A candidate that helps, with what it leads to alone.
    private struct Tried {
        var candidate: Candidate
        var use: ResourceUse
        /// Seconds gained with the workflow's own durations, and in each sample.
        var gains: [Double]
    }

    private let question: OptimizationQuestion
    private let places: [String: Int]
    private let before: ResourceUse
    private var tried: [Tried] = []
    private var points: [Point]
    /// The set that is recommended.
    private var best: Point

    init(_ question: OptimizationQuestion, before: ResourceUse) {
        self.question = question
        places = question.document.workflow.places
        self.before = before
        best = Point(candidates: [], use: before)
        points = [best]
    }

    /// Names of the set that is recommended.
    var recommended: [String] { names(best) }
    /// What the run uses with it.
    var after: ResourceUse { best.use }

    private func names(_ point: Point) -> [String] { point.candidates.map { tried[$0].candidate.id } }

    /// Differences up to this are those of rounding.
    private var slack: Double { 1e-9 * before.makespan }

    /// The workflow with `candidates`. It is made anew for each run, for so many whole workflows would not fit in memory.
    private func changed(_ candidates: [Candidate]) throws -> Workflow {
        try question.document.workflow.applying(candidates.flatMap(\.edits), places: places).workflow
    }

    /// Simulates each candidate alone and drops those that do not help.
    mutating func evaluate(_ all: [Candidate], _ runs: inout SimulatedRuns) throws {
        for candidate in all where runs.hasTime() {
            let use = try runs.use(of: try changed([candidate]))
            guard isBetter(use, than: before) else { continue }
            tried.append(Tried(candidate: candidate, use: use, gains: [before.makespan - use.makespan]))
        }
    }

    /// Runs what helps with resampled durations, before and after with the same ones, and drops what then mostly
    /// prolongs the run.
    mutating func resample(_ runs: inout SimulatedRuns) throws {
        samples: for sample in 0..<SimulatedRuns.samples {
            for place in tried.indices {
                guard runs.hasTime(for: 2) else { break samples }
                tried[place].gains.append(try runs.gain(of: try changed([tried[place].candidate]), sample: sample))
            }
        }
        let stated = question.objectives.first ?? .makespan
        tried = tried.filter { stated != .makespan || losses($0) <= 0.5 }
        points += tried.indices.map { Point(candidates: [$0], use: tried[$0].use) }
    }

    /// The share of the runs that the change makes longer.
    private func losses(_ tried: Tried) -> Double {
        Double(tried.gains.count { $0 < -slack }) / Double(tried.gains.count)
    }

    /// Adds one candidate after the other to the recommended set as long as that helps, the best first.
    mutating func combine(_ runs: inout SimulatedRuns) throws {
        let order = tried.indices.sorted { figures(tried[$0].use).lexicographicallyPrecedes(figures(tried[$1].use)) }
        guard let first = order.first else { return }
        best = Point(candidates: [first], use: tried[first].use)
        for place in order.dropFirst() where runs.hasTime() {
            let set = best.candidates + [place]
            let point = Point(candidates: set, use: try runs.use(of: try changed(set.map { tried[$0].candidate })))
            points.append(point)
            if isBetter(point.use, than: best.use) { best = point }
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

    /// The sets that no other betters in every one of makespan, cost and gigabyte-hours, the fastest first.
    var pareto: [OptimizationPlan.ParetoPoint] {
        Self.front(points.map(\.use)).map {
            OptimizationPlan.ParetoPoint(suggestions: names(points[$0]), use: points[$0].use)
        }
    }

    /// Places of the points that no other dominates, by makespan, cost and gigabyte-hours; of equal ones the first.
    static func front(_ uses: [ResourceUse]) -> [Int] {
        let values = uses.map { [$0.makespan, $0.cost, $0.gigabyteHours] }
        let kept = values.indices.filter { place in
            !values.indices.contains { other in
                guard zip(values[other], values[place]).allSatisfy({ $0 <= $1 }) else { return false }
                return values[other] != values[place] || other < place
            }
        }
        return kept.sorted { values[$0].lexicographicallyPrecedes(values[$1]) }
    }

    /// What is offered, the one that gains the most first.
    var suggestions: [OptimizationSuggestion] {
        tried.map { tried in
            let gains = tried.gains.sorted()
            func quantile(_ share: Double) -> Double { gains[Int((Double(gains.count - 1) * share).rounded())] }
            return OptimizationSuggestion(
                id: tried.candidate.id, type: tried.candidate.type, tasks: tried.candidate.tasks,
                reason: tried.candidate.reason,
                gainSeconds: .init(p05: quantile(0.05), p50: quantile(0.5), p95: quantile(0.95)),
                cost: tried.use.cost - before.cost, risk: max(tried.candidate.risk, losses(tried)),
                verified: tried.gains[0] >= -slack, changes: tried.candidate.edits)
        }.sorted {
            $0.gainSeconds.p50 != $1.gainSeconds.p50 ? $0.gainSeconds.p50 > $1.gainSeconds.p50 : $0.id < $1.id
        }
    }
}
