import Workflows

/// What a run with a set of changes comes to.
struct Outcome: Hashable {
    var use: ResourceUse
    /// How good the result is beside that of the workflow as it is.
    var quality: Double

    /// The figure of an objective, of which less is better.
    func figure(_ objective: OptimizationQuestion.Objective) -> Double {
        switch objective {
        case .makespan: use.makespan
        case .cost: use.cost
        case .resources: use.gigabyteHours
        case .quality: 1 - quality
        }
    }

    /// The figures that decide between two outcomes, the most important first.
    func ranking(_ objectives: [OptimizationQuestion.Objective]) -> [Double] {
        objectives.map(figure) + [use.makespan, use.coreHours, use.gigabyteHours, 1 - quality]
    }

    /// Better in one figure by a thousandth, and worse in none of those that are more important.
    func isBetter(than other: Outcome, by objectives: [OptimizationQuestion.Objective]) -> Bool {
        for (left, right) in zip(ranking(objectives), other.ranking(objectives)) {
            if left < right - 1e-3 * abs(right) { return true }
            if left > right + 1e-9 * abs(right) { return false }
        }
        return false
    }

    /// Better by a hundredth in one of all objectives.
    func betters(_ other: Outcome) -> Bool {
        OptimizationQuestion.Objective.allCases.contains {
            figure($0) < other.figure($0) - 1e-2 * abs(other.figure($0))
        }
    }

    /// No worse in any objective than rounding makes it.
    func isHarmless(beside other: Outcome) -> Bool {
        OptimizationQuestion.Objective.allCases.allSatisfy {
            figure($0) <= other.figure($0) + 1e-9 * abs(other.figure($0))
        }
    }
}

extension OptimizationQuestion {
    /// What counts, each once; all of it where nothing is stated.
    var stated: [Objective] {
        objectives.isEmpty
            ? Objective.allCases : objectives.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// The weight below which suggestions of a type are offered, but neither combined nor recommended.
    static let leastWeight = 0.5

    /// How much of what suggestions of `type` promised came true.
    func weight(of type: String) -> Double { weights[type] ?? 1 }

    /// Whether `candidate` may be combined and recommended: it does more than tidy up, and enough of what those of its type promised
    /// came true.
    func mayRecommend(_ candidate: Candidate) -> Bool {
        candidate.worth != .tidiness && weight(of: candidate.type) >= Self.leastWeight
    }
}
