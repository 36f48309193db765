import Prediction
import Workflows

extension CostPlan {
    /// Mixes of the front that are listed at the most.
    private static let listed = 12

    /// The plan for a person: the nodes, what the run comes to, and what that saves against what.
    public var text: String {
        var mix = TextTable(["nodes", "count", "cores", "memory", "speed", "price per hour"])
        for choice in choices {
            let node = choice.nodes[0]
            mix.append([
                Formatting.shortened(choice.pool, to: 40), "\(choice.nodes.count)", Formatting.short(node.cores),
                node.memoryBytes.map(Formatting.bytes) ?? "–", Formatting.short(node.speed),
                Formatting.short(node.pricePerHour),
            ])
        }
        return [
            "The cheapest mix that was found:", "", mix.text, "",
            "Scheduled by \(outcome.policy); memory by the \(outcome.allocation); retried with the double after a failure.",
            kept, "", ResourceUse.comparison(baseline.use, outcome.use), "",
            "Before: the whole cluster as given, first in, first out, each task with the request that it states, else its "
                + "recorded use rounded up to a power of two.",
            "It saves \(Formatting.short(saved)), \(Formatting.percent(savedShare)) of the cost. No mix costs less than "
                + "\(Formatting.short(lowerBound)); \(search).",
            "", "What can be chosen among, of what was tried:", "", frontTable,
        ].joined(separator: "\n")
    }

    private var kept: String {
        let failures = "\(Formatting.percent(outcome.failureRate)) of the attempts fail"
        guard let deadlineSeconds else { return "There is no deadline; \(failures)." }
        let deadline = Formatting.seconds(deadlineSeconds)
        return samples > 1
            ? "It ends within \(deadline) in \(Formatting.percent(outcome.deadlineProbability)) of \(samples) draws of the durations; \(failures)."
            : "It ends within \(deadline); \(failures)."
    }

    private var search: String {
        isProven
            ? "\(iterations) mixes were simulated, and no other is cheaper under the same rules"
            : "\(iterations) mixes were simulated, not all that may be cheaper"
    }

    private var frontTable: String {
        var table = TextTable(["nodes", "cost", "makespan", "rule"])
        for point in front.prefix(Self.listed) {
            let nodes = point.counts.map { "\($0.count) \($0.pool)" }.joined(separator: ", ")
            table.append([
                Formatting.shortened(nodes, to: 48), Formatting.short(point.outcome.use.cost),
                Formatting.seconds(point.outcome.use.makespan), point.outcome.policy,
            ])
        }
        let rest = front.count - Self.listed
        return table.text + (rest > 0 ? "\n… and \(rest) more; --json lists all" : "")
    }
}
