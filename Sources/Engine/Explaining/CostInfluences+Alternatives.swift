import Files
import Prediction
import Workflows

extension CostInfluences {
    /// Mixes beside the chosen one that are told at the most.
    private static let toldNeighbours = 16

    /// What else could be chosen: the front and the baseline of the answer, what is chosen without each of `parts`, and the mixes beside
    /// the chosen one, as far as there is time, those that keep what is asked first and of these the cheapest.
    mutating func alternatives(_ parts: [Part]) throws -> [Explanation.Alternative] {
        let front = try answer["front"].elements().map { field in
            let point = try CostPlan.Point(field)
            return alternative(Self.nodes(point.counts), point.outcome)
        }
        let whole = "the whole cluster, first in, first out, requests as defined"
        let baseline = alternative(whole, try CostPlan.Outcome(answer["baseline"]))
        let without = parts.compactMap { part -> Explanation.Alternative? in
            guard case .success(let point) = part.found, point != chosen else { return nil }
            return alternative("without \(part.words): \(Self.nodes(point.counts))", point.outcome)
        }
        let told = Set(front.compactMap(\.detail))
        return front + [baseline] + without + neighbours().filter { !told.contains($0.detail ?? "") }
    }

    /// The mixes beside the chosen one, with the same allocation.
    private mutating func neighbours() -> [Explanation.Alternative] {
        var found: [CostPlan.Point] = []
        for counts in mixes.neighbours(of: counts) where counts.contains(where: { $0 > 0 }) {
            if isOver() || found.count >= Self.toldNeighbours { break }
            if let point = mixes.point(of: counts) { found.append(point) }
        }
        return found.sorted {
            let (left, right) = (question.keeps($0.outcome), question.keeps($1.outcome))
            return left != right ? left : $0.outcome.use.cost < $1.outcome.use.cost
        }.map { alternative(Self.nodes($0.counts), $0.outcome) }
    }

    private func alternative(_ detail: String, _ outcome: CostPlan.Outcome) -> Explanation.Alternative {
        Explanation.Alternative(
            policy: outcome.policy, makespan: outcome.use.makespan, cost: outcome.use.cost, detail: detail,
            isInTime: question.isInTime(share: outcome.deadlineProbability),
            failsSeldom: question.allows(failureRate: outcome.failureRate))
    }
}

extension CostQuestion {
    /// Whether `outcome` is all that is asked.
    fileprivate func keeps(_ outcome: CostPlan.Outcome) -> Bool {
        allows(failureRate: outcome.failureRate) && isInTime(share: outcome.deadlineProbability)
    }
}
