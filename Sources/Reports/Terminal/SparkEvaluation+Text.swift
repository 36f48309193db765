import Evaluation

extension SparkEvaluation {
    /// The evaluation for a person.
    public var text: String {
        let hasPublished = entries.contains { $0.published != nil }
        let hasRank = entries.contains { $0.publishedRank != nil }
        var table = TextTable(
            ["rule", "mean completion", "over \(entries[0].name)", "interval"] + (hasPublished ? ["published"] : [])
                + (hasRank ? ["above"] : []))
        for entry in entries {
            table.append(
                [
                    entry.name, Formatting.fixed(entry.mean.value, 1) + " s", Formatting.fixed(entry.ratio.value, 3),
                    "\(Formatting.fixed(entry.ratio.low, 3)) to \(Formatting.fixed(entry.ratio.high, 3))",
                ] + (hasPublished ? [entry.published.map { Formatting.short($0) + " s" } ?? "–"] : [])
                    + (hasRank ? [entry.publishedRank.map { Formatting.fixed($0, 2) } ?? "–"] : []))
        }
        return
            "\(executors) executors, \(seeds.count) streams of \(jobs) jobs, \(Formatting.short(meanGap)) s apart\n\n"
            + table.text
            + (hasPublished
                ? "\nPublished: spark-sched-sim, the mean of three streams, which differ by a factor of up to five."
                : "")
            + (hasRank ? " Above: the part of the means of three of our streams that lie below it." : "")
    }
}
