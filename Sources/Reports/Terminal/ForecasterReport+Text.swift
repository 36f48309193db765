import Evaluation

extension ForecasterReport {
    /// The report for a person: one table, a line for each series, horizon and kind.
    public var terminalText: String {
        var table = TextTable(["series", "horizon", "kind", "MASE", "CRPS", "in 0.9", "below 0.95", "rows"], texts: 3)
        for cell in cells {
            let horizon = Formatting.seconds(cell.horizonSeconds)
            let kinds = [(kind, cell.ours)] + cell.references.map { ($0.name, $0.metrics) }
            for (name, metrics) in kinds {
                table.append([
                    cell.series, horizon, name, Formatting.fixed(metrics.mase, 3),
                    Formatting.fixed(metrics.crps, 3), Formatting.fixed(metrics.coverage90, 3),
                    Formatting.fixed(metrics.coverage95, 3), "\(metrics.rows)",
                ])
            }
        }
        return ([table.text, ""] + cells.map(verdict)).joined(separator: "\n")
    }

    private func verdict(_ cell: Cell) -> String {
        let difference = cell.difference
        let interval = "[\(Formatting.fixed(difference.low, 3)), \(Formatting.fixed(difference.high, 3))]"
        let words =
            switch cell.verdict {
            case .better: "better than"
            case .tie: "a tie with"
            case .worse: "worse than"
            }
        return "\(cell.series), \(Formatting.seconds(cell.horizonSeconds)): \(kind) is \(words) \(cell.bestReference), "
            + "by \(Formatting.fixed(difference.value, 3)) \(interval) of MASE; skill \(Formatting.percent(cell.skill))"
    }
}
