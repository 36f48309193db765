import Evaluation

extension CostReport {
    /// The ways beside each other for a person.
    public var text: String {
        var table = TextTable(["sizes", "GB-hours", "", "core-hours", "", "cost", "", "failures per 100", "makespan"])
        for way in ways {
            table.append([
                way.name, Formatting.short(way.mean(\.gigabyteHours)), Self.change(way.gigabyteHoursDifference),
                Formatting.short(way.mean(\.coreHours)), Self.change(way.coreHoursDifference),
                Formatting.short(way.mean(\.cost)), Self.change(way.costDifference),
                Formatting.fixed(way.mean(\.failuresPer100), 2), Formatting.seconds(way.mean(\.makespan)),
            ])
        }
        var comparison = TextTable(["ours on, beside", "GB-hours", "core-hours", "cost", "makespan"])
        for found in comparisons {
            comparison.append(
                [found.name] + [found.gigabyteHours, found.coreHours, found.cost, found.makespan].map(Self.interval))
        }
        return [
            "\(rows) tested rows of the protocol \(self.protocol.rawValue), run again in "
                + "\(seeds.count) orders; sized by \(kind).",
            "", table.text, "",
            "Changes are beside the request as defined: the recorded one, else the type's largest value so far, rounded up "
                + "to a power of two. The cheapest mix is that of the nodes which keeps "
                + "\(Formatting.short(CostEvaluator.deadlineFactor)) times the makespan of the first line.",
            "", "Our sizes of memory and cores beside the requests, with intervals over the orders:", "",
            comparison.text,
        ].joined(separator: "\n")
    }

    private static func interval(_ estimate: Estimate) -> String {
        "\(signed(estimate.value)) [\(signed(estimate.low)), \(signed(estimate.high))]"
    }

    private static func change(_ estimate: Estimate) -> String { estimate.value == 0 ? "" : signed(estimate.value) }

    private static func signed(_ share: Double) -> String { (share > 0 ? "+" : "") + Formatting.percent(share) }
}
