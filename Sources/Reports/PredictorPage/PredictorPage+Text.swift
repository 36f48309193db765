import Evaluation
import Workflows

extension PredictorPage {
    /// The comparison as a table for a terminal.
    public var terminalText: String {
        guard !report.targets.isEmpty else {
            return "no task type has five tested executions: there is nothing to score"
        }
        var table = TextTable(
            [
                "target", "model", "accuracy [95 %]", "median error", "within 15 %", "at or below p95", "cold", "rows",
                "types",
            ], texts: 2)
        for target in report.targets {
            for (name, metrics, _) in Self.entries(target, kind: report.kind) {
                table.append([
                    target.target.rawValue, name, Self.interval(metrics.accuracy),
                    Formatting.percent(metrics.medianError), Formatting.percent(metrics.within15),
                    Formatting.percent(metrics.coverage95), Formatting.percent(metrics.coldShare), "\(metrics.rows)",
                    "\(metrics.types)",
                ])
            }
        }
        var lines = [table.text, ""] + report.targets.map { Self.verdict($0, kind: report.kind) }
        for target in report.targets {
            for comparison in target.comparisons {
                lines.append(
                    "\(Formatting.name(of: target.target)): \(Self.interval(comparison.difference)) over \(comparison.name)."
                )
            }
        }
        if let honesty = report.honesty {
            lines.append("")
            lines += Self.checks(honesty).map { "\($0.name): \($0.verdict.rawValue). \($0.finding)" }
        }
        return lines.joined(separator: "\n")
    }
}
