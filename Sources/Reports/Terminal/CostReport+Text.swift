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
        return [
            "\(rows) tested rows of the protocol \(self.protocol.rawValue), run again in "
                + "\(seeds.count) orders; sized by \(kind).",
            "", table.text, "",
            "The cheapest mix is that of the nodes which keeps \(Formatting.short(CostEvaluator.deadlineFactor)) times the makespan "
                + "of the first line; beside the request as defined on its own cheapest mix, the last line costs "
                + "\(Self.change(sizesAlone)).",
            "Changes are beside the request as defined: the recorded one, else the type's largest value so far, rounded up "
                + "to a power of two. The interval of the last line's change of cost: "
                + (ways.last.map { "\(Self.change($0.costDifference.low)) to \(Self.change($0.costDifference.high))" }
                    ?? "–")
                + ".",
        ].joined(separator: "\n")
    }

    private static func change(_ estimate: Estimate) -> String { change(estimate.value) }

    private static func change(_ share: Double) -> String {
        share == 0 ? "" : (share > 0 ? "+" : "") + Formatting.percent(share)
    }
}
